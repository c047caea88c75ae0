using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>
/// Removes widget URLs at expiry, and after Upgrades:RetentionDays the personal data of upgrades, finished or not, and of notifications
/// without an upgrade. Any number of instances may run it: each removal is a write that checks again, under its lock, whether it is due.
/// </summary>
internal sealed partial class Retention(
    IDatabase database, WriteQueue writes, Redactor redactor, IOptions<UpgradeOptions> options, TimeProvider clock,
    ILogger<Retention> logger) : BackgroundService
{
    /// <summary>The first run is after the first interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Small compared with the queue, so that requests find room between.</summary>
    public const int BatchSize = 100;

    // A long run empties the write-ahead log meanwhile.
    private const int BatchesPerErasure = 100;

    private static readonly Statement SelectWidgets = new(
        """
        SELECT partner_reference_no FROM upgrades
        WHERE widget_url IS NOT NULL AND widget_expires_at <= @now ORDER BY widget_expires_at LIMIT @limit
        """);

    private static readonly Statement ClearWidget = new(
        """
        UPDATE upgrades SET widget_url = NULL
        WHERE partner_reference_no = @reference AND widget_url IS NOT NULL AND widget_expires_at <= @now
        """);

    // A record that an attempt holds is about to change.
    private static readonly Statement SelectUpgrades = new(
        """
        SELECT partner_reference_no, version FROM upgrades
        WHERE redacted_at IS NULL AND created_at <= @latest AND updated_at <= @latest AND (lease_until IS NULL OR lease_until <= @now)
        ORDER BY created_at LIMIT @limit
        """);

    /// <summary>One run: until nothing is due.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var latest = now.AddDays(-options.Value.RetentionDays);
        var widgets = await RemoveAsync(
            () => SelectWidgets.QueryAsync(
                database, reader => reader.GetString(0), cancellationToken, ("@now", now), ("@limit", BatchSize)),
            async reference => await writes.ExecuteAsync(
                reference, transaction => ClearWidget.Execute(transaction, ("@reference", reference), ("@now", now))) > 0,
            cancellationToken);
        var upgrades = await RemoveAsync(
            () => SelectUpgrades.QueryAsync(
                database, reader => (Reference: reader.GetString(0), Version: reader.GetInt64(1)), cancellationToken,
                ("@latest", latest), ("@now", now), ("@limit", BatchSize)),
            due => redactor.RedactDueAsync(due.Reference, due.Version), cancellationToken);
        var notifications = await RemoveAsync(
            () => RedactionStore.SelectDueNotifications.QueryAsync(
                database, reader => reader.GetString(0), cancellationToken, ("@latest", latest), ("@limit", BatchSize)),
            id => redactor.RedactDueNotificationAsync(id, latest), cancellationToken);
        await redactor.EraseAsync();
        if (widgets + upgrades + notifications > 0)
            LogDone(widgets, upgrades, notifications);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, clock, stoppingToken);
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception exception)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                // No failure of this job may end the service.
                LogFailed(exception);
            }
        }
    }

    /// <returns>How many this instance removed; when a batch had none of them, another instance does the work.</returns>
    private async Task<int> RemoveAsync<T>(Func<Task<List<T>>> find, Func<T, Task<bool>> remove, CancellationToken cancellationToken)
    {
        var total = 0;
        for (var batch = 1; ; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var due = await find();
            var removed = (await Task.WhenAll(due.Select(remove))).Count(each => each);
            total += removed;
            if (due.Count < BatchSize || removed == 0)
                return total;
            if (batch % BatchesPerErasure == 0)
                await redactor.EraseAsync();
        }
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Information,
        Message = "Retention: {Widgets} expired widget URLs removed, {Upgrades} upgrades and {Notifications} notifications without one "
            + "redacted")]
    private partial void LogDone(int widgets, int upgrades, int notifications);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Retention failed; the next run goes on")]
    private partial void LogFailed(Exception exception);
}
