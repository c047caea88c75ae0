using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Secrets;

/// <summary>No secret is checked in. Values that only look like one are listed in <see cref="AllowedValues"/> with a reason.</summary>
public sealed class SecretHygieneTests
{
    private const string List = "tests/Finpay.Linkage.Api.Tests/Secrets/AllowedValues.cs";

    [Fact]
    public void Nothing_That_Is_Tracked_Holds_A_Secret()
    {
        var files = SourceTree.Files();
        // The list itself holds the beginnings.
        var found = files.Where(file => file != List).SelectMany(file => SecretScanner.Scan(file, Text(file))).ToList();

        Assert.Contains("README.md", files);
        Assert.DoesNotContain(found, one => !AllowedValues.All.Any(allowed => allowed.Covers(one)));
        // What is no longer there is no longer allowed.
        Assert.Empty(AllowedValues.All.SelectMany(allowed =>
            allowed.Beginnings.Where(beginning => !found.Exists(one => (allowed with { Beginnings = [beginning] }).Covers(one)))));
        Assert.All(AllowedValues.All, allowed => Assert.False(string.IsNullOrWhiteSpace(allowed.Reason)));
    }

    /// <summary>Generated, so that no file contains them.</summary>
    public static TheoryData<string, string, string> Planted()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (key, other) = (SHA256.HashData("planted"u8), SHA256.HashData("other"u8));
        return new()
        {
            { "src/Key.cs", "known form", rsa.ExportPkcs8PrivateKeyPem() },
            { "src/Key.cs", "known form", rsa.ExportRSAPrivateKeyPem() },
            { "src/Key.cs", "known form", ec.ExportECPrivateKeyPem() },
            { "docs/finnet.pem", "secret file", "" },
            { "src/linkage.keys.json", "secret file", "" },
            { "deploy/.env.production", "secret file", "" },
            { "deploy/server.pfx", "secret file", "" },
            { "src/Settings.cs", "disorder", $"const string Key = \"{Convert.ToBase64String(key)}\";" },
            { "src/Settings.cs", "disorder", $"const string Key = \"{Convert.ToBase64String(key.AsSpan(0, 16))}\";" },
            { "src/Settings.cs", "disorder", $"const string Key = \"{Convert.ToHexStringLower(key)}\";" },
            { "src/Settings.cs", "disorder", $"const string Key = \"{Convert.ToHexString(key.AsSpan(0, 16))}\";" },
            { "src/Settings.cs", "disorder", $"const string Key = \"{System.Buffers.Text.Base64Url.EncodeToString(other)}\";" },
            { "docs/page.md", "disorder", $"curl -H 'X-Api-Key: {Convert.ToBase64String(other)[..32]}'" },
            { "src/packages.lock.json", "disorder", $"\"contentHash\": \"x\", \"key\": \"{Convert.ToBase64String(key)}\"" },
            { "src/package-lock.json", "disorder", $"\"integrity\": \"sha512-x\", \"key\": \"{Convert.ToBase64String(key)}\"" },
            { "docs/images/picture.png", "disorder", "\0PNG\0 " + Convert.ToBase64String(key) },
            { "src/appsettings.json", "assignment", "\"MerchantPassword\": \"" + "correct.horse\"" },
            { "compose.override.yaml", "assignment", "Finnet__EncryptionKey: " + "abcdefghijklmnop" },
            { "docs/page.md", "assignment", "Host=db;Password=" + "hunter2hunter2" },
            { "src/a.cs", "known form", "AKIA" + "ABCDEFGHIJKLMNOP" },
            { "src/a.cs", "known form", "ghp_" + new string('a', 36) },
            { "src/a.cs", "known form", "xoxb-" + "1234567890" },
            { "src/a.cs", "known form", "sk_live_" + "abcdefghijklmnop" },
            { "src/a.cs", "known form", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NSJ9.abcdefghijkl" },
        };
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void What_Is_Planted_Is_Found(string file, string kind, string text) =>
        Assert.Contains(SecretScanner.Scan(file, text), one => one.Kind == kind && !AllowedValues.All.Any(allowed => allowed.Covers(one)));

    [Theory]
    [InlineData("docs/key.md", "-----BEGIN PUBLIC KEY-----\nabc")]
    [InlineData("docs/key.md", "-----BEGIN PRIVATE KEY-----\n…")]
    [InlineData("src/a.cs", "public async Task A_Reference_Finnet_Knows_Is_409_And_Replayed_In_2_Ways()")]
    [InlineData("src/a.cs", "StatusCodes.Status503ServiceUnavailable")]
    [InlineData("src/a.cs", "0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f")]
    [InlineData("src/a.cs", "00000000000000000000000000000000")]
    [InlineData("src/packages.lock.json", "\"contentHash\": \"1jdzWuniG6UMtoa3T6uNLA==\"")]
    [InlineData("src/package-lock.json", "\"integrity\": \"sha512-1jdzWuniG6UMtoa3T6uNLA==\"")]
    [InlineData("README.md", "| `Finnet:MerchantPassword` | issued by Finnet |")]
    [InlineData("README.md", "the token: see below")]
    [InlineData("docs/public-key.md", "")]
    public void What_Only_Sounds_Like_One_Is_Not(string file, string text) => Assert.Empty(SecretScanner.Scan(file, text));

    /// <summary>The scan measures randomness, which finds almost all random texts.</summary>
    [Fact]
    public void Of_A_Thousand_Random_Keys_Almost_All_Are_Seen()
    {
        var random = new Random(20261121);
        foreach (var (bytes, least) in new[] { (16, 950), (24, 980), (32, 990) })
        {
            var seen = Enumerable.Range(0, 1000).Count(_ =>
            {
                var key = new byte[bytes];
                random.NextBytes(key);
                return SecretScanner.Scan("a.cs", $"\"{Convert.ToBase64String(key)}\"").Any();
            });
            Assert.True(seen >= least, $"{seen} of 1000 keys of {bytes} bytes");
        }
    }

    private static string Text(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(SourceTree.Root, file));
        // The texts inside pictures are scanned too.
        return bytes.Contains((byte)0) ? Encoding.Latin1.GetString(bytes) : Encoding.UTF8.GetString(bytes);
    }
}
