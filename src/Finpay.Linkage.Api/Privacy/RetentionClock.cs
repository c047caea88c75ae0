using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>
/// The time that retention goes by. A wrong clock would remove data for good, so with PostgreSQL it is the server's, and with SQLite
/// ours once it can be believed: after a doubt the service has to run for 24 hours in which no other doubt comes up.
/// </summary>
internal sealed partial class RetentionClock(IDatabase database, WriteQueue writes, TimeProvider clock, ILogger<RetentionClock> logger)
{
    public static readonly TimeSpan Probation = TimeSpan.FromHours(24);

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(2);
    private static readonly TimeSpan LargestJump = TimeSpan.FromMinutes(1);

    private static readonly Statement Select = new("SELECT seen_at, agreed_for FROM retention_clock");

    private static readonly Statement Store = new(
        """
        INSERT INTO retention_clock (id, seen_at, agreed_for) VALUES (1, @now, @agreedFor)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, agreed_for = excluded.agreed_for
        """);

    private (DateTimeOffset Time, long Timestamp) last = (clock.GetUtcNow(), clock.GetTimestamp());
    private bool hasRun;

    /// <returns>Null while the time is in doubt: then nothing may be removed.</returns>
    public async Task<DateTimeOffset?> NowAsync(CancellationToken cancellationToken)
    {
        if (database is not SqliteDatabase)
            return await database.NowAsync(clock, cancellationToken);
        var (now, timestamp) = (clock.GetUtcNow(), clock.GetTimestamp());
        var elapsed = clock.GetElapsedTime(last.Timestamp, timestamp);
        var stored = await Select.QueryAsync(
            database, reader => (SeenAt: reader.Time(0), AgreedFor: TimeSpan.FromMilliseconds(reader.GetInt64(1))), cancellationToken);
        var agreedFor = (stored is [var before] ? before.AgreedFor : Probation) + elapsed;
        var jump = now - last.Time - elapsed;
        var pause = !hasRun && stored is [var earlier] ? now - earlier.SeenAt : TimeSpan.Zero;
        if (jump.Duration() > LargestJump || pause.Duration() > LongestPause)
            agreedFor = TimeSpan.Zero;
        if (agreedFor < Probation && (agreedFor == TimeSpan.Zero || !hasRun))
            LogDoubt(jump, pause, Probation - agreedFor);
        if (agreedFor > Probation)
            agreedFor = Probation;
        await writes.ExecuteAsync(
            "", writing => Store.Execute(writing, ("@now", now), ("@agreedFor", (long)agreedFor.TotalMilliseconds)), persistent: true);
        // Only now: a doubt that could not be stored comes up again.
        (last, hasRun) = ((now, timestamp), true);
        return agreedFor == Probation ? now : null;
    }

    [LoggerMessage(EventId = 1206, Level = LogLevel.Warning,
        Message = "The clock jumped by {Jump}, or the last run of retention was {Pause} ago. Retention removes nothing until the service "
            + "has run for {Left} without another jump: check the clock")]
    private partial void LogDoubt(TimeSpan jump, TimeSpan pause, TimeSpan left);
}
