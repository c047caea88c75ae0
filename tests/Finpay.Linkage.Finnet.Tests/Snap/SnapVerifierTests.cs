using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>Signatures of callbacks, as OpenSSL makes them.</summary>
public sealed class SnapVerifierTests : IDisposable
{
    // printf '{"a":"+/"}' | openssl dgst -sha256 -hex
    private const string BodyHash = "6a2d9faa04960253fc451856806d731c0818f3bcc616ddd0abf6128f7b6db9c1";
    private const string Time = "2024-11-01T13:00:00+07:00";
    private static readonly DateTimeOffset Now = new(2024, 11, 1, 6, 0, 0, TimeSpan.Zero);

    private readonly SnapKeyFile file = new();

    [Fact]
    public void The_Recipes_Sign_What_They_Say()
    {
        Assert.Equal(
            $"POST:/callbacks/finnet/kyc:{BodyHash}:{Time}",
            SnapVerifier.StringToSign(SnapRecipe.BodyBound, "/callbacks/finnet/kyc", """{"a":"+/"}"""u8, "client-1", Time));
        Assert.Equal(
            $"client-1|{Time}",
            SnapVerifier.StringToSign(SnapRecipe.ClientId, "/callbacks/finnet/kyc", """{"a":"+/"}"""u8, "client-1", Time));
    }

