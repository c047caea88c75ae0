using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Notifications;

/// <summary>A notification sent by hand: its bytes, a token to append to the callback's path, how much later it is dated.</summary>
internal sealed record HandMade(byte[] Body)
{
    public string Token { get; init; } = "";

    public TimeSpan After { get; init; }
}

/// <summary>A way to send a notification, as Finnet may send it or as an attacker may forge it.</summary>
internal sealed record SendVariant(string Name, string Description, Func<Session, Notification, string, HandMade> Make)
{
    // Finnet's last retry comes 111 minutes after the first attempt.
    private static readonly TimeSpan Late = TimeSpan.FromHours(2);

    public static readonly IReadOnlyList<SendVariant> All =
    [
        new("again", "the same once more, as Finnet may send it twice: changes nothing", As),
        new("late", "the same, dated two hours later, after Finnet's last retry; the clock stays",
            (s, n, id) => As(s, n, id) with { After = Late }),
        new("forged", "the opposite result, with a guessed token in the path: must be refused", (s, n, id) =>
            As(s, Opposite(n), id) with { Token = "guessed-by-somebody-who-is-not-finnet" }),
        new("forged-merchant", "the opposite result, with another merchant's id: must be refused",
            (s, n, _) => As(s, Opposite(n), "SOMEBODYELSE01")),
        new("truncated", "the opposite result, cut off in the middle: must be refused", (s, n, id) =>
        {
            var whole = As(s, Opposite(n), id);
            return whole with { Body = whole.Body[..(whole.Body.Length / 2)] };
        }),
        new("misspelt", "the same, spelling kysMessage as Finnet's sample does",
            (s, n, id) => As(s, n with { MessageField = "kysMessage" }, id)),
        new("contradicting",
            "the opposite result, as Finnet would send it: approved after rejected counts, rejected after approved does not",
            (s, n, id) => As(s, Opposite(n), id)),
    ];

    public static SendVariant? Find(string? name) => All.FirstOrDefault(v => v.Name == name);

    private static HandMade As(Session session, Notification notification, string merchantId) =>
        new(MerchantCallback.Body(session, notification, merchantId));

    // A forged notification claims the opposite, so that it is visible if it is accepted.
    private static Notification Opposite(Notification notification) => notification.Outcome is Outcome.Approved
        ? notification with { Outcome = Outcome.Rejected, Message = PlannedDecision.RejectedMessage }
        : notification with { Outcome = Outcome.Approved, Message = PlannedDecision.ApprovedMessage };
}
