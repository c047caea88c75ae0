using System.Net;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class AnswerTests
{
    [Fact]
    public async Task Finnets_Own_Sample_Is_A_Widget_Issued()
    {
        var result = await AskAsync(Answers.Sample());
        Assert.Equal(FinnetAnswerKind.WidgetIssued, result.Kind);
        Assert.Equal(ResponseCode.Success, result.ResponseCode);
        Assert.Equal("Request has been processed successfully", result.ResponseMessage);
        Assert.Equal(Answers.WidgetUrl, result.WidgetUrl?.Reveal());
        Assert.Equal(new DateTimeOffset(2024, 11, 1, 14, 1, 10, TimeSpan.FromHours(7)), result.ExpiryTime);
    }

    [Theory]
    [InlineData("2020000", FinnetAnswerKind.InProcess)]
    [InlineData("2000001", FinnetAnswerKind.Rejected)]
    [InlineData("2000002", FinnetAnswerKind.Approved)]
    public async Task The_Other_Documented_Codes_Need_No_Url(string code, FinnetAnswerKind outcome)
    {
        var result = await AskAsync(Answers.Code(code));
        Assert.Equal((outcome, code, "Finnet's words"), (result.Kind, result.ResponseCode.ToString(), result.ResponseMessage));
        Assert.Null(result.WidgetUrl);
    }

    [Theory]
    [InlineData("2020000", FinnetAnswerKind.InProcess)]
    [InlineData("2000001", FinnetAnswerKind.Rejected)]
    [InlineData("2000002", FinnetAnswerKind.Approved)]
    public async Task A_Usable_Url_Beside_Another_Result_Is_Passed_On(string code, FinnetAnswerKind outcome)
    {
        var result = await AskAsync(Answers.Json(
            $$"""{"responseCode":"{{code}}","widgetUrl":"{{Answers.WidgetUrl}}","expiryTime":"2024-11-01 14:01:10"}"""));
        Assert.Equal((outcome, Answers.WidgetUrl), (result.Kind, result.WidgetUrl?.Reveal()));
        Assert.Equal(new DateTimeOffset(2024, 11, 1, 7, 1, 10, TimeSpan.Zero), result.ExpiryTime);
    }

    [Fact]
    public async Task Blanks_Around_A_Url_Are_None_Of_It()
    {
        var result = await AskAsync(Answers.Json(
            $$"""{"responseCode":"2000000","widgetUrl":" {{Answers.WidgetUrl}}\n","expiryTime":"2024-11-01 14:01:10"}"""));
        Assert.Equal(Answers.WidgetUrl, result.WidgetUrl?.Reveal());
    }

    [Theory]
    [InlineData("http://demos.finnet.co.id/widget")]
    [InlineData("/widget")]
    [InlineData("")]
    [InlineData("https://demos.finnet.co.id/widget\\nSet-Cookie: a=b")]
    [InlineData("https://demos.finnet.co.id/widget\\u0000")]
    public async Task An_Unusable_Url_Beside_Another_Result_Is_Left_Out_And_The_Result_Stays(string url)
    {
        var result = await AskAsync(
            Answers.Json($$"""{"responseCode":"2000002","widgetUrl":"{{url}}","expiryTime":"2024-11-01 14:01:10"}"""));
        Assert.Equal((FinnetAnswerKind.Approved, null, null), (result.Kind, result.WidgetUrl, result.ExpiryTime));
    }

    [Theory]
    [InlineData("ResponseCode", "ResponseMessage", "WidgetUrl", "ExpiryTime")]
    [InlineData("RESPONSECODE", "RESPONSEMESSAGE", "WIDGETURL", "EXPIRYTIME")]
    [InlineData("responsecode", "responsemessage", "widgeturl", "expirytime")]
    public async Task Names_Are_Read_In_Any_Case(string code, string message, string url, string expiry)
    {
        var result = await AskAsync(Answers.Json(
            $$"""{"{{code}}":"2000000","{{message}}":"OK","{{url}}":"{{Answers.WidgetUrl}}","{{expiry}}":"2024-11-01 14:01:10"}"""));
        Assert.Equal((FinnetAnswerKind.WidgetIssued, "OK"), (result.Kind, result.ResponseMessage));
        Assert.Equal(Answers.WidgetUrl, result.WidgetUrl?.Reveal());
        Assert.NotNull(result.ExpiryTime);
    }

    [Theory]
    [InlineData("""{"responseCode":2000002,"responseMessage":"OK"}""")] // numeric
    [InlineData("""{"responseCode":"2000002","responseMessage":"OK",}""")] // trailing comma
    [InlineData("""{"responseCode":" 2000002 ","responseMessage":"OK"}""")]
    [InlineData("""{"new":{"deep":[1,{"responseCode":"5000000"}]},"responseCode":"2000002","responseMessage":"OK","x":null}""")] // unknown
    [InlineData("""{"\uD800xxxxxxxxxxx":1,"responseCode":"2000002","responseMessage":"OK"}""")] // a name that is no text
    [InlineData("""{"ResponseCode":null,"responseCode":"2000002","RESPONSECODE":"2000002","responseMessage":"OK"}""")] // the same twice
    [InlineData("\uFEFF{\"responseCode\":\"2000002\",\"responseMessage\":\"OK\"}")] // byte order mark
    [InlineData("""/* gateway 7 */ {"responseCode":"2000002","responseMessage":"OK"}""")]
    public async Task An_Answer_Is_Read_Tolerantly(string json)
    {
        var result = await AskAsync(Answers.Json(json));
        Assert.Equal((FinnetAnswerKind.Approved, "OK"), (result.Kind, result.ResponseMessage));
    }

    [Theory]
    [InlineData("""{"responseCode":"2000002"}""")]
    [InlineData("""{"responseCode":"2000002","responseMessage":null}""")]
    [InlineData("""{"responseCode":"2000002","responseMessage":{}}""")]
    [InlineData("""{"responseCode":"2000002","responseMessage":"\uD800"}""")] // no text: a lone surrogate
    public async Task A_Code_Counts_Without_A_Readable_Message(string json) =>
        Assert.Equal(
            (FinnetAnswerKind.Approved, ""),
            (await AskAsync(Answers.Json(json))) is var result ? (result.Kind, result.ResponseMessage) : default);

    [Fact]
    public async Task A_Code_Counts_When_The_Message_Is_Not_Utf8()
    {
        var answer = await FailAsync(
            Answers.Raw(Encoding.Latin1.GetBytes("""{"responseCode":"4090001","responseMessage":"référence"}"""), HttpStatusCode.Conflict));
        Assert.Equal((FinnetAnswerKind.DuplicateReference, ""), (answer.Kind, answer.ResponseMessage));
    }

    [Theory]
    [InlineData(150)]
    [InlineData(151)]
    public async Task A_Message_Is_Kept_Up_To_150_Characters(int length)
    {
        var result = await AskAsync(Answers.Json($$"""{"responseCode":"2000002","responseMessage":"{{new string('m', length)}}"}"""));
        Assert.Equal(new string('m', 150), result.ResponseMessage);
    }

    [Fact]
    public async Task A_Character_Of_Two_Halves_Is_Not_Cut_In_Two()
    {
        var result = await AskAsync(Answers.Json($$"""{"responseCode":"2000002","responseMessage":"{{new string('m', 149)}}😀"}"""));
        Assert.Equal(new string('m', 149), result.ResponseMessage);
    }

    private static async Task<FinnetAnswer> AskAsync(HttpResponseMessage answer)
    {
        using var network = new StubHandler(_ => answer);
        await using var host = new FinnetHost(network);
        return await host.SendAsync();
    }

    private static async Task<FinnetAnswer> FailAsync(HttpResponseMessage answer)
    {
        using var network = new StubHandler(_ => answer);
        await using var host = new FinnetHost(network);
        return await host.FailAsync();
    }
}
