namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>A call that waits for Finnet.</summary>
internal sealed record ModelAttempt(string Name, ModelRecord Record, bool MayHaveArrived);

/// <summary>An upgrade as the oracle sees it.</summary>
internal sealed class ModelRecord(string reference, Begin call, string merchant, long createdAt)
{
    public string Reference => reference;
    public string Owner { get; } = World.Owners[call.Owner];
    public string Merchant => merchant;
    public string Phone { get; } = World.Phones[call.Phone][0];
    public (int, int) Content { get; } = (call.Phone, call.Content);
    public string Status { get; set; } = "requested";
    public string? Code { get; set; }
    public bool MayHaveArrived { get; set; }
    public string? Holder { get; set; }
    public long? LeaseUntil { get; set; }
    public string? Widget { get; set; }
    public List<SeenStep> History { get; } = [];
    public SeenUpgrade Seen => new(reference, Owner, merchant, Phone, Status, Code, MayHaveArrived, Holder, LeaseUntil, Widget, createdAt);

    public void Settle(string outcome)
    {
        Status = outcome;
        Widget = null;
    }

    public void Add(string source, string? code, int? notification, string? via) =>
        History.Add(new SeenStep(reference, Status, source, code, notification, via));
}

/// <summary>A distinct notification as the oracle sees it.</summary>
internal sealed class ModelNotice(int number, Notify call, long now)
{
    public int Number => number;
    public string? Outcome { get; } = call.Outcome switch { 0 => "approved", 1 => "rejected", _ => null };
    public string Disposition { get; set; } = "";
    public long Deliveries { get; set; } = 1;
    public long ReceivedAt { get; } = now;
    public long LastReceivedAt { get; set; } = now;
    public string Merchant { get; } = World.Merchants[call.Merchant];
    public string? Phone { get; } = call.Phone == World.NoPhone ? null : World.Phones[call.Phone][0];

    public SeenNotification Seen => new(
        number, Merchant, World.References[call.Reference], Outcome is null ? "other" : World.Outcomes[call.Outcome][call.Form],
        World.Messages[call.Message], Phone, Disposition, Deliveries, ReceivedAt, LastReceivedAt);

    public bool Names(ModelRecord record) => World.References[call.Reference] == record.Reference;
}
