using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Finpay.Linkage.Api;

namespace Finpay.Linkage.Tool.Check;

/// <summary>Whether requests arrive over TLS, and the certificate where it ends in the service itself.</summary>
internal static class TlsCheck
{
    private const string Check = "TLS";
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(14);

    public static void Run(LiveSettings settings, Report report, TimeProvider clock)
    {
        var hasProxy = settings.Proxies.KnownProxies.Count + settings.Proxies.KnownNetworks.Count > 0;
        foreach (var (text, certificate) in Addresses(settings.Configuration))
        {
            var address = BindingAddress.Parse(text);
            if (address.Scheme == Uri.UriSchemeHttps)
                CheckCertificate(text, certificate, settings.Host.ContentRootPath, report, clock.GetUtcNow().UtcDateTime);
            else if (hasProxy)
                report.Ok(Check, $"{text}, TLS ends at the known proxies: nothing else may reach it");
            else if (address.IsUnixPipe || address.IsNamedPipe || IsLocal(address.Host))
                report.Warn(Check, $"{text} is local: Finnet needs a proxy with TLS, named in ForwardedHeaders:KnownProxies");
            else
                report.Fail(Check, $"{text} is open without TLS: listen on https, or name a proxy in ForwardedHeaders:KnownProxies");
        }
    }

    /// <summary>Whether only this machine reaches the host. Npgsql takes a path for a Unix socket.</summary>
    public static bool IsLocal(string? host) => host is null or ['/', ..]
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    // Kestrel's own endpoints come before urls, urls before ports.
    private static IEnumerable<(string Address, IConfigurationSection Certificate)> Addresses(IConfiguration configuration)
    {
        var common = configuration.GetSection("Kestrel:Certificates:Default");
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Where(endpoint => endpoint["Url"] is not null)
            .Select(endpoint => (endpoint["Url"]!, endpoint.GetSection("Certificate") is var own && own.Exists() ? own : common)).ToList();
        if (endpoints.Count > 0)
            return endpoints;

        var urls = Parts("urls", "");
        if (urls.Count == 0)
            urls = [.. Parts("http_ports", "http://*:"), .. Parts("https_ports", "https://*:")];
        return urls.DefaultIfEmpty(LinkageHost.DefaultUrl).Select(url => (url, common));

        List<string> Parts(string key, string before) =>
            [.. (configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => before + part.Trim())];
    }

    private static void CheckCertificate(string address, IConfigurationSection section, string root, Report report, DateTime now)
    {
        if (section["Subject"] is { Length: > 0 })
        {
            report.Warn(Check, $"{address}: the certificate is in the machine's store ({section.Path}:Subject) and was not checked");
            return;
        }

        try
        {
            using var certificate = Load(section, root);
            var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            if (!certificate.HasPrivateKey)
                report.Fail(Check, $"{address}: {section.Path} names a certificate without its private key");
            else if (until <= now || from > now)
                report.Fail(Check, $"{address}: the certificate is valid from {from:yyyy-MM-dd} to {until:yyyy-MM-dd}, not today");
            else if (until - now < RenewalTime)
                report.Warn(Check, $"{address}: the certificate expires on {until:yyyy-MM-dd}");
            else if (certificate.Subject == certificate.Issuer)
                report.Warn(Check, $"{address}: the certificate is self-signed, Finnet will not trust it");
            else
                report.Ok(Check, $"{address}, certificate valid until {until:yyyy-MM-dd}");
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            report.Fail(Check, $"{address}: {section.Path} names no certificate that can be read: Path, KeyPath or Password is wrong");
        }
    }

    private static X509Certificate2 Load(IConfigurationSection section, string root)
    {
        var (path, password) = (Path.GetFullPath(section["Path"] ?? "", root), section["Password"]);
        if (section["KeyPath"] is not { Length: > 0 } key)
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        return string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPemFile(path, Path.GetFullPath(key, root))
            : X509Certificate2.CreateFromEncryptedPemFile(path, password, Path.GetFullPath(key, root));
    }
}
