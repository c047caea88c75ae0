using System.Net;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Settings;
using Microsoft.AspNetCore.HttpOverrides;

namespace Finpay.Linkage.Api.Security;

/// <summary>
/// Configuration section <c>ForwardedHeaders</c>: the proxies that are believed about the caller's address, scheme and path prefix.
/// </summary>
public sealed partial class ProxyOptions
{
    public const string SectionName = "ForwardedHeaders";

    /// <summary>Addresses of proxies.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Networks of proxies, CIDR.</summary>
    public IList<string> KnownNetworks { get; } = [];

    /// <summary>Applies these settings; no proxy is believed unless it is named here.</summary>
    internal void Apply(ForwardedHeadersOptions forwarded)
    {
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var address in KnownProxies)
            forwarded.KnownProxies.Add(IPAddress.Parse(address));
        foreach (var network in KnownNetworks)
            forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        forwarded.ForwardedHeaders = KnownProxies.Count + KnownNetworks.Count > 0
            ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedPrefix
            : ForwardedHeaders.None;
        forwarded.ForwardLimit = null;
    }

    /// <summary>
    /// Keeps a prefix that is a plain path. Proxies pass on what a caller sent, and it becomes the beginning of addresses.
    /// </summary>
    internal static Task CheckPrefix(HttpContext context, RequestDelegate next)
    {
        const string Header = "X-Forwarded-Prefix";
        if (context.Request.Headers.TryGetValue(Header, out var values))
        {
            // The connected proxy wrote the last one.
            var prefix = values[^1]?.Split(',')[^1].Trim() ?? "";
            context.Request.Headers[Header] = prefix.Length <= 256 && PlainPath().IsMatch(prefix) ? prefix.TrimEnd('/') : "";
        }

        return next(context);
    }

    // No segment is empty, and none begins with a dot.
    [GeneratedRegex("^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainPath();
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var failures = new SettingsFailures(ProxyOptions.SectionName);
        foreach (var (index, _) in options.KnownProxies.Index().Where(proxy => !IPAddress.TryParse(proxy.Item, out _)))
            failures.Add($"KnownProxies:{index}", "must be an IP address");
        foreach (var (index, _) in options.KnownNetworks.Index().Where(network => !System.Net.IPNetwork.TryParse(network.Item, out _)))
            failures.Add($"KnownNetworks:{index}", "must be a network, 10.0.0.0/8 or 2001:db8::/32");
        return failures.ToResult();
    }
}
