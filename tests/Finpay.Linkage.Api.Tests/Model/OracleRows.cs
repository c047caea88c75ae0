namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>A call that waits for Finnet.</summary>
internal sealed record ModelAttempt(string Name, ModelRecord Record, bool MayHaveArrived);

/// <summary>An upgrade as the oracle sees it.</summary>
internal sealed class ModelRecord(string reference, Begin call, string merchant, long createdAt)
{
    private FinnetSays? lastAnswer;

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
    public long WidgetExpiresAt { get; set; }
    public long CreatedAt => createdAt;
    public List<SeenStep> History { get; } = [];
    public SeenUpgrade Seen => new(reference, Owner, merchant, Phone, Status, Code, MayHaveArrived, Holder, LeaseUntil, Widget, createdAt);

    public void Settle(string outcome)
    {
        Status = outcome;
        Widget = null;
    }

    /// <summary>A notification makes a step of its own.</summary>
    public void Add(int notification, string? via)
    {
        lastAnswer = null;
        History.Add(new SeenStep(reference, Status, "kycNotification", null, notification, via, 1));
    }

    /// <summary>Finnet's answer about another reference of the customer makes one too.</summary>
    public void AddVia(string? code, string via)
    {
        lastAnswer = null;
        History.Add(new SeenStep(reference, Status, "finnetResponse", code, null, via, 1));
    }

    /// <summary>Finnet's same answer again, directly after it, is the same step.</summary>
    public void Add(string? code, FinnetSays answer)
    {
        var step = new SeenStep(reference, Status, "finnetResponse", code, null, null, 1);
        if (lastAnswer == answer && History[^1] with { Count = 1 } == step)
            History[^1] = step with { Count = History[^1].Count + 1 };
        else
            History.Add(step);
        lastAnswer = answer;
    }
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
