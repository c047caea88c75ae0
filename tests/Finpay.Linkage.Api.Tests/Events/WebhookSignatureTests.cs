using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>Signatures as Standard Webhooks says.</summary>
public sealed class WebhookSignatureTests
{
    // The specification's own vector. By hand:
    // printf '%s' 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}' |
    //   openssl dgst -sha256 -mac HMAC -binary -macopt hexkey:$(printf MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | xxd -p) | base64
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly byte[] Key = WebhookSignature.KeyOf(new Secret(Secret))!;

    [Fact]
    public void The_Vector_Of_The_Specification_Is_Signed_As_It_Says() =>
        Assert.Equal(Signature, WebhookSignature.Sign([Key], Id, Timestamp, """{"test": 2432232314}"""u8));

    [Theory]
    [InlineData(Id + "x", Timestamp, """{"test": 2432232314}""")]
    [InlineData(Id, Timestamp + 1, """{"test": 2432232314}""")]
    [InlineData(Id, Timestamp, """{"test": 2432232315}""")]
    public void Everything_That_Is_Signed_Counts(string id, long timestamp, string body) =>
        Assert.NotEqual(Signature, WebhookSignature.Sign([Key], id, timestamp, EventCalls.Utf8(body)));

    [Fact]
    public void Two_Secrets_Give_Two_Signatures_With_A_Space_Between()
    {
        var other = WebhookSignature.KeyOf(new Secret(EventReceiver.Secret))!;

        Assert.Equal(
            $"{WebhookSignature.Sign([other], Id, 1, "{}"u8)} {WebhookSignature.Sign([Key], Id, 1, "{}"u8)}",
            WebhookSignature.Sign([other, Key], Id, 1, "{}"u8));
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_Secret_Has_24_To_64_Bytes(int length, bool isOne) =>
        Assert.Equal(isOne, WebhookSignature.KeyOf(new Secret("whsec_" + Convert.ToBase64String(new byte[length]))) is not null);

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8I LPZIo2LaLaSw")]
    public void Other_Texts_Are_None(string text) => Assert.Null(WebhookSignature.KeyOf(new Secret(text)));
}
