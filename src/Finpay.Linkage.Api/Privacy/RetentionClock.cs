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

    // Linux names each start of the machine. Elsewhere only the times within one process are compared by the monotonic clock.
    private const string BootFile = "/proc/sys/kernel/random/boot_id";
    private static readonly string Boot = File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : Guid.NewGuid().ToString();

    private static readonly Statement Select = new("SELECT seen_at, agreed_for, boot, uptime FROM retention_clock");

    private static readonly Statement Store = new(
        """
        INSERT INTO retention_clock (id, seen_at, agreed_for, boot, uptime) VALUES (1, @now, @agreedFor, @boot, @uptime)
        ON CONFLICT (id) DO UPDATE
        SET seen_at = excluded.seen_at, agreed_for = excluded.agreed_for, boot = excluded.boot, uptime = excluded.uptime
        """);

    private bool hasRun;

    /// <returns>Null while the time is in doubt: then nothing may be removed.</returns>
    public async Task<DateTimeOffset?> NowAsync(CancellationToken cancellationToken)
    {
        if (database is not SqliteDatabase)
            return await database.NowAsync(clock, cancellationToken);
        // The monotonic clock, which nobody can set; it goes on from one process to the next.
        var (now, uptime) = (clock.GetUtcNow(), clock.GetElapsedTime(0));
        var stored = await Select.QueryAsync(
            database, reader => new Seen(reader.Time(0), Span(reader.GetInt64(1)), reader.GetString(2), Span(reader.GetInt64(3))),
            cancellationToken);
        var agreedFor = Probation;
        if (stored is [var last])
        {
            var isSameBoot = last.Boot == Boot && uptime >= last.Uptime;
            var elapsed = isSameBoot ? uptime - last.Uptime : TimeSpan.Zero;
            var error = now - last.At - elapsed;
            // Between two processes nobody has looked, so this time proves nothing.
            agreedFor = error.Duration() > (isSameBoot ? LargestJump : LongestPause) ? TimeSpan.Zero
                : hasRun ? last.AgreedFor + elapsed
                : last.AgreedFor;
            if (agreedFor < Probation && (agreedFor == TimeSpan.Zero || !hasRun))
                LogDoubt(last.At, now, Probation - agreedFor);
        }

        if (agreedFor > Probation)
            agreedFor = Probation;
        await writes.ExecuteAsync(
            "",
            writing => Store.Execute(
                writing, ("@now", now), ("@agreedFor", (long)agreedFor.TotalMilliseconds), ("@boot", Boot),
                ("@uptime", (long)uptime.TotalMilliseconds)),
            persistent: true);
        hasRun = true;
        return agreedFor == Probation ? now : null;
    }

    private static TimeSpan Span(long milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    [LoggerMessage(EventId = 1206, Level = LogLevel.Warning,
        Message = "The clock can't be trusted: retention last ran at {Last:O}, and now it is {Now:O}. Retention removes nothing until the "
            + "service has run for {Left} without another jump of the clock: check it")]
    private partial void LogDoubt(DateTimeOffset last, DateTimeOffset now, TimeSpan left);

    private sealed record Seen(DateTimeOffset At, TimeSpan AgreedFor, string Boot, TimeSpan Uptime);
}
