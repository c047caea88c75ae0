using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// An upgrade without a result whose status has not changed for Upgrades:OverdueAfter. One that asks about another is never overdue: the
/// other one is. Neither is a redacted one: nobody can ask about it any more.
/// </summary>
internal static class Overdue
{
    /// <summary>Since when a record has its status, as its index has it.</summary>
    public const string Since = "COALESCE(status_since, updated_at)";

    /// <summary>The same as <see cref="Is"/>. It begins with the words of the index upgrades_waiting.</summary>
    public const string Condition =
        $"""
         status || '' IN ('requested', 'widgetIssued', 'inProcess', 'inDoubt') AND asked_for IS NULL AND {Since} <= @overdueSince
           AND redacted_at IS NULL AND (status <> 'requested' OR lease_until IS NULL OR lease_until <= @now OR lease_until > @latestLease)
         """;

    public static (string Name, object? Value)[] Parameters(UpgradeOptions options, DateTimeOffset now) =>
    [
        ("@overdueSince", now - options.OverdueAfter), ("@now", now), ("@latestLease", BeginRules.LatestLease(now, options.Lease)),
    ];

    public static bool Is(UpgradeRow row, UpgradeOptions options, DateTimeOffset now) =>
        row is { AskedFor: null, RedactedAt: null }
        && (row.StatusSince ?? row.UpdatedAt) <= (now - options.OverdueAfter).AsStored() && row.Status switch
        {
            UpgradeStatus.WidgetIssued or UpgradeStatus.InProcess or UpgradeStatus.InDoubt => true,
            UpgradeStatus.Requested => !BeginRules.IsHeld(row, now, options.Lease),
            _ => false,
        };
}
