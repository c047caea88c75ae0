using System.Net;
using Finpay.Linkage.Api.Settings;
using Microsoft.AspNetCore.HttpOverrides;

namespace Finpay.Linkage.Api.Security;

/// <summary>Configuration section <c>ForwardedHeaders</c>: the proxies that are believed about the caller's address and scheme.</summary>
public sealed class ProxyOptions
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
            ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
            : ForwardedHeaders.None;
        forwarded.ForwardLimit = null;
    }
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
