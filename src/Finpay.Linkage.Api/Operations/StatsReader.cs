using System.Data.Common;
using System.Globalization;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Operations;

/// <summary>Counts exactly, in one state of the data, from one index alone.</summary>
internal sealed class StatsReader(IDatabase database, IOptions<UpgradeOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>
    /// For each bucket, how many milliseconds its upgrades of one status have taken to it, as one text: a row for each upgrade would take
    /// three times as long. The words are those of the index upgrades_by_status_and_times.
    /// </summary>
    public const string SelectDelays = $$"""
        WITH RECURSIVE bucket (start, finish) AS (
          SELECT CAST(@from AS bigint), CAST(@firstEnd AS bigint)
          UNION ALL
          SELECT finish, CASE WHEN finish + @width < @to THEN finish + @width ELSE @to END FROM bucket WHERE finish < @to)
        SELECT start, (
          SELECT string_agg(CAST({{Overdue.Since}} - created_at AS text), ',') FROM upgrades
          WHERE status = @status AND created_at >= start AND created_at < finish {0})
        FROM bucket
        """;

    private const string CountNotifications =
        "SELECT disposition, count(*) FROM notifications WHERE disposition <> 'applied' {0} GROUP BY disposition";

    private const string CountOverdue = $$"""SELECT count(*) FROM upgrades WHERE {{Overdue.Condition}} {0}""";

    /// <summary>
    /// A million upgrades keep a core busy for a while, so the calls follow each other; those that wait hold up no other read.
    /// </summary>
    public ReadLimit Turn { get; } = new(clock, atOnce: 1, most: 16);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => database.NowAsync(clock, cancellationToken);

    /// <param name="range">What is counted.</param>
    /// <param name="merchantId">Whose; null is everybody's.</param>
    /// <param name="now">The time that what waits is looked at from.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<StatsView> ReadAsync(StatsRange range, string? merchantId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var delaysOf = For(SelectDelays, merchantId);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = database.BeginRead(connection);
        var tallies = Enumerable.Range(0, range.Count).Select(_ => new Tally()).ToList();
        foreach (var status in Enum.GetValues<UpgradeStatus>())
        {
            var found = await delaysOf.QueryAsync(
                connection, transaction, reader => (Start: reader.GetInt64(0), Delays: reader.TextOrNull(1)), cancellationToken,
                ("@status", status), ("@from", range.From), ("@firstEnd", range[0].To), ("@width", range.Width), ("@to", range.To),
                ("@merchant", merchantId));
            foreach (var (start, delays) in found)
                tallies[range.IndexOf(start)].Add(status, delays);
        }

        return new StatsView(
            range.Bucket, Time(range.From), Time(range.To), [.. tallies.Select((tally, index) => View(range[index], tally))],
            await ReadNowAsync(connection, transaction, merchantId, now, cancellationToken));
    }

    public void Dispose() => Turn.Dispose();

    private async Task<StatsNow> ReadNowAsync(
        DbConnection connection, DbTransaction transaction, string? merchantId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var inbox = (await For(CountNotifications, merchantId).QueryAsync(
            connection, transaction, reader => (Disposition: reader.Word<Disposition>(0), Count: reader.GetInt64(1)), cancellationToken,
            ("@merchant", merchantId)))
            .ToDictionary(row => row.Disposition, row => row.Count);
        var overdue = await For(CountOverdue, merchantId).QueryAsync(
            connection, transaction, reader => reader.GetInt64(0), cancellationToken,
            [.. Overdue.Parameters(options.Value, now), ("@merchant", merchantId)]);
        var events = await EventFigures.ReadAsync(connection, transaction, merchantId, now, cancellationToken);
        return new StatsNow
        {
            Overdue = overdue[0],
            Orphans = inbox.GetValueOrDefault(Disposition.Orphan),
            Contradictions = inbox.GetValueOrDefault(Disposition.Contradiction),
            UnknownOutcome = inbox.GetValueOrDefault(Disposition.UnknownOutcome),
            Invalid = inbox.GetValueOrDefault(Disposition.Invalid),
            EventsPending = events.Pending,
            EventsDead = events.Dead,
            OldestPendingSeconds = events.OldestPending?.TotalSeconds,
        };
    }

    private static Statement For(string format, string? merchantId) => new(
        string.Format(CultureInfo.InvariantCulture, format, merchantId is null ? "" : "AND merchant_id = @merchant"));

    private static StatsBucket View((long From, long To) bounds, Tally tally) => new()
    {
        From = Time(bounds.From),
        To = Time(bounds.To),
        Created = tally.Total,
        WidgetIssued = tally[UpgradeStatus.WidgetIssued],
        Approved = tally[UpgradeStatus.Approved],
        Rejected = tally[UpgradeStatus.Rejected],
        Failed = tally[UpgradeStatus.Failed],
        InDoubt = tally[UpgradeStatus.InDoubt],
        MedianSeconds = tally.Percentile(50),
        P95Seconds = tally.Percentile(95),
    };

    private static DateTimeOffset Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    /// <summary>What one bucket has.</summary>
    private sealed class Tally
    {
        private readonly int[] counts = new int[Enum.GetValues<UpgradeStatus>().Length];
        private readonly List<long> delays = [];
        private bool sorted;

        public int Total => counts.Sum();

        public int this[UpgradeStatus status] => counts[(int)status];

        /// <param name="status">The status of these upgrades.</param>
        /// <param name="texts">The delay of each, separated by commas; null when there is none.</param>
        public void Add(UpgradeStatus status, ReadOnlySpan<char> texts)
        {
            if (texts.IsEmpty)
                return;
            counts[(int)status] = texts.Count(',') + 1;
            if (status is not (UpgradeStatus.Approved or UpgradeStatus.Rejected))
                return;
            foreach (var one in texts.Split(','))
                delays.Add(long.Parse(texts[one], CultureInfo.InvariantCulture));
        }

        /// <summary>The smallest delay in seconds that so many of 100 do not exceed (nearest rank).</summary>
        public double? Percentile(int percent)
        {
            if (delays.Count == 0)
                return null;
            if (!sorted)
                delays.Sort();
            sorted = true;
            return delays[(int)((((long)delays.Count * percent) + 99) / 100) - 1] / 1000.0;
        }
    }
}
