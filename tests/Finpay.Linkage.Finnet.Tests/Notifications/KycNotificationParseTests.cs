using System.Text;
using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Notifications;

/// <summary>What a merchant's own endpoint reads and answers.</summary>
public sealed class KycNotificationParseTests
{
    [Fact]
    public void Finnets_Sample_Is_A_Notification()
    {
        Assert.True(KycNotification.TryParse(Sample.NotificationRequest, out var notification, out var refusal));
        Assert.Null(refusal);
        Assert.Equal(notification.ToString(), KycNotification.Parse(Sample.NotificationRequest).ToString());
        Assert.Equal((Requests.Reference, KycOutcome.Rejected), (notification.PartnerReferenceNo, notification.Outcome));
    }

    [Theory]
    [InlineData("<html>6281295288912", "4000000", "Bad Request")]
    [InlineData("""{"partnerReferenceNo":["6281295288912"],"kycResponse":"KYC Approved","merchantId":"M"}""",
        "4000001", "Invalid Field Format partnerReferenceNo")]
    [InlineData("""{"partnerReferenceNo":"R","kycResponse":"","merchantId":"M"}""", "4000002", "Invalid Mandatory Field kycResponse")]
    public void What_Is_None_Has_An_Answer_And_An_Exception_Without_Its_Content(string body, string code, string message)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.False(KycNotification.TryParse(bytes, out var notification, out var refusal));
        Assert.Null(notification);
        Assert.Equal((code, message, 400), (refusal.ResponseCode.ToString(), refusal.ResponseMessage, refusal.HttpStatus));
        Assert.Equal(
            $"Not a KYC notification: {message}.", Assert.Throws<FormatException>(() => KycNotification.Parse(bytes)).Message);
    }

    [Fact]
    public void A_Message_In_An_Old_Charset_Is_Read()
    {
        var body = Encoding.Latin1.GetBytes("""{"partnerReferenceNo":"R","kycResponse":"Rejected","merchantId":"M","kycMessage":"é"}""");
        Assert.Equal("é", KycNotification.Parse(body, "ISO-8859-1").KycMessage.Reveal());
        Assert.Equal("\uFFFD", KycNotification.Parse(body).KycMessage.Reveal());
    }

    [Fact]
    public void The_Acknowledgement_Is_Finnets_Sample()
    {
        var sample = JsonDocument.Parse(Sample.NotificationResponse, new JsonDocumentOptions { AllowTrailingCommas = true }).RootElement;
        var (code, message) = (sample.GetProperty("responseCode"), sample.GetProperty("responseMessage"));
        var expected = $$"""{"responseCode":"{{code}}","responseMessage":"{{message}}"}""";
        Assert.Equal(expected, KycAcknowledgement.Accepted.ToJson());
        Assert.Equal(expected, JsonSerializer.Serialize(KycAcknowledgement.Accepted));
        Assert.Equal(200, KycAcknowledgement.Accepted.HttpStatus);
    }

    [Fact]
    public void Every_Refusal_Has_The_Status_That_Its_Code_Names() => Assert.Equal(
        [("4000000", 400), ("4010000", 401), ("4040008", 404), ("5000000", 500)],
        new[]
        {
            KycAcknowledgement.BadRequest, KycAcknowledgement.Unauthorized, KycAcknowledgement.InvalidMerchant,
            KycAcknowledgement.GeneralError,
        }.Select(answer => (answer.ResponseCode.ToString(), answer.HttpStatus)));
}
