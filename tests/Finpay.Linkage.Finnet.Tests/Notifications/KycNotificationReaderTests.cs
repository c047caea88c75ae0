using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Notifications;

public sealed class KycNotificationReaderTests
{
    [Fact]
    public void Finnets_Own_Sample_Is_Read_Whole()
    {
        var notification = Read(Sample.NotificationRequest);
        Assert.Equal("KYC Rejected", notification.KycResponse);
        Assert.Equal(KycOutcome.Rejected, notification.Outcome);
        Assert.Equal("Your KYC has been rejected because…", notification.KycMessage.Reveal());
        Assert.Equal("202411011441000012", notification.PartnerReferenceNo);
        Assert.Equal("6281295288912", notification.PhoneNo.Reveal());
        Assert.Equal("AGREE170724", notification.MerchantId);
    }

    [Theory]
    [InlineData("""  "kycMessage":"a"  """, "a")]
    [InlineData("""  "kysMessage":"b"  """, "b")]
    [InlineData("""  "kycMessage":"a","kysMessage":"b"  """, "a")]
    [InlineData("""  "kycMessage":"","kysMessage":"b"  """, "b")]
    [InlineData("""  "kycMessage":"  ","kysMessage":"b"  """, "b")]
    [InlineData("""  "kycMessage":null,"kysMessage":"b"  """, "b")]
    [InlineData("""  "kycMessage":"a","kysMessage":""  """, "a")]
    [InlineData("""  "kycMessage":"","kysMessage":""  """, "")]
    [InlineData("""  "kycMessage":null  """, "")]
    [InlineData("""  "other":1  """, "")]
    public void The_Message_Is_The_One_That_Is_Not_Empty(string members, string message) =>
        Assert.Equal(message, Read(Body.With(members)).KycMessage.Reveal());

    [Theory]
    [InlineData("""{"KYCRESPONSE":"KYC Approved","PARTNERREFERENCENO":"R-1","MERCHANTID":"M","PHONENO":"0812952889","KYSMESSAGE":"m"}""")]
    [InlineData("""{"kycresponse":"KYC Approved","partnerreferenceno":"R-1","merchantid":"M","phoneno":"0812952889","kycmessage":"m"}""")]
    [InlineData("""{"KycResponse":"KYC Approved","PartnerReferenceNo":"R-1","MerchantId":"M","PhoneNo":"0812952889","KysMessage":"m"}""")]
    // comma
    [InlineData("""{"kycResponse":"KYC Approved","partnerReferenceNo":"R-1","merchantId":"M","phoneNo":"0812952889","kycMessage":"m",}""")]
    [InlineData(
        """
        {"x":{"kycResponse":"KYC Rejected"},"y":[1,null],"\uD800":1,"kycResponse":"KYC Approved",
        "partnerReferenceNo":"R-1","merchantId":"M","phoneNo":"0812952889","kycMessage":"m"}
        """)]
    [InlineData(
        "\uFEFF{\"kycResponse\":\"KYC "
        + "Approved\",\"partnerReferenceNo\":\"R-1\",\"merchantId\":\"M\",\"phoneNo\":\"0812952889\",\"kycMessage\":\"m\"}")]
    [InlineData(
        """{"\u006bycResponse":"KYC \u0041pproved","partnerReferenceNo":"R-1","merchantId":"M","phoneNo":"0812952889","kycMessage":"m"}""")]
    [InlineData(
        """
        {"kycResponse":"KYC Approved","kycResponse":"KYC Approved",
        "partnerReferenceNo":"R-1","merchantId":"M","phoneNo":"0812952889","kycMessage":"m"}
        """)]
    public void The_Form_Is_Read_Tolerantly(string json)
    {
        var notification = Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal(
            (KycOutcome.Approved, "KYC Approved", "R-1", "M"),
            (notification.Outcome, notification.KycResponse, notification.PartnerReferenceNo, notification.MerchantId));
        Assert.Equal(("62812952889", "m"), (notification.PhoneNo.Reveal(), notification.KycMessage.Reveal()));
    }

    [Theory]
    [InlineData("\"081295288912\"", "6281295288912")]
    [InlineData("\"81295288912\"", "6281295288912")]
    [InlineData("\"6281295288912\"", "6281295288912")]
    [InlineData("\"+6281295288912\"", "6281295288912")]
    [InlineData("\"006281295288912\"", "6281295288912")]
    [InlineData("\" 081295288912 \"", "6281295288912")]
    [InlineData("\"60123456789\"", "60123456789")]
    [InlineData("\"unknown\"", "unknown")]
    [InlineData("\"\"", "")]
    [InlineData("null", "")]
    public void The_Phone_Is_Canonical_Where_It_Can_Be_And_Never_In_The_Way(string json, string phone) =>
        Assert.Equal(phone, Read(Body.With($"\"phoneNo\":{json}")).PhoneNo.Reveal());

    [Fact]
    public void A_Phone_May_Be_Missing() => Assert.Equal("", Read(Body.With("\"other\":1")).PhoneNo.Reveal());

    [Fact]
    public void Texts_Are_Kept_As_They_Came()
    {
        var json = """{"kycResponse":"  KYC   on hold ","partnerReferenceNo":"réf/😀 1","merchantId":" M ","kycMessage":" m "}""";
        var notification = Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal(("  KYC   on hold ", KycOutcome.Unknown), (notification.KycResponse, notification.Outcome));
        Assert.Equal(
            ("réf/😀 1", " M ", " m "), (notification.PartnerReferenceNo, notification.MerchantId, notification.KycMessage.Reveal()));
    }

    private static KycNotification Read(byte[] body)
    {
        var reading = KycNotificationReader.Read(body);
        Assert.Equal((KycNotificationProblem.None, null), (reading.Problem, reading.Field));
        return Assert.IsType<KycNotification>(reading.Notification);
    }
}
