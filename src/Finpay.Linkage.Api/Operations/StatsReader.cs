using System.Data.Common;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Operations;

/// <summary>Counts exactly, in one state of the data: it reads two times of each upgrade in the range, from an index alone.</summary>
internal sealed class StatsReader(IDatabase database, TimeProvider clock) : IDisposable
{
    // The words of the index upgrades_by_status_and_times.
    private static readonly Statement SelectTimes = new(
        """
        SELECT created_at, updated_at FROM upgrades
        WHERE status = @status AND created_at >= @from AND created_at < @to
        """);

    private static readonly Statement CountNotifications =
        new("SELECT disposition, count(*) FROM notifications WHERE disposition <> 'applied' GROUP BY disposition");

    // A million upgrades keep a core busy for a second, so the calls follow each other.
    private readonly SemaphoreSlim turn = new(1);

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => database.NowAsync(clock, cancellationToken);

    public async Task<StatsView> ReadAsync(StatsRange range, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = database.BeginRead(connection);
            var tallies = Enumerable.Range(0, range.Count).Select(_ => new Tally()).ToList();
            foreach (var status in Enum.GetValues<UpgradeStatus>())
                await SelectTimes.QueryAsync(
                    connection, transaction, reader => tallies[range.IndexOf(reader.GetInt64(0))].Add(status, reader), cancellationToken,
                    ("@status", status), ("@from", range.From), ("@to", range.To));
            return new StatsView(
                range.Bucket, Time(range.From), Time(range.To), [.. tallies.Select((tally, index) => View(range[index], tally))],
                await ReadNowAsync(connection, transaction, now, cancellationToken));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private static async Task<StatsNow> ReadNowAsync(
        DbConnection connection, DbTransaction transaction, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var inbox = (await CountNotifications.QueryAsync(
            connection, transaction, reader => (Disposition: reader.Word<Disposition>(0), Count: reader.GetInt64(1)), cancellationToken))
            .ToDictionary(row => row.Disposition, row => row.Count);
        var events = await EventFigures.ReadAsync(connection, transaction, now, cancellationToken);
        return new StatsNow
        {
            Orphans = inbox.GetValueOrDefault(Disposition.Orphan),
            Contradictions = inbox.GetValueOrDefault(Disposition.Contradiction),
            UnknownOutcome = inbox.GetValueOrDefault(Disposition.UnknownOutcome),
            Invalid = inbox.GetValueOrDefault(Disposition.Invalid),
            EventsPending = events.Pending,
            EventsDead = events.Dead,
            OldestPendingSeconds = events.OldestPending?.TotalSeconds,
        };
    }

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

        /// <summary>Adds a row of <see cref="SelectTimes"/>. The answer is for the list of the query, which needs one.</summary>
        public bool Add(UpgradeStatus status, DbDataReader row)
        {
            counts[(int)status]++;
            if (status is UpgradeStatus.Approved or UpgradeStatus.Rejected)
                delays.Add(row.GetInt64(1) - row.GetInt64(0));
            return true;
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
