using Finpay.Linkage.Api.Settings;

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
