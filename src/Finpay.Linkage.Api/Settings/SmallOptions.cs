using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Settings;

/// <summary>Configuration section <c>Images</c>.</summary>
public sealed class ImageOptions
{
    public const string SectionName = "Images";

    /// <summary>Room for what is no image in a create request.</summary>
    internal const int OtherBytes = 64 * 1024;

    /// <summary>Largest image, decoded, in bytes.</summary>
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>All image requests together, in bytes as they arrive. Each takes up to twice that for a moment; the default fits 512 MiB of memory.</summary>
    public long MaxBytesInFlight { get; set; } = 128 * 1024 * 1024;

    /// <summary>Largest create request, in bytes: two images in Base64 (4/3), and the rest.</summary>
    public int MaxRequestBytes => (int)Math.Min(int.MaxValue - 1, (2L * 4 * MaxBytes / 3) + OtherBytes);
}

/// <summary>Configuration section <c>Swagger</c>.</summary>
public sealed class SwaggerOptions
{
    public const string SectionName = "Swagger";

    public bool Enabled { get; set; } = true;
}

/// <summary>Configuration section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    public const string SectionName = "RateLimits";

    /// <summary>Of each key name on /v1, bursts of twice that; 0 is no limit.</summary>
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Of callbacks that failed authentication, per source address; 0 is no limit.</summary>
    public int FailedCallbacksPerMinute { get; set; } = 60;
}

/// <summary>Configuration section <c>ForwardedHeaders</c>: whom to believe about the caller's address.</summary>
public sealed class ProxyOptions
{
    public const string SectionName = "ForwardedHeaders";

    /// <summary>Addresses of proxies.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Networks of proxies, CIDR.</summary>
    public IList<string> KnownNetworks { get; } = [];
}

internal sealed class SmallOptionsValidator : IValidateOptions<ImageOptions>, IValidateOptions<ProxyOptions>, IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, ImageOptions options)
    {
        var failures = new SettingsFailures(ImageOptions.SectionName);
        if (options.MaxBytes < 1024 || options.MaxBytes > 64 * 1024 * 1024)
            failures.Add(nameof(options.MaxBytes), "must be from 1024 to 67108864");
        else if (options.MaxBytesInFlight < options.MaxRequestBytes)
            failures.Add(nameof(options.MaxBytesInFlight), $"must be at least {options.MaxRequestBytes}, the largest create request");
        return failures.ToResult();
    }

    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var failures = new SettingsFailures(RateLimitOptions.SectionName);
        if (options.RequestsPerSecond is < 0 or > 1_000_000)
            failures.Add(nameof(options.RequestsPerSecond), "must be from 0 (no limit) to 1000000");
        if (options.FailedCallbacksPerMinute is < 0 or > 1_000_000)
            failures.Add(nameof(options.FailedCallbacksPerMinute), "must be from 0 (no limit) to 1000000");
        return failures.ToResult();
    }

    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var failures = new SettingsFailures(ProxyOptions.SectionName);
        for (var index = 0; index < options.KnownProxies.Count; index++)
        {
            if (!System.Net.IPAddress.TryParse(options.KnownProxies[index], out _))
                failures.Add($"KnownProxies:{index}", "must be an IP address");
        }

        for (var index = 0; index < options.KnownNetworks.Count; index++)
        {
            if (!System.Net.IPNetwork.TryParse(options.KnownNetworks[index], out _))
                failures.Add($"KnownNetworks:{index}", "must be a network, 10.0.0.0/8 or 2001:db8::/32");
        }

        return failures.ToResult();
    }
}
