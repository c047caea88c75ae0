using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>The whole verification of a callback: what passes, and by what one byte it fails.</summary>
public sealed class SnapVerifyTests : IDisposable
{
    private const string Path = "/callbacks/finnet/kyc";
    private const string Time = "2024-11-01T13:00:00+07:00";
    private static readonly DateTimeOffset Now = new(2024, 11, 1, 6, 0, 0, TimeSpan.Zero);

    private readonly RSA key = RSA.Create(2048);
    private readonly RSA other = RSA.Create(2048);
    private readonly byte[] body = Sample.NotificationRequest.ToArray();
    private readonly HeaderDictionary headers = new();

    public SnapVerifyTests()
    {
        Sign(key, SnapRecipe.BodyBound);
        Assert.Equal(SnapVerification.Valid, Verify());
    }

    [Fact]
    public void One_Byte_Of_The_Body_Counts()
    {
        body[^3] ^= 1;
        Assert.Equal(SnapVerification.SignatureWrong, Verify());
    }

    [Fact]
    public void The_Path_Counts_Unless_Finnet_Signs_Another()
    {
        Assert.Equal(SnapVerification.SignatureWrong, Verify(path: Path + "/"));
        Assert.Equal(SnapVerification.Valid, Verify(Options() with { SignedPath = Path }, "/behind/a/proxy"));
    }

    [Fact]
    public void The_Minified_Body_May_Be_Signed()
    {
        headers["X-SIGNATURE"] = SnapVerifier.Sign(
            key, SnapVerifier.StringToSign(SnapRecipe.BodyBound, Path, SnapVerifier.Minify(body)!, "", Time));
        Assert.Equal(SnapVerification.Valid, Verify());
    }

    [Fact]
    public void Either_Of_Two_Keys_Passes_And_No_Key_Does_Not()
    {
        Assert.Equal(SnapVerification.Valid, Verify(Options() with { PublicKeys = [SnapPublicKey.From(other), SnapPublicKey.From(key)] }));
        Assert.Equal(SnapVerification.SignatureWrong, Verify(Options() with { PublicKeys = [SnapPublicKey.From(other)] }));
        Assert.Equal(SnapVerification.SignatureWrong, Verify(Options() with { PublicKeys = [] }));
    }

    [Fact]
    public void A_Header_Is_There_Once()
    {
        var signature = headers["X-SIGNATURE"];
        headers["X-SIGNATURE"] = new StringValues([signature, signature]);
        Assert.Equal(SnapVerification.SignatureTwice, Verify());
        headers["X-SIGNATURE"] = "";
        Assert.Equal(SnapVerification.SignatureMissing, Verify());
        headers.Remove("X-SIGNATURE");
        Assert.Equal(SnapVerification.SignatureMissing, Verify());
        headers["x-signature"] = signature;
        headers["X-TIMESTAMP"] = new StringValues([Time, Time]);
        Assert.Equal(SnapVerification.TimestampTwice, Verify());
        headers.Remove("X-TIMESTAMP");
        Assert.Equal(SnapVerification.TimestampMissing, Verify());
    }

    [Fact]
    public void A_Signature_Is_Base64_Of_A_Sane_Length()
    {
        headers["X-SIGNATURE"] = "?";
        Assert.Equal(SnapVerification.SignatureNotBase64, Verify());
        headers["X-SIGNATURE"] = new string('A', 5000);
        Assert.Equal(SnapVerification.SignatureNotBase64, Verify());
        headers["X-SIGNATURE"] = "AAAA";
        Assert.Equal(SnapVerification.SignatureWrong, Verify());
    }

    [Theory]
    [InlineData(SnapRecipe.BodyBound, 4, SnapVerification.Valid)]
    [InlineData(SnapRecipe.BodyBound, 6, SnapVerification.Valid)]
    [InlineData(SnapRecipe.BodyBound, 24 * 60, SnapVerification.Valid)]
    [InlineData(SnapRecipe.BodyBound, (24 * 60) + 1, SnapVerification.TimestampOutside)]
    [InlineData(SnapRecipe.ClientId, 4, SnapVerification.Valid)]
    [InlineData(SnapRecipe.ClientId, 6, SnapVerification.TimestampOutside)]
    public void A_Callback_Grows_Old(SnapRecipe recipe, int minutes, SnapVerification expected)
    {
        Sign(key, recipe);
        Assert.Equal(expected, Verify(Options() with { Recipe = recipe }, now: Now.AddMinutes(minutes)));
    }

    [Fact]
    public void A_Time_Is_A_Time()
    {
        headers["X-TIMESTAMP"] = "now";
        Assert.Equal(SnapVerification.TimestampUnreadable, Verify());
    }

    [Fact]
    public void A_Forgotten_Result_Is_Not_Valid() => Assert.NotEqual(SnapVerification.Valid, default);

    [Fact]
    public void A_Key_Comes_From_Text_A_File_Or_An_Object()
    {
        using var file = new SnapKeyFile();
        var pem = key.ExportSubjectPublicKeyInfoPem();
        SnapPublicKey[] all = [SnapPublicKey.FromPem(pem), SnapPublicKey.FromFile(file.Write("public.pem", pem)), SnapPublicKey.From(key)];
        foreach (var loaded in all)
            Assert.Equal(SnapVerification.Valid, Verify(Options() with { PublicKeys = [loaded] }));
    }

    [Fact]
    public void A_Key_That_Is_None_Is_Refused_Without_Its_Text()
    {
        using var small = RSA.Create(1024);
        using var file = new SnapKeyFile();
        Assert.Throws<ArgumentException>(() => SnapPublicKey.From(small));
        foreach (var pem in new[] { small.ExportSubjectPublicKeyInfoPem(), key.ExportPkcs8PrivateKeyPem(), "planted", "" })
        {
            var message = Assert.Throws<ArgumentException>(() => SnapPublicKey.FromPem(pem)).Message;
            Assert.Contains("PEM text of one RSA public key of 2048 bits or more", message, StringComparison.Ordinal);
            Assert.DoesNotContain("planted", message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => SnapPublicKey.FromFile(file.Write("public.pem", pem)));
        }

        Assert.Throws<ArgumentException>(() => SnapPublicKey.FromFile(file.Path + ".missing"));
    }

    public void Dispose()
    {
        key.Dispose();
        other.Dispose();
    }

    private void Sign(RSA by, SnapRecipe recipe)
    {
        headers["X-SIGNATURE"] = SnapVerifier.Sign(by, SnapVerifier.StringToSign(recipe, Path, body, "client-1", Time));
        headers["X-TIMESTAMP"] = Time;
    }

    private SnapVerificationOptions Options() => new() { PublicKeys = [SnapPublicKey.From(key)], ClientId = "client-1" };

    private SnapVerification Verify(SnapVerificationOptions? options = null, string path = Path, DateTimeOffset? now = null) =>
        SnapVerifier.Verify(headers, path, body, options ?? Options(), now ?? Now);
}
