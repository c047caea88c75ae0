using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Finpay.Linkage.Api.Security;

/// <summary>
/// How many requests each key name may make (<see cref="RateLimitOptions"/>). It runs after authentication, so a
/// caller without a key uses up nobody's share.
/// </summary>
internal static class CallerLimits
{
    // Twice the rate: the burst of a batch job is no abuse.
    private const int Burst = 2;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static void AddCallerLimits(this IServiceCollection services)
    {
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, limits) =>
        {
            var rate = limits.Value.RequestsPerSecond;
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) && known > Shortest ? known : Shortest;
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => rate > 0 && Caller(context) is { } name
                ? RateLimitPartition.GetTokenBucketLimiter(name, _ => Bucket(rate))
                : RateLimitPartition.GetNoLimiter(""));
        });
    }

    private static string? Caller(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) ? context.User.Identity?.Name : null;

    private static TokenBucketRateLimiterOptions Bucket(int rate) => new()
    {
        TokenLimit = rate * Burst,
        TokensPerPeriod = rate,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
