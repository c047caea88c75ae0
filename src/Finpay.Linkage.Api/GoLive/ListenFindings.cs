using System.Net;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>Whether what comes in comes over TLS.</summary>
internal static class ListenFindings
{
    private const string Check = "TLS";

    public static IEnumerable<Finding> On(LiveSettings settings, TimeProvider clock)
    {
        var addresses = Addresses(settings.Configuration).ToList();
        var proxied = settings.Proxies.KnownProxies.Count + settings.Proxies.KnownNetworks.Count > 0;
        foreach (var (text, certificate) in addresses)
        {
            if (TryParse(text) is not { } address)
                yield return Finding.Failure(Check, $"{text} is no address to listen on");
            else if (address.Scheme == Uri.UriSchemeHttps)
                yield return ServerCertificate.Look(text, certificate, settings, clock);
            else if (proxied)
                yield return Finding.Ok(Check, $"{text}, TLS ends at the known proxies: let nobody else reach it");
            else if (IsLocal(address))
                yield return Finding.Warning(Check, $"{text} is for this machine alone: Finnet needs a proxy with TLS in front, named in ForwardedHeaders:KnownProxies");
            else
                yield return Finding.Failure(Check, $"{text} is open without TLS, and no proxy is known: listen on https, or name the proxy in ForwardedHeaders:KnownProxies");
        }
    }

    /// <summary>Where the service would listen, with the settings of the certificate: Kestrel's own endpoints before urls, urls before ports.</summary>
    private static IEnumerable<(string Address, IConfigurationSection Certificate)> Addresses(IConfiguration configuration)
    {
        var common = configuration.GetSection("Kestrel:Certificates:Default");
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList();
        if (endpoints.Count > 0)
            return endpoints.Select(endpoint => (endpoint["Url"] ?? endpoint.Path, endpoint.GetSection("Certificate") is var own && own.Exists() ? own : common));
        var urls = configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } text ? Parts(text)
            : Ports(WebHostDefaults.HttpPortsKey, "http").Concat(Ports(WebHostDefaults.HttpsPortsKey, "https")).ToArray() is { Length: > 0 } ports ? ports
            : [LinkageHost.DefaultUrl];
        return urls.Select(url => (url, common));

        IEnumerable<string> Ports(string key, string scheme) => Parts(configuration[key] ?? "").Select(port => $"{scheme}://*:{port}");

        static string[] Parts(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static BindingAddress? TryParse(string text)
    {
        try
        {
            return BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsLocal(BindingAddress address) =>
        address.IsUnixPipe || address.IsNamedPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
