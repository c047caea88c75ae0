using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>The certificate of an address that the service itself serves over TLS.</summary>
internal static class ServerCertificate
{
    private const string Check = "TLS";
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(14);

    /// <param name="address">What is served with it.</param>
    /// <param name="section">Kestrel's settings of it.</param>
    /// <param name="settings">Say where relative paths begin.</param>
    /// <param name="clock">Whether it has expired.</param>
    public static Finding Look(string address, IConfigurationSection section, LiveSettings settings, TimeProvider clock)
    {
        if (section["Subject"] is { Length: > 0 })
            return Finding.Warning(Check, $"{address}, certificate from the machine's store ({section.Path}:Subject): not looked at");
        if (section["Path"] is not { Length: > 0 } path)
            return Finding.Failure(Check, $"{address} has no certificate: {section.Path}:Path");
        path = Path.GetFullPath(path, settings.Host.ContentRootPath);
        try
        {
            using var certificate = Load(path, section["KeyPath"] is { Length: > 0 } key ? Path.GetFullPath(key, settings.Host.ContentRootPath) : null, section["Password"]);
            return Judge(address, section.Path, certificate, clock.GetUtcNow());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return Finding.Failure(Check, $"{address}: {section.Path} names a certificate that can't be read ({path}): file, KeyPath or Password is wrong");
        }
    }

    private static Finding Judge(string address, string key, X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, until) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        if (!certificate.HasPrivateKey)
            return Finding.Failure(Check, $"{address}: {key} names a certificate without its private key");
        if (until <= now || from > now)
            return Finding.Failure(Check, $"{address}: its certificate is valid from {from.UtcDateTime:yyyy-MM-dd} to {until.UtcDateTime:yyyy-MM-dd}, not today");
        if (until - now < RenewalTime)
            return Finding.Warning(Check, $"{address}: its certificate ends on {until.UtcDateTime:yyyy-MM-dd}");
        return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            ? Finding.Warning(Check, $"{address}: its certificate is self-signed: Finnet will hardly call")
            : Finding.Ok(Check, $"{address}, certificate until {until.UtcDateTime:yyyy-MM-dd}");
    }

    private static X509Certificate2 Load(string path, string? keyPath, string? password) =>
        keyPath is null ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
        : string.IsNullOrEmpty(password) ? X509Certificate2.CreateFromPemFile(path, keyPath)
        : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
}
