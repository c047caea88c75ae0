using Dapper;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>
/// Removes what need not be kept: widget URLs at expiry, and everything personal of finished upgrades after Upgrades:RetentionDays. Any number of instances may do so at the
/// same time: each removal is a write of its own that looks again, under its lock, whether it is due.
/// </summary>
internal sealed partial class Retention(
    IDatabase database, WriteQueue writes, Redactor redactor, IOptions<UpgradeOptions> options, TimeProvider clock, ILogger<Retention> logger) : BackgroundService
{
    /// <summary>The first run is after the first interval: a start has other things to do.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Small beside the queue, so that calls find room between.</summary>
    public const int BatchSize = 100;

    private const int MostBatches = 100;

    private static readonly PagePosition Start = new(long.MinValue, "");
    private static readonly UpgradeStatus[] Finished = [UpgradeStatus.Approved, UpgradeStatus.Rejected, UpgradeStatus.Failed];

    private static readonly Statement ClearWidget = new(
        "UPDATE upgrades SET widget_url = NULL WHERE partner_reference_no = @reference AND widget_url IS NOT NULL AND widget_expires_at <= @now", "@reference", "@now");

    // Where the last run stopped: what it saw, redacted or not due, is seen again when all is seen. An index of what is due would cost every notification more than this costs.
    private readonly Dictionary<UpgradeStatus, PagePosition> seen = Finished.ToDictionary(status => status, _ => Start);

    /// <summary>One run; what it leaves is for the next.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var widgets = await ClearWidgetsAsync(cancellationToken);
        var upgrades = 0;
        foreach (var status in Finished)
            upgrades += await RedactAsync(status, cancellationToken);
        await redactor.EraseAsync();
        if (widgets + upgrades > 0)
            LogDone(widgets, upgrades);
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
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is must not end the service.
                LogFailed(exception);
            }
        }
    }

    private async Task<int> ClearWidgetsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var cleared = 0;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            List<string> due;
            await using (var connection = await database.OpenConnectionAsync(cancellationToken))
            {
                due = (await connection.QueryAsync<string>(
                    "SELECT partner_reference_no FROM upgrades WHERE widget_url IS NOT NULL AND widget_expires_at <= @now ORDER BY widget_expires_at LIMIT @BatchSize",
                    new { now, BatchSize })).AsList();
            }

            var changed = await Task.WhenAll(due.Select(reference => writes.ExecuteAsync(reference, transaction => ClearWidget.Execute(transaction, reference, now))));
            cleared += changed.Sum();
            if (due.Count < BatchSize)
                break;
        }

        return cleared;
    }

    private async Task<int> RedactAsync(UpgradeStatus status, CancellationToken cancellationToken)
    {
        var latest = clock.GetUtcNow().AddDays(-options.Value.RetentionDays);
        var redacted = 0;
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var page = await PageAsync(status, latest.ToUnixTimeMilliseconds(), cancellationToken);
            var due = page.FindAll(row => row.RedactedAt is null && row.UpdatedAt <= latest.ToUnixTimeMilliseconds());
            var done = await Task.WhenAll(due.Select(row => redactor.RedactDueAsync(row.Reference, row.UpdatedAt, AuditTrail.Retention)));
            redacted += done.Count(each => each);
            seen[status] = page.Count < BatchSize ? Start : new PagePosition(page[^1].CreatedAt, page[^1].Reference);
            if (page.Count < BatchSize)
                break;
        }

        return redacted;
    }

    private async Task<List<(string Reference, long CreatedAt, long UpdatedAt, long? RedactedAt)>> PageAsync(UpgradeStatus status, long latest, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<(string, long, long, long?)>(
            """
            SELECT partner_reference_no, created_at, updated_at, redacted_at FROM upgrades
            WHERE status = @status AND created_at <= @latest AND (created_at, partner_reference_no) > (@Time, @Id)
            ORDER BY created_at, partner_reference_no LIMIT @BatchSize
            """,
            new { status = status.ToText(), latest, seen[status].Time, seen[status].Id, BatchSize })).AsList();
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Information, Message = "Retention: {Widgets} expired widget URLs removed, {Upgrades} finished upgrades redacted")]
    private partial void LogDone(int widgets, int upgrades);

    [LoggerMessage(EventId = 1204, Level = LogLevel.Warning, Message = "Retention failed; the next run goes on")]
    private partial void LogFailed(Exception exception);
}
