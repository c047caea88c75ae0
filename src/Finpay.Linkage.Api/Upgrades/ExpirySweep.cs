using System.Data.Common;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// Tells the merchant's systems of widgets that have expired, each once. How far it has come stands in the database, and moves in the
/// transaction that writes the events: so any number of instances may run it.
/// </summary>
internal sealed partial class ExpirySweep(
    IDatabase database, WriteQueue writes, EventOutbox outbox, TimeProvider clock, ILogger<ExpirySweep> logger)
    : RepeatedJob(Interval, clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int BatchSize = 100;

    // What expired before the first start of this release is not told.
    private static readonly Statement Begin = new(
        $"""
         INSERT INTO event_progress (id, expired_until, expired_reference) VALUES (1, COALESCE({Dialect.ServerTime}, @now), '')
         ON CONFLICT (id) DO NOTHING
         """);

    // Retention removes the URL only of what has been told; until then the index of such records serves this too.
    private static readonly Statement SelectDue = new(
        """
        SELECT widget_expires_at, partner_reference_no FROM upgrades
        WHERE widget_url IS NOT NULL AND status = 'widgetIssued' AND widget_expires_at <= @until
          AND (widget_expires_at, partner_reference_no) > (@from, @reference)
        ORDER BY widget_expires_at, partner_reference_no LIMIT @limit
        """);

    private static readonly Statement SelectProgress = new("SELECT expired_until, expired_reference FROM event_progress WHERE id = 1");

    private static readonly Statement Advance = new(
        """
        UPDATE event_progress SET expired_until = @until, expired_reference = @reference
        WHERE id = 1 AND expired_until = @before AND expired_reference = @referenceBefore
        """);

    private bool hasBegun;

    /// <summary>One run: until no widget is left that has expired and was not told.</summary>
    /// <returns>All that expired until then is told.</returns>
    public override async Task<DateTimeOffset> RunAsync(CancellationToken cancellationToken)
    {
        if (!hasBegun)
            await writes.ExecuteAsync(
                "", transaction => Begin.Execute(transaction, ("@now", Clock.GetUtcNow())), persistent: true);
        hasBegun = true;
        var until = await database.NowAsync(Clock, cancellationToken);
        while (true)
        {
            var progress = (await SelectProgress.QueryAsync(database, Read, cancellationToken))[0];
            var due = await SelectDue.QueryAsync(
                database, Read, cancellationToken, ("@until", until), ("@from", progress.ExpiresAt), ("@reference", progress.Reference),
                ("@limit", BatchSize));
            if (due.Count == 0)
                return until;
            await writes.ExecuteAsync("", transaction => Tell(transaction, progress, due), persistent: true);
            outbox.TellCommitted();
            if (due.Count < BatchSize)
                return until;
        }
    }

    private int Tell(DbTransaction transaction, Due progress, List<Due> due)
    {
        var last = due[^1];
        var isMine = Advance.Execute(
            transaction, ("@until", last.ExpiresAt), ("@reference", last.Reference), ("@before", progress.ExpiresAt),
            ("@referenceBefore", progress.Reference));
        // Another instance was faster.
        if (isMine == 0 || outbox.Endpoints.Count == 0)
            return 0;
        // In the order in which all writers lock records.
        foreach (var one in due.OrderBy(one => one.Reference, StringComparer.Ordinal))
        {
            if (UpgradeRecords.Find(transaction, one.Reference) is { Status: UpgradeStatus.WidgetIssued } row
                && row.WidgetExpiresAt == one.ExpiresAt)
                outbox.Add(transaction, UpgradeRecords.EventOf(row, EventTypes.WidgetExpired, one.ExpiresAt));
        }

        return isMine;
    }

    private static Due Read(DbDataReader reader) => new(reader.Time(0), reader.GetString(1));

    [LoggerMessage(EventId = 1402, Level = LogLevel.Warning, Message = "Expired widgets can't be looked for; the next run goes on")]
    protected override partial void LogFailed(Exception exception);

    private readonly record struct Due(DateTimeOffset ExpiresAt, string Reference);
}
