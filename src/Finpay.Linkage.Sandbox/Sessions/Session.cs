using System.Collections.Immutable;

namespace Finpay.Linkage.Sandbox.Sessions;

internal enum Outcome
{
    Approved,
    Rejected,
}

internal sealed record PrefilledImage(string ContentType, bool IsEditable)
{
    /// <summary>Taken on the widget page, not sent by the merchant.</summary>
    public bool ByCustomer { get; init; }
}

internal sealed record Prefilled(
    PrefilledImage? Ktp, PrefilledImage? Selfie, string? KkNumber, string? BiologicalMotherName, string? Nationality, string? Email)
{
    public static readonly Prefilled Nothing = new(null, null, null, null, null, null);
}

internal sealed record Decision(Outcome Outcome, string Message, DateTimeOffset At);

/// <summary>One issued widget: the prefilled data, the decision and its notifications.</summary>
internal sealed record Session(string Uuid, string PartnerReferenceNo, string PhoneNo, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    public string? RedirectFinalUrl { get; init; }

    public Prefilled Prefilled { get; init; } = Prefilled.Nothing;

    /// <summary>Scenario 0015: a decision is made, but the merchant is never notified.</summary>
    public bool Silent { get; init; }

    public Decision? Decision { get; init; }

    public ImmutableList<PlannedDecision> Plan { get; init; } = [];

    public ImmutableList<Notification> Notifications { get; init; } = [];

    /// <summary>Nobody can be identified without them.</summary>
    public bool HasPhotos() => Prefilled is { Ktp: not null, Selfie: not null };

    public bool IsExpired(DateTimeOffset now) => now >= ExpiresAt;

    public Session Decide(PlannedDecision decision, DateTimeOffset now)
    {
        var notifications = Enumerable.Range(0, Silent ? 0 : decision.Copies).Select(_ => Notification.Of(decision, now));
        return this with
        {
            Decision = Decision ?? new Decision(decision.Outcome, decision.Message, now),
            Notifications = Notifications.AddRange(notifications),
        };
    }

    public Session CarryOutPlan(DateTimeOffset now)
    {
        var session = this;
        foreach (var planned in Plan.Where(p => p.At <= now).OrderBy(p => p.At))
        {
            session = session with { Plan = session.Plan.Remove(planned) };
            if (planned.MayFollow(session.Decision))
                session = session.Decide(planned, planned.At);
        }

        return session;
    }

    /// <summary>Stores the state after an attempt; what was sent by hand meanwhile is kept.</summary>
    public Session Replace(Notification notification)
    {
        var old = Notifications.First(n => n.Id == notification.Id);
        return this with { Notifications = Notifications.Replace(old, notification with { SentByHand = old.SentByHand }) };
    }

    public Session WithSentByHand(string notificationId, HandSent sent, int kept)
    {
        var old = Notifications.First(n => n.Id == notificationId);
        var newest = old.SentByHand.Add(sent).TakeLast(kept);
        return this with { Notifications = Notifications.Replace(old, old with { SentByHand = [.. newest] }) };
    }
}
