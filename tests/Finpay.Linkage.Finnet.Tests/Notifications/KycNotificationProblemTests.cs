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
    public void A_Notification_Is_One_Json_Object(string body, KycNotificationProblem problem) =>
        AssertRead(Encoding.UTF8.GetBytes(body), problem, null);

    [Fact]
    public void A_Body_That_Is_Not_Utf8_Is_Not_Json_Even_Where_Nobody_Looks()
    {
        var body = Body.With("\"other\":\"é\"");
        AssertRead(body, KycNotificationProblem.None, null);
        AssertRead(Encoding.Latin1.GetBytes(Encoding.UTF8.GetString(body)), KycNotificationProblem.NotJson, null);
        AssertRead(Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body)), KycNotificationProblem.NotJson, null);
    }

    [Fact]
    public void A_Body_That_Is_Nested_Too_Deep_Is_Not_Json()
    {
        AssertRead(Body.With($"\"other\":{new string('[', 63)}{new string(']', 63)}"), KycNotificationProblem.None, null);
        AssertRead(Body.With($"\"other\":{new string('[', 64)}{new string(']', 64)}"), KycNotificationProblem.NotJson, null);
    }

    [Theory]
    [InlineData("kycResponse")]
    [InlineData("kycMessage")]
    [InlineData("partnerReferenceNo")]
    [InlineData("phoneNo")]
    [InlineData("merchantId")]
    public void A_Member_That_Is_No_String_Has_A_Wrong_Format(string name)
    {
        AssertRead(Body.Replacing(name, "\"62812\""), KycNotificationProblem.None, null);
        foreach (var json in new[] { "62812", "true", "{}", "[\"62812\"]", "\"\\uD800\"" })
            AssertRead(Body.Replacing(name, json), KycNotificationProblem.InvalidFieldFormat, name);
    }

    [Fact]
    public void A_Misspelt_Message_That_Is_No_String_Is_Named_As_It_Is_Spelt() =>
        AssertRead(Body.With("\"KYSMESSAGE\":1"), KycNotificationProblem.InvalidFieldFormat, "kysMessage");

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
    public void A_Member_Twice_Must_Say_The_Same_Twice(string member, KycNotificationProblem problem) =>
        AssertRead(Body.With(member), problem, problem == KycNotificationProblem.None ? null : "partnerReferenceNo");

    [Theory]
    [InlineData("x", 1, KycNotificationProblem.None)]
    [InlineData("x", 128, KycNotificationProblem.None)]
    [InlineData("x", 129, KycNotificationProblem.InvalidFieldFormat)]
    [InlineData("😀", 64, KycNotificationProblem.None)] // two UTF-16 units each
    [InlineData("😀", 65, KycNotificationProblem.InvalidFieldFormat)]
    public void A_Reference_Has_At_Most_128_Characters(string character, int times, KycNotificationProblem problem)
    {
        var reference = string.Concat(Enumerable.Repeat(character, times));
        AssertRead(Body.Replacing("partnerReferenceNo", $"\"{reference}\""), problem, problem == KycNotificationProblem.None
            ? null
            : "partnerReferenceNo");
    }

    private static void AssertRead(byte[] body, KycNotificationProblem problem, string? field)
    {
        Assert.Equal((problem, field), (KycNotificationReader.Read(body, out var notification, out var wrong), wrong));
        Assert.Equal(problem == KycNotificationProblem.None, notification is not null);
    }
}
