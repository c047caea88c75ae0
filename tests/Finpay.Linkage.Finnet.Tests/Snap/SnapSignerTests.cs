using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>The signatures as OpenSSL makes them.</summary>
public sealed class SnapSignerTests
{
    // printf '{"a":"+/"}' | openssl dgst -sha256 -hex
    private const string BodyHash = "6a2d9faa04960253fc451856806d731c0818f3bcc616ddd0abf6128f7b6db9c1";

    [Fact]
    public void The_String_To_Sign_Has_Five_Parts() => Assert.Equal(
        $"POST:/api/v1.0/upgrade-account-widget?x=1:token-1:{BodyHash}:2024-11-01T13:00:00+07:00",
        SnapSigner.StringToSign(
            "POST", "/api/v1.0/upgrade-account-widget?x=1", "token-1", """{"a":"+/"}"""u8, "2024-11-01T13:00:00+07:00"));

    // printf 'POST:/p:t:h:2024-11-01T13:00:00+07:00' | openssl dgst -sha512 -hmac secret -binary | openssl base64 -A
    [Fact]
    public void A_Request_Is_Signed_With_Hmac_Sha512() => Assert.Equal(
        "LIBWjv/NVFFNJTTr0D/XiYmj6h2SlETvGiLBA87/OX28kjhmkFtJlSXoFYjud+pu3+0yzdqql1fstt/fKGN6YQ==",
        SnapSigner.Sign(new Secret("secret"), "POST:/p:t:h:2024-11-01T13:00:00+07:00"));

    [Fact]
    public void A_Token_Request_Is_Signed_With_Sha256_And_Rsa()
    {
        using var key = RSA.Create(2048);
        var signature = Convert.FromBase64String(SnapSigner.SignTokenRequest(key, "client-1", "2024-11-01T13:00:00+07:00"));
        Assert.True(key.VerifyData("client-1|2024-11-01T13:00:00+07:00"u8, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.False(
            key.VerifyData("client-1|2024-11-01T13:00:01+07:00"u8, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
