using System.Diagnostics.Metrics;
using System.Net;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>
/// Counts callbacks that failed authentication: one warning for each up to the limit, a metric by check, and a limit for each source. An
/// authentic callback is never counted here, so whatever a stranger does, Finnet is not limited.
/// </summary>
internal sealed partial class FailedCallbacks
{
    public const string RefusedName = "linkage.callbacks.refused";

    /// <summary>The most sources with a count of their own in a minute (half a megabyte); all others share one count.</summary>
    public const int MaxSources = 10_000;

    private readonly Counter<long> refused;
    private readonly WindowLimit<SourceNetwork> limits;
    private readonly int limit;
    private readonly ILogger<FailedCallbacks> logger;

    public FailedCallbacks(
        IOptions<RateLimitOptions> options, IOptions<NotificationOptions> notifications, IMeterFactory meters, TimeProvider clock,
        ILogger<FailedCallbacks> logger)
    {
        (limit, this.logger) = (options.Value.FailedCallbacksPerMinute, logger);
        limits = new(limit, TimeSpan.FromMinutes(1), MaxSources, clock);
        refused = meters.Create(Spans.Name).CreateCounter<long>(
            RefusedName, "{callback}", "Callbacks that failed authentication, by the check that did not pass.");
        foreach (var check in notifications.Value.Authentication)
            refused.Add(0, Tag(check));
    }

    /// <returns>How long the source has to wait; null when it is within its limit.</returns>
    public TimeSpan? Count(IPAddress? source, CallbackFailure failure)
    {
        refused.Add(1, Tag(failure.Check));
        var (wait, atLimit) = limit == 0 ? (null, false) : limits.Count(SourceNetwork.Of(source));
        // Beyond the limit nothing is logged, so that a flood does not fill the disk.
        if (wait is null)
            LogRefused(failure.Check, EnumText.Of(failure.Reason));
        if (atLimit)
            LogLimited(limit);
        return wait;
    }

    private static KeyValuePair<string, object?> Tag(CallbackAuthentication check) => new("check", EnumText.Of(check));

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "Callback refused: {Check} did not pass ({Reason})")]
    private partial void LogRefused(CallbackAuthentication check, string reason);

    [LoggerMessage(EventId = 1107, Level = LogLevel.Warning,
        Message = "A source failed {Limit} times this minute: its further callbacks get 429 and are counted, not logged")]
    private partial void LogLimited(int limit);
}
