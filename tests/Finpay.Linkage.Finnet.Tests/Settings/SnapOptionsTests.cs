using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Tests.Snap;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Finpay.Linkage.Finnet.Tests.Settings;

/// <summary>Settings of <c>Finnet:Snap</c>. Every wrong value has a right twin that differs as little as possible.</summary>
public sealed class SnapOptionsTests(SnapKeyFile key) : IClassFixture<SnapKeyFile>
{
    [Fact]
    public void The_Token_Path_Has_The_Documented_Default() => Assert.Equal("/v1.0/access-token/b2b", new FinnetOptions().Snap.TokenPath);

    [Fact]
    public void Everything_Missing_Is_Named_At_Once() => Assert.Equal(
        [
            "Finnet:Snap:ClientId: missing; issued by Finnet",
            "Finnet:Snap:ClientSecret: missing; issued by Finnet",
            "Finnet:Snap:PrivateKeyPath: missing; a PEM file with the RSA key whose public half Finnet has",
            "Finnet:Snap:PartnerId: missing; given by Finnet",
            "Finnet:Snap:ChannelId: missing; given by Finnet",
            "Finnet:Snap:Origin: missing; the merchant's domain",
        ],
        Failures([("Authentication", "SnapB2B")]));

    [Fact]
    public void Without_Snap_Its_Settings_Are_Not_Looked_At() => Assert.Empty(Failures([("Snap:ChannelId", "1")]));

    [Theory]
    [InlineData("ClientId", "client 1", "client-1")]
    [InlineData("ClientId", "clïent", "client")]
    [InlineData("ClientId", "client\r\nX: 1", "client")]
    [InlineData("ClientId", "client\n", "client")]
    [InlineData("ClientId", "\"client\"", "client\"")]
    [InlineData("ClientSecret", "", "s")]
    [InlineData("ClientSecret", "s\n", "s")]
    [InlineData("ClientSecret", " s", "s")]
    [InlineData("ClientSecret", "\"s\"", "\"s")]
    [InlineData("PartnerId", "'1'", "1'")]
    [InlineData("ChannelId", "'345'", "12345")]
    [InlineData("Origin", "\"shop.example\"", "shop.example")]
    [InlineData("PartnerId", "1234567890123456789012345678901234567", "123456789012345678901234567890123456")]
    [InlineData("PartnerId", "", "1")]
    [InlineData("ChannelId", "1234", "12345")]
    [InlineData("ChannelId", "123456", "12345")]
    [InlineData("ChannelId", "12 45", "12345")]
    [InlineData("Origin", "shop example", "https://shop.example")]
    [InlineData("Origin", "", "shop.example")]
    [InlineData("TokenPath", "v1.0/token", "/v1.0/token")]
    [InlineData("TokenPath", "//evil.example/token", "/token")]
    [InlineData("TokenPath", "", "/")]
    public void A_Wrong_Setting_Is_Named_And_A_Right_One_Is_Not(string name, string wrong, string right)
    {
        Assert.Empty(Failures([.. key.Settings, ($"Snap:{name}", right)]));
        Assert.Matches($"^Finnet:Snap:{name}: .{{10,}}", Assert.Single(Failures([.. key.Settings, ($"Snap:{name}", wrong)])));
    }

    [Fact]
    public void A_Key_May_Be_Pkcs1_Or_Pkcs8()
    {
        Assert.Empty(Failures(WithKey("pkcs1.pem", key.Key.ExportRSAPrivateKeyPem())));
        Assert.Empty(Failures(WithKey("pkcs8.pem", "a line before\n" + key.Key.ExportPkcs8PrivateKeyPem() + "\n")));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("public")]
    [InlineData("encrypted")]
    [InlineData("elliptic")]
    [InlineData("two")]
    [InlineData("damaged")]
    public void What_Is_No_Private_Key_Is_Named_Without_Its_Content(string kind) => Assert.Equal(
        ["Finnet:Snap:PrivateKeyPath: must name a PEM file with one RSA private key without a password"],
        Failures(WithKey("wrong.pem", WrongKey(kind))));

    private string WrongKey(string kind)
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var right = key.Key.ExportPkcs8PrivateKeyPem();
        return kind switch
        {
            "garbage" => "no key at all",
            "empty" => "",
            "public" => key.Key.ExportSubjectPublicKeyInfoPem(),
            "encrypted" => key.Key.ExportEncryptedPkcs8PrivateKeyPem(
                "password", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
            "elliptic" => elliptic.ExportPkcs8PrivateKeyPem(),
            "two" => right + "\n" + right,
            _ => right.Replace("MII", "MI!", StringComparison.Ordinal),
        };
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(2048, true)]
    public void A_Key_Has_At_Least_2048_Bits(int bits, bool valid)
    {
        using var rsa = RSA.Create(bits);
        Assert.Equal(
            valid ? [] : ["Finnet:Snap:PrivateKeyPath: names a key of 1024 bits; at least 2048 are needed"],
            Failures(WithKey("short.pem", rsa.ExportPkcs8PrivateKeyPem())));
    }

    [Theory]
    [InlineData("/no/such/file.pem")]
    [InlineData("/")]
    [InlineData("bad\0name")]
    public void A_File_That_Can_Not_Be_Read_Is_Named(string path) => Assert.Equal(
        ["Finnet:Snap:PrivateKeyPath: names a file that can't be read"], Failures([.. key.Settings, ("Snap:PrivateKeyPath", path)]));

    private (string Key, string? Value)[] WithKey(string name, string pem) =>
    [
        .. key.Settings, ("Snap:PrivateKeyPath", key.Write(name, pem)),
    ];

    private static List<string> Failures((string Key, string? Value)[] settings)
    {
        var options = FinnetHost.Configuration(settings).GetSection(FinnetOptions.SectionName).Get<FinnetOptions>()!;
        return [.. new FinnetOptionsValidator().Validate(null, options).Failures ?? []];
    }
}
