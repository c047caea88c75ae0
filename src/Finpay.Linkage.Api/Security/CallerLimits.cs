using System.Globalization;
using System.Threading.RateLimiting;
using Finpay.Linkage.Api.Settings;
using Microsoft.AspNetCore.RateLimiting;

namespace Finpay.Linkage.Api.Security;

/// <summary>Configuration section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    public const string SectionName = "RateLimits";

    /// <summary>For each key name on /v1, with bursts of twice that; 0 is no limit.</summary>
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Callbacks that failed authentication, per source address; 0 is no limit.</summary>
    public int FailedCallbacksPerMinute { get; set; } = 60;
}

internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var failures = new SettingsFailures(RateLimitOptions.SectionName);
        if (options.RequestsPerSecond is < 0 or > 1_000_000)
            failures.Add(nameof(options.RequestsPerSecond), "must be from 0 (no limit) to 1000000");
        if (options.FailedCallbacksPerMinute is < 0 or > 1_000_000)
            failures.Add(nameof(options.FailedCallbacksPerMinute), "must be from 0 (no limit) to 1000000");
        return failures.ToResult();
    }
}

/// <summary>How many requests each key name may make. It runs after authentication, so only a caller with a key is counted.</summary>
internal static class CallerLimits
{
    public static void AddCallerLimits(this IServiceCollection services)
    {
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, limits) =>
        {
            var rate = limits.Value.RequestsPerSecond;
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? Math.Ceiling(known.TotalSeconds) : 1;
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, wait).ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => rate > 0 && Caller(context) is { } name
                ? RateLimitPartition.GetTokenBucketLimiter(name, _ => Bucket(rate))
                : RateLimitPartition.GetNoLimiter(""));
        });
    }

    private static string? Caller(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) ? context.User.Identity?.Name : null;

    // A burst of twice the rate: that of a batch job is no abuse.
    private static TokenBucketRateLimiterOptions Bucket(int rate) =>
        new() { TokenLimit = rate * 2, TokensPerPeriod = rate, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 };
}
