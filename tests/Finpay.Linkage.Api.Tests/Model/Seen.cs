namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>The relevant part of a record; expected and stored ones are compared by value.</summary>
internal sealed record SeenUpgrade(
    string Reference, string Owner, string Merchant, string Phone, string Status, string? Code, bool MayHaveArrived, string? Attempt,
    long? LeaseUntil, string? Widget, long CreatedAt);

/// <summary>A step of the history; notifications are numbered by their first arrival, equal steps in a row are counted.</summary>
internal sealed record SeenStep(string Reference, string Status, string Source, string? Code, int? Notification, string? Via, long Count);

/// <summary>A line of the inbox.</summary>
internal sealed record SeenNotification(
    int Number, string? Merchant, string? Reference, string? Outcome, string Message, string? Phone, string Disposition, long Deliveries,
    long ReceivedAt, long LastReceivedAt);

/// <summary>Everything at one moment: records by reference, their histories oldest first, the inbox oldest first.</summary>
internal sealed record Seen(IReadOnlyList<SeenUpgrade> Upgrades, IReadOnlyList<SeenStep> History, IReadOnlyList<SeenNotification> Inbox)
{
    /// <summary>Describes the differences; empty if there are none.</summary>
    public static string Difference(Seen expected, Seen actual) =>
        Lines(expected.Upgrades, actual.Upgrades) + Lines(expected.History, actual.History) + Lines(expected.Inbox, actual.Inbox);

    private static string Lines<T>(IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        if (expected.SequenceEqual(actual))
            return "";
        var count = Math.Max(expected.Count, actual.Count);
        return string.Concat(Enumerable.Range(0, count)
            .Select(index => (Expected: expected.ElementAtOrDefault(index), Actual: actual.ElementAtOrDefault(index)))
            .Where(pair => !Equals(pair.Expected, pair.Actual))
            .Select(pair => $"\n  expected {pair.Expected?.ToString() ?? "nothing"}\n  but was  {pair.Actual?.ToString() ?? "nothing"}"));
    }
}
