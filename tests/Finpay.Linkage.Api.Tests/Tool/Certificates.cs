using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>A certificate authority that only a test trusts, and what it issues for localhost.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly RSA key = RSA.Create(2048);
    private readonly X509Certificate2 authority;
    private readonly DateTimeOffset now;

    public Certificates(DateTimeOffset now)
    {
        this.now = now;
        var request = Request("CN=Authority of a test");
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authority = request.CreateSelfSigned(now.AddDays(-100), now.AddDays(1000));
    }

    public string AuthorityPem => authority.ExportCertificatePem();

    public X509Certificate2 Issue(int fromDay = -1, int untilDay = 90)
    {
        using var issued = Request("CN=localhost")
            .Create(authority, now.AddDays(fromDay), now.AddDays(untilDay), RandomNumberGenerator.GetBytes(8));
        return Whole(issued.CopyWithPrivateKey(key));
    }

    public X509Certificate2 SelfSigned() => Whole(Request("CN=localhost").CreateSelfSigned(now.AddDays(-1), now.AddDays(90)));

    public void Dispose()
    {
        authority.Dispose();
        key.Dispose();
    }

    // On Windows a key must have been in a file before TLS takes it.
    private static X509Certificate2 Whole(X509Certificate2 certificate)
    {
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    private CertificateRequest Request(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
