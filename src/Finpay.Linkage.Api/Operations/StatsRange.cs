namespace Finpay.Linkage.Api.Operations;

/// <summary>Which upgrades are counted, by their creation in Unix milliseconds, and where the buckets begin.</summary>
internal sealed record StatsRange(StatsWidth Bucket, long From, long To)
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;
    private const long JakartaMs = 7 * HourMs;

    /// <summary>The most that is counted in one call.</summary>
    public const long MaxMs = 92 * DayMs;

    private const int DefaultDays = 7;

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    /// <summary>Without a start: seven days in Jakarta, the last one is that of the end.</summary>
    public static StatsRange Of(StatsWidth bucket, long? from, long to) =>
        new(bucket, from ?? Math.Max(Earliest, StartOf(to - 1, DayMs) - ((DefaultDays - 1) * DayMs)), to);

    /// <summary>How many buckets there are.</summary>
    public int Count => IndexOf(To - 1) + 1;

    /// <summary>Which bucket has this time.</summary>
    public int IndexOf(long time) => (int)((time - StartOf(From, Width)) / Width);

    /// <summary>Where a bucket begins and ends; the first and the last may be partial.</summary>
    public (long From, long To) this[int index]
    {
        get
        {
            var start = StartOf(From, Width) + (index * Width);
            return (Math.Max(start, From), Math.Min(start + Width, To));
        }
    }

    public long Width => Bucket == StatsWidth.Hour ? HourMs : DayMs;

    private static long StartOf(long time, long width) => time - ((((time + JakartaMs) % width) + width) % width);
}
