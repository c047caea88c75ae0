using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>What a caller gets that hands an answer on as JSON.</summary>
public sealed partial class JsonTests
{
    private static readonly FinnetAnswer Answer = new()
    {
        Kind = FinnetAnswerKind.WidgetIssued,
        ResponseCode = ResponseCode.Success,
        WidgetUrl = new Secret(Answers.WidgetUrl),
        Cause = new TimeoutException("not for others"),
    };

    [Fact]
    public void A_Code_Is_Its_Text()
    {
        Assert.Equal("\"4010001\"", JsonSerializer.Serialize(ResponseCode.Parse("4010001")));
        Assert.Equal(ResponseCode.Parse("4010001"), JsonSerializer.Deserialize<ResponseCode>("\"4010001\""));
        Assert.Null(JsonSerializer.Deserialize<ResponseCode?>("null"));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ResponseCode>("\"401\""));
        Assert.Throws<FormatException>(() => ResponseCode.Parse("401"));
    }

    [Fact]
    public void An_Answer_Has_Its_Code_And_No_Url_And_No_Exception()
    {
        foreach (var json in new[] { JsonSerializer.Serialize(Answer), JsonSerializer.Serialize(Answer, Generated.Default.FinnetAnswer) })
        {
            Assert.Contains("\"ResponseCode\":\"2000000\"", json, StringComparison.Ordinal);
            Assert.Contains("\"WidgetUrl\":\"***\"", json, StringComparison.Ordinal);
            Assert.DoesNotContain("not for others", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_Wrong_Number_Is_Refused_Without_Being_Told()
    {
        Assert.Equal("6281295288912", PhoneNumber.Parse("081295288912").Reveal());
        Assert.DoesNotContain("12345", Assert.Throws<FormatException>(() => PhoneNumber.Parse("12345")).Message, StringComparison.Ordinal);
        Assert.Equal("3173010101010001", FamilyCardNumber.Parse("3173010101010001").Reveal());
        Assert.DoesNotContain("317", Assert.Throws<FormatException>(() => FamilyCardNumber.Parse("317")).Message, StringComparison.Ordinal);
    }

    [JsonSerializable(typeof(FinnetAnswer))]
    private sealed partial class Generated : JsonSerializerContext;
}
