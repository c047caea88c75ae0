using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>
/// Removes widget URLs at expiry, and after Upgrades:RetentionDays the personal data of upgrades, finished or not, and of notifications
/// without an upgrade. Any number of instances may run it: each removal is a write that checks again, under its lock, whether it is due.
/// </summary>
internal sealed partial class Retention(
    IDatabase database, WriteQueue writes, Redactor redactor, RetentionClock time, ExpirySweep expiry, IOptions<UpgradeOptions> options,
    IOptions<AuditOptions> audit, IOptions<EventOptions> events, TimeProvider clock, ILogger<Retention> logger)
    : RepeatedJob(Interval, clock)
{
    /// <summary>The first run is after the first interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Small compared with the queue, so that requests find room between.</summary>
    public const int BatchSize = 100;

    // A long run empties the write-ahead log meanwhile.
    private const int BatchesPerErasure = 100;

    private static readonly Statement SelectWidgets = new(
        """
        SELECT widget_expires_at, partner_reference_no, 0 FROM upgrades
        WHERE widget_url IS NOT NULL AND widget_expires_at <= @now AND (widget_expires_at, partner_reference_no) > (@at, @key)
        ORDER BY widget_expires_at, partner_reference_no LIMIT @limit
        """);

    private static readonly Statement ClearWidget = new(
        """
        UPDATE upgrades SET widget_url = NULL
        WHERE partner_reference_no = @reference AND widget_url IS NOT NULL AND widget_expires_at <= @now
        """);

    // A record that an attempt holds is about to change.
    private static readonly Statement SelectUpgrades = new(
        """
        SELECT created_at, partner_reference_no, version FROM upgrades
        WHERE redacted_at IS NULL AND created_at <= @latest AND updated_at <= @latest
          AND (lease_until IS NULL OR lease_until <= @now OR lease_until > @latestLease)
          AND (created_at, partner_reference_no) > (@at, @key)
        ORDER BY created_at, partner_reference_no LIMIT @limit
        """);

    /// <summary>One run: until nothing is due. No part waits for another one, and no removal for one that fails.</summary>
    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await time.NowAsync(cancellationToken) is not { } now)
            return;
        var latest = now.AddDays(-options.Value.RetentionDays);
        var widgets = await RemoveWidgetsAsync(now, cancellationToken);
        var upgrades = await RemoveAsync(
            "upgrades", SelectUpgrades, due => redactor.RedactDueAsync(due.Key, due.Version), cancellationToken,
            ("@latest", latest), ("@now", now), ("@latestLease", BeginRules.LatestLease(now, options.Value.Lease)));
        var notifications = await RemoveAsync(
            "notifications", RedactionStore.SelectDueNotifications, due => redactor.RedactDueNotificationAsync(due.Key, latest),
            cancellationToken, ("@latest", latest));
        await redactor.EraseAsync();
        if (widgets + upgrades + notifications > 0)
            LogDone(widgets, upgrades, notifications);
        await PruneAuditAsync(now);
        await PruneEventsAsync(now);
    }

    // The first look at the clock is at the start: before its first run it has something to compare with.
    protected override Task BeginAsync(CancellationToken cancellationToken) => time.NowAsync(cancellationToken);

    private async Task<int> RemoveWidgetsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            // The sweep finds a widget by its URL.
            if (await expiry.RunAsync(cancellationToken) is var told && told < now)
                now = told;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogPartFailed(exception, "widget URLs", 1);
            return 0;
        }

        return await RemoveAsync(
            "widget URLs", SelectWidgets,
            async due => await writes.ExecuteAsync(
                due.Key, transaction => ClearWidget.Execute(transaction, ("@reference", due.Key), ("@now", now))) > 0,
            cancellationToken, ("@now", now));
    }

    private async Task PruneAuditAsync(DateTimeOffset now)
    {
        if (audit.Value.RetentionDays == 0)
            return;
        try
        {
            var before = now.AddDays(-audit.Value.RetentionDays);
            if (await AuditPruning.RunAsync(writes, before, now) is > 0 and var lines)
                LogPruned(lines, before);
        }
        catch (Exception exception)
        {
            LogPartFailed(exception, "the audit trail", 1);
        }
    }

    private async Task PruneEventsAsync(DateTimeOffset now)
    {
        try
        {
            var before = now.AddDays(-events.Value.RetentionDays);
            if (await EventPruning.RunAsync(writes, before) is > 0 and var deliveries)
                LogEventsPruned(deliveries, before);
        }
        catch (Exception exception)
        {
            LogPartFailed(exception, "the events", 1);
        }
    }

    /// <returns>How many this instance removed.</returns>
    private async Task<int> RemoveAsync(
        string part, Statement select, Func<Due, Task<bool>> remove, CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters)
    {
        var (total, failures, last) = (0, new List<Exception>(), new Due(long.MinValue, "", 0));
        try
        {
            for (var batch = 1; ; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Each batch begins after the last one: what fails does not come again in this run.
                var due = await select.QueryAsync(
                    database, reader => new Due(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)), cancellationToken,
                    [.. parameters, ("@at", last.At), ("@key", last.Key), ("@limit", BatchSize)]);
                var results = await Task.WhenAll(due.Select(one => TryAsync(remove, one)));
                total += results.Count(result => result.IsRemoved);
                failures.AddRange(results.Select(result => result.Failure).OfType<Exception>());
                if (due.Count < BatchSize || results.All(result => result.Failure is StoreUnavailableException))
                    break;
                last = due[^1];
                if (batch % BatchesPerErasure == 0)
                    await redactor.EraseAsync();
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            failures.Add(exception);
        }

        if (failures.Count > 0)
            LogPartFailed(failures[0], part, failures.Count);
        return total;
    }

    private static async Task<(bool IsRemoved, Exception? Failure)> TryAsync(Func<Due, Task<bool>> remove, Due due)
    {
        try
        {
            return (await remove(due), null);
        }
        catch (Exception exception)
        {
            return (false, exception);
        }
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Information,
        Message = "Retention: {Widgets} expired widget URLs removed, {Upgrades} upgrades and {Notifications} notifications without one "
            + "redacted")]
    private partial void LogDone(int widgets, int upgrades, int notifications);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Retention failed; the next run goes on")]
    protected override partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 1205, Level = LogLevel.Warning,
        Message = "Retention failed for {Part}, {Count} times; this is the first, and the next run goes on")]
    private partial void LogPartFailed(Exception exception, string part, int count);

    [LoggerMessage(EventId = 1207, Level = LogLevel.Information, Message = "Retention: {Lines} audit lines from before {Before:O} removed")]
    private partial void LogPruned(int lines, DateTimeOffset before);

    [LoggerMessage(EventId = 1208, Level = LogLevel.Information,
        Message = "Retention: {Deliveries} deliveries of events that ended before {Before:O} removed")]
    private partial void LogEventsPruned(int deliveries, DateTimeOffset before);

    /// <summary>What is due: since when, its id or reference, and the version of an upgrade.</summary>
    private readonly record struct Due(long At, string Key, long Version);
}
