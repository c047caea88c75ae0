using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Browser;

/// <summary>Configuration section <c>Browser</c>.</summary>
public sealed class BrowserOptions
{
    public const string SectionName = "Browser";

    /// <summary>How long a token opens its upgrade.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Origins of pages that may call the routes for browsers; none by default.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>Open streams of this instance.</summary>
    public int MaxStreams { get; set; } = 10_000;

    /// <summary>Open streams of one upgrade.</summary>
    public int MaxStreamsPerUpgrade { get; set; } = 20;
}

internal sealed class BrowserOptionsValidator : IValidateOptions<BrowserOptions>
{
    public ValidateOptionsResult Validate(string? name, BrowserOptions options)
    {
        var failures = new SettingsFailures(BrowserOptions.SectionName);
        if (options.TokenLifetime < TimeSpan.FromMinutes(1) || options.TokenLifetime > TimeSpan.FromDays(1))
            failures.Add(nameof(options.TokenLifetime), "must be from 00:01:00 to 1.00:00:00");
        foreach (var (index, _) in options.Origins.Index().Where(origin => !IsOrigin(origin.Item)))
            failures.Add(
                $"{nameof(options.Origins)}:{index}",
                "must be an origin as browsers send it: https (http on loopback), a host in lower case, a port unless it is the usual one");
        if (options.MaxStreams is < 1 or > 1_000_000)
            failures.Add(nameof(options.MaxStreams), "must be from 1 to 1000000");
        if (options.MaxStreamsPerUpgrade is < 1 or > 1000)
            failures.Add(nameof(options.MaxStreamsPerUpgrade), "must be from 1 to 1000");
        return failures.ToResult();
    }

    // A browser compares it as text, so another spelling of the same origin would never fit.
    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
        && text == $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}";
}
