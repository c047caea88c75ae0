using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Finpay.Linkage.Api.Settings;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>
/// What becomes of callbacks that failed authentication: one warning (up to the limit), one count by rung, and a limit for each source. An authentic callback never comes here,
/// so whatever a stranger does, Finnet is not limited.
/// </summary>
internal sealed partial class FailedCallbacks(
    IOptions<RateLimitOptions> options, CallbackMetrics metrics, TimeProvider clock, ILogger<FailedCallbacks> logger)
{
    /// <summary>So many sources are told apart in a minute; all that come after them share one count. Half a megabyte at most.</summary>
    public const int MaxSources = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(AddressFamily, ulong), int> counts = [];
    private readonly int limit = options.Value.FailedCallbacksPerMinute;
    private long window;

    /// <returns>How long the source has to wait; null when it is within its limit.</returns>
    public TimeSpan? Count(IPAddress? source, CallbackFailure failure)
    {
        metrics.CountRefused(failure.Rung);
        var (wait, atLimit) = limit == 0 ? (null, false) : Limit(source);
        // Who floods us fills no disk: beyond the limit the count alone goes on.
        if (wait is null)
            LogRefused(failure.Rung, failure.Reason);
        if (atLimit)
            LogLimited(limit);
        return wait;
    }

    /// <returns>How long the source has to wait, when it has to; and whether this was the last one within its limit.</returns>
    private (TimeSpan? Wait, bool AtLimit) Limit(IPAddress? source)
    {
        var now = clock.GetUtcNow();
        var current = now.UtcTicks / Window.Ticks;
        lock (gate)
        {
            if (current != window)
            {
                window = current;
                counts.Clear();
            }

            var key = KeyOf(source);
            if (counts.Count >= MaxSources && !counts.ContainsKey(key))
                key = default;
            var count = counts.GetValueOrDefault(key);
            if (count < limit)
            {
                counts[key] = count + 1;
                return (null, count + 1 == limit);
            }
        }

        return (TimeSpan.FromTicks(((current + 1) * Window.Ticks) - now.UtcTicks), false);
    }

    // Whoever has one address of IPv6 has its whole /64.
    private static (AddressFamily Family, ulong Network) KeyOf(IPAddress? source)
    {
        if (source is null)
            return default;
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var written) && written == 16
            ? (address.AddressFamily, BinaryPrimitives.ReadUInt64BigEndian(bytes))
            : (address.AddressFamily, BinaryPrimitives.ReadUInt32BigEndian(bytes));
    }

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "Callback refused: {Rung} did not pass ({Reason})")]
    private partial void LogRefused(CallbackAuthentication rung, string reason);

    [LoggerMessage(EventId = 1107, Level = LogLevel.Warning, Message = "A source failed {Limit} times this minute: the rest of it is refused with 429 and counted, not logged")]
    private partial void LogLimited(int limit);
}
