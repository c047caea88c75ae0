namespace Finpay.Linkage.Api.Events;

/// <summary>When an attempt that failed is made again.</summary>
internal static class EventSchedule
{
    /// <summary>The largest part by which a wait is longer or shorter, so that what failed together does not come back together.</summary>
    private const double Spread = 0.1;

    /// <summary>The longest wait that a receiver may ask for.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>After the first attempt, the second one, and so on; after the last wait there is one more attempt.</summary>
    public static IReadOnlyList<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <param name="failed">How many attempts have failed, from 1 on.</param>
    /// <param name="retryAfter">What the receiver asked for.</param>
    /// <param name="random">From 0 to 1.</param>
    /// <returns>Null when it was the last attempt.</returns>
    public static TimeSpan? WaitAfter(long failed, TimeSpan? retryAfter, double random)
    {
        if (failed > Waits.Count)
            return null;
        var wait = Waits[(int)failed - 1] * (1 - Spread + (2 * Spread * random));
        var asked = retryAfter > LongestRetryAfter ? LongestRetryAfter : retryAfter;
        return asked > wait ? asked : wait;
    }
}
