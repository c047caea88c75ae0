namespace Finpay.Linkage.Api.Events;

/// <summary>What an event can say, as it stands in the message.</summary>
internal static class EventTypes
{
    public const string Approved = "account_upgrade.approved";
    public const string Rejected = "account_upgrade.rejected";
    public const string WidgetExpired = "account_upgrade.widget_expired";
    public const string Overdue = "account_upgrade.overdue";
    public const string Contradicted = "account_upgrade.contradicted";

    /// <summary>The message of POST /v1/events/test. It is never stored.</summary>
    public const string Test = "linkage.test";

    /// <summary>Those that are stored.</summary>
    public static IReadOnlyList<string> All { get; } = [Approved, Rejected, WidgetExpired, Overdue, Contradicted];

    /// <summary>Whether it tells of a change of the status. The others come after the change that has their version.</summary>
    public static bool IsResult(string type) => type is Approved or Rejected;
}
