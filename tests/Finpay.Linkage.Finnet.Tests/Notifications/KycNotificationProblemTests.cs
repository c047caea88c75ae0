using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Notifications;

public sealed class KycNotificationProblemTests
{
    [Theory]
    [InlineData("""{"kycResponse":"a","partnerReferenceNo":"b","merchantId":"c"}""", KycNotificationProblem.None)]
    [InlineData("""{"kycResponse":"a","partnerReferenceNo":"b","merchantId":"c" """, KycNotificationProblem.NotJson)]
    [InlineData("""{"kycResponse":"a","partnerReferenceNo":"b","merchantId":"c"}}""", KycNotificationProblem.NotJson)]
    [InlineData("""{'kycResponse':'a','partnerReferenceNo':'b','merchantId':'c'}""", KycNotificationProblem.NotJson)]
    [InlineData("""[{"kycResponse":"a","partnerReferenceNo":"b","merchantId":"c"}]""", KycNotificationProblem.NotJson)]
    [InlineData("\"text\"", KycNotificationProblem.NotJson)]
    [InlineData("null", KycNotificationProblem.NotJson)]
    [InlineData("", KycNotificationProblem.NotJson)]
    [InlineData("\uFEFF", KycNotificationProblem.NotJson)]
    [InlineData("\uFEFF\uFEFF{}", KycNotificationProblem.NotJson)]
    [InlineData("kycResponse=KYC+Approved", KycNotificationProblem.NotJson)]
    public void A_Notification_Is_One_Json_Object(string body, object problem) =>
        AssertRead(Encoding.UTF8.GetBytes(body), problem, null);

    [Fact]
    public void A_Byte_That_Is_Not_Utf8_Is_Taken_Inside_A_String_Only()
    {
        var body = Body.With("\"other\":\"é\"");
        AssertRead(body, KycNotificationProblem.None, null);
        AssertRead(Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(body)), KycNotificationProblem.None, null);
        AssertRead([.. body[..^1], 0xE9, (byte)'}'], KycNotificationProblem.NotJson, null);
        AssertRead(Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body)), KycNotificationProblem.NotJson, null);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("kycMessage")]
    public void What_Is_Not_Needed_May_Be_Nested_As_Deep_As_A_Body_Is_Long(string name)
    {
        AssertRead(Body.With($"\"{name}\":{new string('[', 30_000)}{new string(']', 30_000)}"), KycNotificationProblem.None, null);
        AssertRead(Body.With($"\"{name}\":{new string('[', 30_000)}{new string(']', 29_999)}"), KycNotificationProblem.NotJson, null);
    }

    [Theory]
    [InlineData("kycResponse", true)]
    [InlineData("partnerReferenceNo", true)]
    [InlineData("merchantId", true)]
    [InlineData("kycMessage", false)]
    [InlineData("KYSMESSAGE", false)]
    [InlineData("phoneNo", false)]
    public void Only_A_Member_That_Decides_Must_Be_A_Text_Or_A_Number(string name, bool decides)
    {
        foreach (var json in new[] { "\"62812\"", "62812", "\"\\uD800\"" })
            AssertRead(Body.Replacing(name, json), KycNotificationProblem.None, null);
        foreach (var json in new[] { "true", "{}", "[\"62812\"]" })
        {
            AssertRead(
                Body.Replacing(name, json), decides ? KycNotificationProblem.InvalidFieldFormat : KycNotificationProblem.None,
                decides ? name : null);
        }
    }

    [Fact]
    public void What_Can_Be_Read_Of_A_Body_With_A_Problem_Is_Read()
    {
        var wrongType = KycNotificationReader.Read(Body.Replacing("merchantId", "[]"));
        Assert.Equal(("KYC Approved", "KYC Approved", null), (wrongType.PartnerReferenceNo, wrongType.KycResponse, wrongType.MerchantId));

        var twice = KycNotificationReader.Read(Body.With("\"PartnerReferenceNo\":\"R-2\""));
        Assert.Equal((null, "KYC Approved", "M"), (twice.PartnerReferenceNo, twice.KycResponse, twice.MerchantId));

        var tooLong = KycNotificationReader.Read(Body.Replacing("partnerReferenceNo", $"\"{new string('x', 129)}\""));
        Assert.Null(tooLong.PartnerReferenceNo);
        Assert.Equal("KYC Approved", tooLong.KycResponse);
    }

    [Theory]
    [InlineData("partnerReferenceNo")]
    [InlineData("kycResponse")]
    [InlineData("merchantId")]
    public void A_Mandatory_Member_Is_There_And_Not_Empty(string name)
    {
        AssertRead(Body.Replacing(name, "\"x\""), KycNotificationProblem.None, null);
        foreach (var json in new[] { null, "null", "\"\"", "\"  \"", "\"\\t\"" })
            AssertRead(Body.Replacing(name, json), KycNotificationProblem.InvalidMandatoryField, name);
    }

    [Fact]
    public void The_First_Missing_Member_Is_Named_The_Reference_Before_The_Others()
    {
        AssertRead("{}"u8.ToArray(), KycNotificationProblem.InvalidMandatoryField, "partnerReferenceNo");
        AssertRead("""{"partnerReferenceNo":"b"}"""u8.ToArray(), KycNotificationProblem.InvalidMandatoryField, "kycResponse");
    }

    [Theory]
    [InlineData("\"partnerReferenceNo\":\"R-1\"", KycNotificationProblem.None)]
    [InlineData("\"PARTNERREFERENCENO\":\"R-1\"", KycNotificationProblem.None)]
    [InlineData("\"partnerReferenceNo\":null", KycNotificationProblem.None)]
    [InlineData("\"partnerReferenceNo\":\"R-2\"", KycNotificationProblem.InvalidFieldFormat)]
    [InlineData("\"PARTNERREFERENCENO\":\"R-2\"", KycNotificationProblem.InvalidFieldFormat)]
    [InlineData("\"partnerReferenceNo\":\"r-1\"", KycNotificationProblem.InvalidFieldFormat)]
    public void A_Member_Twice_Must_Say_The_Same_Twice(string member, object problem) =>
        AssertRead(Body.With(member), problem, problem is KycNotificationProblem.None ? null : "partnerReferenceNo");

    [Theory]
    [InlineData("x", 1, KycNotificationProblem.None)]
    [InlineData("x", 128, KycNotificationProblem.None)]
    [InlineData("x", 129, KycNotificationProblem.InvalidFieldFormat)]
    [InlineData("😀", 64, KycNotificationProblem.None)] // two UTF-16 units each
    [InlineData("😀", 65, KycNotificationProblem.InvalidFieldFormat)]
    public void A_Reference_Has_At_Most_128_Characters(string character, int times, object problem)
    {
        var reference = string.Concat(Enumerable.Repeat(character, times));
        AssertRead(Body.Replacing("partnerReferenceNo", $"\"{reference}\""), problem, problem is KycNotificationProblem.None
            ? null
            : "partnerReferenceNo");
    }

    private static void AssertRead(byte[] body, object problem, string? field)
    {
        var reading = KycNotificationReader.Read(body);
        Assert.Equal((problem, field), ((object)reading.Problem, reading.Field));
        Assert.Equal(problem is KycNotificationProblem.None, reading.Notification is not null);
    }
}
