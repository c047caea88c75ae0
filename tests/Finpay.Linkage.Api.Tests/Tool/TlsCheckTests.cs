using System.Security.Cryptography.X509Certificates;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool.Check;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>TLS that ends in the service itself: its certificate, from a file.</summary>
public sealed class TlsCheckTests : IDisposable
{
    private const string Password = "planted-file-password";

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-live-").FullName;
    private readonly ManualClock clock = new();
    private readonly Certificates certificates;

    public TlsCheckTests() => certificates = new Certificates(clock.GetUtcNow());

    public void Dispose()
    {
        certificates.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(-1, 90, "Ok", "certificate valid until 2026-05-30")]
    [InlineData(-1, 15, "Ok", "certificate valid until 2026-03-16")]
    [InlineData(-1, 13, "Warning", "expires on 2026-03-14")]
    [InlineData(-90, -1, "Failure", "not today")]
    [InlineData(1, 90, "Failure", "not today")]
    public void It_Must_Be_Valid_For_Some_Time(int fromDay, int untilDay, string level, string text)
    {
        var finding = Look(Pfx(certificates.Issue(fromDay, untilDay)), ("Kestrel:Certificates:Default:Password", Password));

        Assert.Equal(level, finding.Level.ToString());
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_It_Signed_Itself_Nobody_Believes() =>
        Assert.Equal(Level.Warning, Look(Pfx(certificates.SelfSigned()), ("Kestrel:Certificates:Default:Password", Password)).Level);

    [Fact]
    public void Pem_Files_Are_Read_As_Well_And_The_Key_Must_Be_There()
    {
        using var certificate = certificates.Issue();
        var (file, keyFile) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());

        Assert.Equal(Level.Ok, Look(file, ("Kestrel:Certificates:Default:KeyPath", keyFile)).Level);
        Assert.Equal(
            Level.Ok,
            Look(
                file, ("Kestrel:Endpoints:Main:Certificate:Path", file), ("Kestrel:Endpoints:Main:Certificate:KeyPath", keyFile),
                ("Kestrel:Endpoints:Main:Url", "https://+:8443")).Level);
        Assert.Equal(Level.Failure, Look(file, ("Kestrel:Certificates:Default:KeyPath", file)).Level);
        Assert.Equal(Level.Failure, Look(file).Level);
    }

    [Fact]
    public void A_File_Without_The_Private_Key_Is_Of_No_Use()
    {
        using var certificate = certificates.Issue();
        using var half = X509CertificateLoader.LoadCertificate(certificate.RawData);
        var file = Path.Combine(folder, "half.pfx");
        File.WriteAllBytes(file, half.Export(X509ContentType.Pkcs12, Password));

        Assert.Contains(
            "without its private key", Look(file, ("Kestrel:Certificates:Default:Password", Password)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Wrong_Password_Or_File_Is_Told_Without_The_Password()
    {
        var file = Pfx(certificates.Issue());
        Finding[] findings =
        [
            Look(file, ("Kestrel:Certificates:Default:Password", Password + "x")),
            Look(file + "x", ("Kestrel:Certificates:Default:Password", Password)),
            Look(null),
        ];

        Assert.All(findings, finding => Assert.Equal(Level.Failure, finding.Level));
        Assert.All(findings, finding => Assert.DoesNotContain(Password, finding.Text, StringComparison.Ordinal));
        Assert.Equal(Level.Ok, Look(file, ("Kestrel:Certificates:Default:Password", Password)).Level);
    }

    private string Pfx(X509Certificate2 certificate)
    {
        var file = Path.Combine(folder, "server.pfx");
        using (certificate)
            File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12, Password));
        return file;
    }

    // Relative paths begin where the program's files are; these are whole ones.
    private Finding Look(string? path, params (string Key, string? Value)[] changes)
    {
        var settings = GoodSettings.Read(
            folder,
            [
                ("urls", "https://+:8443"), ("ForwardedHeaders:KnownProxies:0", null), ("Kestrel:Certificates:Default:Path", path),
                .. changes,
            ]);
        return Assert.Single(GoodSettings.FindingsOf(report => TlsCheck.Run(settings, report, clock)));
    }
}
