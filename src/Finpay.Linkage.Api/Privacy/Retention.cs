using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>
/// Removes what need not be kept: widget URLs at expiry, and after Upgrades:RetentionDays everything personal of upgrades, finished or not, and of notifications without an upgrade.
/// Any number of instances may do so at the same time: each removal is a write of its own that looks again, under its lock, whether it is due.
/// </summary>
internal sealed partial class Retention(
    IDatabase database, WriteQueue writes, Redactor redactor, IOptions<UpgradeOptions> options, TimeProvider clock, ILogger<Retention> logger) : BackgroundService
{
    /// <summary>The first run is after the first interval: a start has other things to do.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Small beside the queue, so that calls find room between.</summary>
    public const int BatchSize = 100;

    /// <summary>A long run empties the write-ahead log meanwhile.</summary>
    private const int BatchesPerErasure = 100;

    private static readonly Statement ClearWidget = new(
        "UPDATE upgrades SET widget_url = NULL WHERE partner_reference_no = @reference AND widget_url IS NOT NULL AND widget_expires_at <= @now", "@reference", "@now");

    /// <summary>One run: until nothing is due.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var latest = now.AddDays(-options.Value.RetentionDays).ToUnixTimeMilliseconds();
        var moment = now.ToUnixTimeMilliseconds();
        var widgets = await RemoveAsync(
            connection => connection.QueryAsync<string>(
                "SELECT partner_reference_no FROM upgrades WHERE widget_url IS NOT NULL AND widget_expires_at <= @moment ORDER BY widget_expires_at LIMIT @BatchSize", new { moment, BatchSize }),
            async reference => await writes.ExecuteAsync(reference, transaction => ClearWidget.Execute(transaction, reference, moment)) > 0,
            cancellationToken);
        // One that an attempt holds is about to change.
        var upgrades = await RemoveAsync(
            connection => connection.QueryAsync<(string Reference, long Version)>(
                """
                SELECT partner_reference_no, version FROM upgrades
                WHERE redacted_at IS NULL AND created_at <= @latest AND updated_at <= @latest AND (lease_until IS NULL OR lease_until <= @moment) ORDER BY created_at LIMIT @BatchSize
                """,
                new { latest, moment, BatchSize }),
            due => redactor.RedactDueAsync(due.Reference, due.Version, AuditTrail.Retention),
            cancellationToken);
        var notifications = await RemoveAsync(
            connection => connection.QueryAsync<string>(RedactionStore.SelectDueNotifications, new { latest, BatchSize }),
            id => redactor.RedactDueNotificationAsync(id, latest, AuditTrail.Retention),
            cancellationToken);
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
                // Whatever it is must not end the service.
                LogFailed(exception);
            }
        }
    }

    /// <returns>How many were removed by this instance; when a batch has none of them, another instance is at it.</returns>
    private async Task<int> RemoveAsync<T>(Func<DbConnection, Task<IEnumerable<T>>> find, Func<T, Task<bool>> remove, CancellationToken cancellationToken)
    {
        var total = 0;
        for (var batch = 1; ; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<T> due;
            await using (var connection = await database.OpenConnectionAsync(cancellationToken))
                due = (await find(connection)).AsList();
            var removed = (await Task.WhenAll(due.Select(remove))).Count(each => each);
            total += removed;
            if (due.Count < BatchSize || removed == 0)
                return total;
            if (batch % BatchesPerErasure == 0)
                await redactor.EraseAsync();
        }
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Information, Message = "Retention: {Widgets} expired widget URLs removed, {Upgrades} upgrades and {Notifications} notifications without one redacted")]
    private partial void LogDone(int widgets, int upgrades, int notifications);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Retention failed; the next run goes on")]
    private partial void LogFailed(Exception exception);
}
