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
            try
            {
                var address = BindingAddress.Parse(text);
                if (address.Scheme == Uri.UriSchemeHttps)
                    CheckCertificate(text, certificate, settings.Host.ContentRootPath, report, clock.GetUtcNow().UtcDateTime);
                else if (hasProxy)
                    report.Ok(Check, $"{text}, TLS ends at the known proxies: nothing else may reach it");
                else if (address.IsUnixPipe || address.IsNamedPipe || IsLoopback(address.Host))
                    report.Warn(Check, $"{text} is local: Finnet needs a proxy with TLS, named in ForwardedHeaders:KnownProxies");
                else
                    report.Fail(Check, $"{text} is open without TLS: listen on https, or name a proxy in ForwardedHeaders:KnownProxies");
            }
            catch (FormatException)
            {
                report.Fail(Check, $"{text} is no address to listen on");
            }
        }
    }

    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>Where the service would listen. Kestrel's own endpoints come before urls, urls before ports.</summary>
    private static IEnumerable<(string Address, IConfigurationSection Certificate)> Addresses(IConfiguration configuration)
    {
        var common = configuration.GetSection("Kestrel:Certificates:Default");
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList();
        if (endpoints.Count > 0)
        {
            return endpoints.Select(endpoint => (
                endpoint["Url"] ?? endpoint.Path, endpoint.GetSection("Certificate") is var own && own.Exists() ? own : common));
        }

        var urls = Parts(WebHostDefaults.ServerUrlsKey, "");
        if (urls.Count == 0)
            urls = [.. Parts(WebHostDefaults.HttpPortsKey, "http://*:"), .. Parts(WebHostDefaults.HttpsPortsKey, "https://*:")];
        return urls.DefaultIfEmpty(LinkageHost.DefaultUrl).Select(url => (url, common));

        List<string> Parts(string key, string before) =>
            [.. (configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(part => before + part.Trim())];
    }

    private static void CheckCertificate(string address, IConfigurationSection section, string root, Report report, DateTime now)
    {
        try
        {
            if (section["Subject"] is { Length: > 0 })
            {
                report.Warn(Check, $"{address}: the certificate is in the machine's store ({section.Path}:Subject) and was not checked");
                return;
            }

            using var certificate = Load(section, root);
            var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            if (!certificate.HasPrivateKey)
                report.Fail(Check, $"{address}: {section.Path} names a certificate without its private key");
            else if (until <= now || from > now)
                report.Fail(Check, $"{address}: the certificate is valid from {from:yyyy-MM-dd} to {until:yyyy-MM-dd}, not today");
            else if (until - now < RenewalTime)
                report.Warn(Check, $"{address}: the certificate expires on {until:yyyy-MM-dd}");
            else if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
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
        var path = Path.GetFullPath(section["Path"] ?? "", root);
        if (section["KeyPath"] is not { Length: > 0 } keyPath)
            return X509CertificateLoader.LoadPkcs12FromFile(path, section["Password"]);
        keyPath = Path.GetFullPath(keyPath, root);
        return string.IsNullOrEmpty(section["Password"])
            ? X509Certificate2.CreateFromPemFile(path, keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, section["Password"], keyPath);
    }
}