    // openssl genrsa -out k.pem 2048; openssl rsa -in k.pem -pubout
    // printf 'client-1|2024-11-01T13:00:00+07:00' | openssl dgst -sha256 -sign k.pem | openssl base64 -A
    private const string GoldenKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqOtsiXXr0NeICa8EgzT+
        EvRbqmfWMhLinqVKnYEnrLUedYa+1Q4BZvJqaaMveDdS51VLQN/KOrnLtu0tUYRI
        GFECg4veI6raccHbtsjj6id+ftu8rUeQUUQUMy3K7os7pi0myI1PQKc7JkTrGAbg
        sqiGLnNTkg9QMaqfb8x49qsnY+xkyCds10PtuFAM6UYXnxLvLVx6rWNjrEn2OevU
        guTmueqdV74yOSlosPdckAF6gndhLOQSr/VRplZvZSrDUDL7z7QJe3YSB3xWjMTF
        yLg4yLKW5fGZ2UeAT3r8Xyk8PaD6yvmVx54wt/vXjUCY4Z9W+Ho8AuRPiM3S7HDc
        iwIDAQAB
        -----END PUBLIC KEY-----
        """;

    private const string GoldenSignature =
        "XSBdZc85k7OgoKDmcA3Unid0sNw0f0mytenwVwp/fmfTDksYNrAeQSlS17cAzrgNarmXoTDK3xXlUiqqqx5WFW+Rdw7OH+llDwkA"
        + "LzRqhcihNH6eky+j650ce/7Pp13K/1xy8twsFU3B59scWXGbOZIB3esPviDEdFbtS/3AP9+o5ABfkww5eQKWP+8A4OGNEHrtvib/"
        + "qPDsKkApD8CMHHem5geoFyM73NLd+eUbdTONlitzV6NPdSa3ZW0leWZpUJ4KBQVEn5NzDKssxutaorxZBg6iiXIRLohmsrsi9BAc"
        + "ogZuMzX3odVxyHjVc+E16zwyUr6LmYaX+NvJjoXQ3A==";

    [Fact]
    public void A_Signature_Of_OpenSsl_Verifies()
    {
        var key = Load(GoldenKey);
        var signature = Convert.FromBase64String(GoldenSignature);

        Assert.True(key.Verifies($"client-1|{Time}", signature));
        Assert.False(key.Verifies($"client-2|{Time}", signature));
        signature[^1] ^= 1;
        Assert.False(key.Verifies($"client-1|{Time}", signature));
    }

    [Fact]
    public void What_Is_Signed_Verifies_With_Its_Own_Key_Alone()
    {
        var signature = Convert.FromBase64String(SnapVerifier.Sign(file.Key, "text"));
        using var other = RSA.Create(2048);

        Assert.True(Load(file.Key.ExportSubjectPublicKeyInfoPem()).Verifies("text", signature));
        Assert.True(Load(file.Key.ExportRSAPublicKeyPem()).Verifies("text", signature));
        Assert.False(Load(other.ExportSubjectPublicKeyInfoPem()).Verifies("text", signature));
        Assert.False(Load(file.Key.ExportSubjectPublicKeyInfoPem()).Verifies("text", []));
    }

    [Fact]
    public void A_Signature_Opens_With_Its_Own_Key_Alone()
    {
        var key = Load(file.Key.ExportSubjectPublicKeyInfoPem());
        var signature = Convert.FromBase64String(SnapVerifier.Sign(file.Key, "text"));
        using var other = RSA.Create(2048);

        Assert.Equal(SHA256.HashData("text"u8), key.Open(signature)![^32..]);
        Assert.Null(key.Open(signature.AsSpan(1)));
        Assert.Null(key.Open(new byte[256]));
        Assert.Null(Load(other.ExportSubjectPublicKeyInfoPem()).Open(signature));
        Assert.Null(key.Open(file.Key.SignData("text"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
    }

    [Theory]
    [InlineData("2024-11-01T13:00:00+07:00", SnapTimeliness.Fresh)]
    [InlineData("2024-11-01T06:00:00Z", SnapTimeliness.Fresh)]
    [InlineData("2024-11-01T13:00:00.123+07:00", SnapTimeliness.Fresh)]
    [InlineData("2024-11-01T12:55:00+07:00", SnapTimeliness.Fresh)]
    [InlineData("2024-11-01T12:54:59+07:00", SnapTimeliness.Stale)]
    [InlineData("2024-11-01T13:05:00+07:00", SnapTimeliness.Fresh)]
    [InlineData("2024-11-01T13:05:01+07:00", SnapTimeliness.Stale)]
    [InlineData("2024-10-31T13:00:00+07:00", SnapTimeliness.Stale)]
    [InlineData("2024-10-31T12:59:59+07:00", SnapTimeliness.Outside)]
    [InlineData("2024-11-02T13:00:01+07:00", SnapTimeliness.Outside)]
    [InlineData("", SnapTimeliness.Unreadable)]
    [InlineData("1730440800", SnapTimeliness.Unreadable)]
    [InlineData("01/11/2024 13:00", SnapTimeliness.Unreadable)]
    public void A_Time_Is_Judged_By_The_Clock(string timestamp, object expected) =>
        Assert.Equal(expected, SnapVerifier.CheckTime(timestamp, Now, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1)));

    [Fact]
    public void Only_A_Long_Enough_Rsa_Public_Key_Loads()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create();
        var good = file.Key.ExportSubjectPublicKeyInfoPem();

        Assert.NotNull(Load(good));
        Assert.Contains("1024 bits", Problem(small.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
        Assert.Contains("private key", Problem(file.Key.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        Assert.All(
            [curve.ExportSubjectPublicKeyInfoPem(), good + "\n" + good, "", "planted", good[..100]],
            pem => Assert.Contains("must name a PEM file", Problem(pem), StringComparison.Ordinal));
        Assert.False(SnapPublicKey.TryLoad(file.Path + ".missing", out _, out var missing));
        Assert.Equal("names a file that can't be read", missing);
    }

    [Fact]
    public async Task Many_Threads_May_Share_A_Key()
    {
        var key = Load(file.Key.ExportSubjectPublicKeyInfoPem());
        var signature = Convert.FromBase64String(SnapVerifier.Sign(file.Key, "text"));

        var verdicts = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(number => Task.Run(() => key.Verifies(number % 2 == 0 ? "text" : "other", signature) == (number % 2 == 0))));

        Assert.DoesNotContain(false, verdicts);
    }

    public void Dispose() => file.Dispose();

    private SnapPublicKey Load(string pem) => SnapPublicKey.TryLoad(file.Write("public.pem", pem), out var key, out var problem)
        ? key
        : throw new InvalidOperationException(problem);

    private string Problem(string pem)
    {
        Assert.False(SnapPublicKey.TryLoad(file.Write("public.pem", pem), out _, out var problem));
        Assert.DoesNotContain("planted", problem, StringComparison.Ordinal);
        return problem;
    }
}
