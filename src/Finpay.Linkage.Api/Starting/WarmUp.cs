using System.Diagnostics;

namespace Finpay.Linkage.Api.Starting;

/// <summary>Plays the rehearsal beside the start, on a core that would be idle; nobody is listened to before it is over.</summary>
internal sealed partial class WarmUp
{
    /// <summary>0 leaves it out: only for measuring what it is worth.</summary>
    public const string Switch = "LINKAGE_WARM_UP";

    // A start must not wait for what only makes it better.
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Task rehearsal;

    private WarmUp(Func<Task> rehearse) => rehearsal = Task.Run(rehearse);

    /// <summary>Begins at once.</summary>
    /// <returns>Null when it is switched off.</returns>
    public static WarmUp? Begin(Func<Task> rehearse) => Environment.GetEnvironmentVariable(Switch) == "0" ? null : new WarmUp(rehearse);

    /// <summary>Ends when it is over, failed or not.</summary>
    public async Task EndAsync(ILogger<WarmUp> logger, TimeProvider clock)
    {
        try
        {
            await rehearsal.WaitAsync(Patience, clock);
            // What was played with is garbage now, and so is what the start left behind: the memory goes back to the system while nobody is served yet.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            LogWarm(logger, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception exception)
        {
            LogCold(logger, exception);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Information, Message = "Warmed up, {ElapsedMs} ms after the start")]
    private static partial void LogWarm(ILogger logger, long elapsedMs);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Warning, Message = "The warm-up failed: the first calls will be slower, nothing else is affected")]
    private static partial void LogCold(ILogger logger, Exception exception);
}
