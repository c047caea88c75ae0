using System.Data.Common;
using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// Tells of upgrades that have become overdue, each once: a mark on the record is set in the transaction that writes its event, so any
/// number of instances may run it.
/// </summary>
internal sealed partial class OverdueJob : RepeatedJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const int BatchSize = 100;

    // One bound at each end: of two, SQLite may take the wider one and read all that is overdue for each batch.
    private const string Untold = $"""
        {Overdue.Condition} AND overdue_at IS NULL
          AND {Overdue.Since} >= @after AND ({Overdue.Since}, partner_reference_no) > (@after, @afterReference)
        """;

    private static readonly Statement SelectBegin = new("SELECT applied_at FROM schema_version WHERE version = 4");

    private static readonly Statement Count = new($"SELECT count(*) FROM upgrades WHERE {Overdue.Condition}");

    private static readonly Statement SelectUntold = new(
        $"""
         SELECT {Overdue.Since}, partner_reference_no FROM upgrades
         WHERE {Untold}
         ORDER BY {Overdue.Since}, partner_reference_no LIMIT @limit
         """);

    // What another instance or a callback has locked at this moment is looked at in the next run.
    private static readonly Statement Mark = new(
        $"""
         WITH due AS MATERIALIZED (
           SELECT partner_reference_no FROM upgrades
           WHERE {Untold} AND ({Overdue.Since}, partner_reference_no) <= (@overdueSince, @lastReference)
           ORDER BY partner_reference_no FOR UPDATE SKIP LOCKED)
         UPDATE upgrades SET overdue_at = @now WHERE partner_reference_no IN (SELECT partner_reference_no FROM due)
         RETURNING partner_reference_no, owner, status, version, {Overdue.Since}, merchant_id
         """);

    private readonly IDatabase database;
    private readonly WriteQueue writes;
    private readonly EventOutbox outbox;
    private readonly UpgradeOptions options;
    private readonly ILogger<OverdueJob> logger;
    private long overdue;

    public OverdueJob(
        IDatabase database, WriteQueue writes, EventOutbox outbox, IOptions<UpgradeOptions> options, TimeProvider clock,
        IMeterFactory meters, ILogger<OverdueJob> logger)
        : base(Interval, clock)
    {
        (this.database, this.writes, this.outbox, this.options, this.logger) = (database, writes, outbox, options.Value, logger);
        meters.Create(Spans.Name).CreateObservableGauge(
            "linkage.upgrades.overdue", () => Volatile.Read(ref overdue), "{upgrade}", "Upgrades that have no result after OverdueAfter.");
    }

    /// <summary>One run: until no upgrade is left that is overdue and was not told.</summary>
    /// <returns>How many this instance has told.</returns>
    public override async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = await database.NowAsync(Clock, cancellationToken);
        var begin = (await SelectBegin.QueryAsync(database, reader => reader.Time(0), cancellationToken))[0] - options.OverdueAfter;
        var which = Overdue.Parameters(options, now);
        // What was overdue before the script that made the mark is not told.
        var (told, after) = (0, new Place(begin + TimeSpan.FromMilliseconds(1), ""));
        for (var full = true; full;)
        {
            (string, object?)[] from = [("@after", after.Since), ("@afterReference", after.Reference)];
            var due = await SelectUntold.QueryAsync(
                database, reader => new Place(reader.Time(0), reader.GetString(1)), cancellationToken,
                [.. which, .. from, ("@limit", BatchSize)]);
            if (due.Count == 0)
                break;
            after = due[^1];
            (string, object?)[] range = [
                .. which.Where(one => one.Name != "@overdueSince"), .. from, ("@overdueSince", after.Since),
                ("@lastReference", after.Reference)];
            told += await writes.ExecuteAsync("", transaction => Tell(transaction, range), persistent: true);
            outbox.TellCommitted();
            full = due.Count == BatchSize;
        }

        Volatile.Write(ref overdue, (await Count.QueryAsync(database, reader => reader.GetInt64(0), cancellationToken, which))[0]);
        if (told > 0)
            LogOverdue(told, overdue);
        return told;
    }

    private int Tell(DbTransaction transaction, (string, object?)[] range)
    {
        var marked = Mark.Query(
            transaction,
            reader => new UpgradeEvent(
                EventTypes.Overdue, reader.GetString(0), reader.GetString(1), reader.GetString(5), reader.Word<UpgradeStatus>(2),
                reader.GetInt64(3), reader.Time(4) + options.OverdueAfter),
            range);
        outbox.Add(transaction, marked);
        return marked.Count;
    }

    [LoggerMessage(EventId = 1701, Level = LogLevel.Warning,
        Message = "{Count} upgrades have become overdue: they have no result after Upgrades:OverdueAfter; {Total} are overdue now")]
    private partial void LogOverdue(int count, long total);

    [LoggerMessage(EventId = 1702, Level = LogLevel.Warning, Message = "Overdue upgrades can't be looked for; the next run goes on")]
    protected override partial void LogFailed(Exception exception);

    private readonly record struct Place(DateTimeOffset Since, string Reference);
}
