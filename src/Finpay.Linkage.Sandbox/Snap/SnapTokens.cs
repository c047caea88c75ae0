using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Finpay.Linkage.Sandbox.Clock;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>The issued B2B tokens. Their lifetime follows the sandbox's clock, so that a test can make one expire.</summary>
internal sealed class SnapTokens(SandboxClock clock)
{
    public const int LifetimeSeconds = 900;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> ends = new(StringComparer.Ordinal);

    public string Issue()
    {
        var now = clock.GetUtcNow();
        foreach (var (old, end) in ends)
        {
            if (end + Remembered < now)
                ends.TryRemove(old, out _);
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        ends[token] = now.AddSeconds(LifetimeSeconds);
        return token;
    }

    public void Drop(string token) => ends.TryRemove(token, out _);

    /// <summary>Why the token is refused; null if it is valid.</summary>
    public string? Refusal(string token)
    {
        if (!ends.TryGetValue(token, out var end))
            return "is no token of this run of the stand-in, or one it has dropped";

        return clock.GetUtcNow() < end
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"expired at {end:yyyy-MM-dd HH:mm:ss} UTC, by the sandbox's clock");
    }
}
