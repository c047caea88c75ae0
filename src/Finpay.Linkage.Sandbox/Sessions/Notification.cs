using System.Collections.Immutable;

namespace Finpay.Linkage.Sandbox.Sessions;

internal enum NotificationState
{
    Pending,
    Delivered,

    /// <summary>The answer was neither 200 with 2000000 nor 5xx: never sent again.</summary>
    Refused,

    /// <summary>All retries failed.</summary>
    GivenUp,
}

internal sealed record Attempt(DateTimeOffset At, int? Status, string? Body, string? Error);

/// <summary>One that was sent by hand: <paramref name="Sent"/> was posted to <paramref name="Path"/>.</summary>
internal sealed record HandSent(string Variant, DateTimeOffset At, string Path, string Sent, int? Status, string? Body, string? Error);

internal sealed record Notification(string Id, Outcome Outcome, string Message, string MessageField, DateTimeOffset CreatedAt)
{
    public NotificationState State { get; init; }

    /// <summary>When it is sent next; null if never.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public ImmutableList<Attempt> Attempts { get; init; } = [];

    public ImmutableList<HandSent> SentByHand { get; init; } = [];

    public string KycResponse => Outcome is Outcome.Approved ? "KYC Approved" : "KYC Rejected";

    public static Notification Of(PlannedDecision decision, DateTimeOffset now) =>
        new(Guid.NewGuid().ToString("N"), decision.Outcome, decision.Message, decision.MessageField, now) { DueAt = now };
}
