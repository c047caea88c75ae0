using System.Globalization;
using System.Net;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class FailureTests
{
    [Theory]
    [InlineData("4090001", FinnetAnswerKind.DuplicateReference)]
    [InlineData("4094701", FinnetAnswerKind.DuplicateReference)] // another service's digits
    [InlineData("4090000", FinnetAnswerKind.Refused)] // the same X-EXTERNAL-ID: another matter
    [InlineData("4000000", FinnetAnswerKind.Refused)]
    [InlineData("4000001", FinnetAnswerKind.Refused)]
    [InlineData("4010000", FinnetAnswerKind.Refused)]
    [InlineData("4030004", FinnetAnswerKind.Refused)]
    [InlineData("4040008", FinnetAnswerKind.Refused)]
    [InlineData("4999999", FinnetAnswerKind.Refused)]
    [InlineData("4290000", FinnetAnswerKind.Busy)]
    [InlineData("4290099", FinnetAnswerKind.Busy)]
    [InlineData("5030000", FinnetAnswerKind.Busy)]
    [InlineData("5031201", FinnetAnswerKind.Busy)]
    [InlineData("5000000", FinnetAnswerKind.Unclear)]
    [InlineData("5099999", FinnetAnswerKind.Unclear)]
    [InlineData("5040000", FinnetAnswerKind.Unclear)]
    [InlineData("2000003", FinnetAnswerKind.Unclear)] // 2xx, but not documented
    [InlineData("2001202", FinnetAnswerKind.Unclear)] // another service's digits: no approval,
    [InlineData("2001201", FinnetAnswerKind.Unclear)] // no rejection,
    [InlineData("2021200", FinnetAnswerKind.Unclear)] // not in process
    [InlineData("2001200", FinnetAnswerKind.Unclear)] // and no widget
    [InlineData("2010000", FinnetAnswerKind.Unclear)]
    [InlineData("3020000", FinnetAnswerKind.Unclear)]
    public async Task A_Code_Names_The_Failure(string code, FinnetAnswerKind failure)
    {
        using var network = new StubHandler(_ => Answers.Code(code));
        await using var host = new FinnetHost(network);
        var answer = await host.FailAsync();
        Assert.Equal((failure, code, "Finnet's words"), (answer.Kind, answer.ResponseCode.ToString(), answer.ResponseMessage));
        Assert.Contains(code, answer.Reason, StringComparison.Ordinal);
        var line = Assert.Single(host.Log.Attempts);
        Assert.EndsWith($"failed: {failure}, code {code}: Finnet answered {code}. ", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("words", $"{answer} {answer.Reason}", StringComparison.Ordinal);
        Assert.Single(network.Requests); // none of these is sent again
        Assert.Empty(host.Log.Disagreements);
    }

    [Theory]
    [InlineData(500, """{"responseCode":"2000002"}""", null)]
    [InlineData(200, """{"responseCode":"4000001"}""", FinnetAnswerKind.Refused)]
    [InlineData(200, """{"responseCode":"5000000"}""", FinnetAnswerKind.Unclear)]
    [InlineData(500, """{"responseCode":"4090001"}""", FinnetAnswerKind.DuplicateReference)]
    [InlineData(503, """{"responseCode":"5000000"}""", FinnetAnswerKind.Unclear)]
    [InlineData(200, """{"responseCode":"5030000"}""", FinnetAnswerKind.Busy)]
    [InlineData(200, """{"responseCode":4090001}""", FinnetAnswerKind.DuplicateReference)] // numeric
    [InlineData(200, """{"responseCode":"0000000"}""", FinnetAnswerKind.Unclear)] // no HTTP status at all
    [InlineData(200, """{"responseCode":"1000000"}""", FinnetAnswerKind.Unclear)]
    [InlineData(200, """{"responseCode":"9999999"}""", FinnetAnswerKind.Unclear)]
    [InlineData(302, """{"responseCode":"4000001"}""", FinnetAnswerKind.Refused)]
    public async Task A_Body_Code_Wins_Over_The_Http_Status_And_A_Warning_Says_So(int status, string json, FinnetAnswerKind? failure)
    {
        using var network = new StubHandler(_ => Answers.Json(json, (HttpStatusCode)status));
        await using var host = new FinnetHost(network);
        if (failure is null)
            Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        else
            Assert.Equal(failure, (await host.FailAsync()).Kind);
        var warning = Assert.Single(host.Log.Disagreements);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, warning.Level);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), warning.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, FinnetAnswerKind.Unclear)]
    [InlineData(301, FinnetAnswerKind.Unclear)]
    [InlineData(400, FinnetAnswerKind.Refused)]
    [InlineData(401, FinnetAnswerKind.Refused)]
    [InlineData(403, FinnetAnswerKind.Refused)]
    [InlineData(404, FinnetAnswerKind.Refused)]
    [InlineData(405, FinnetAnswerKind.Refused)]
    [InlineData(413, FinnetAnswerKind.Refused)]
    [InlineData(499, FinnetAnswerKind.Refused)]
    [InlineData(408, FinnetAnswerKind.Unclear)]
    [InlineData(409, FinnetAnswerKind.Unclear)]
    [InlineData(425, FinnetAnswerKind.Unclear)]
    [InlineData(500, FinnetAnswerKind.Unclear)]
    [InlineData(502, FinnetAnswerKind.Unclear)]
    [InlineData(504, FinnetAnswerKind.Unclear)]
    [InlineData(429, FinnetAnswerKind.Busy)]
    [InlineData(503, FinnetAnswerKind.Busy)]
    public async Task A_Page_Of_A_Gateway_Is_Read_By_Its_Status_And_Named_In_The_Log(int status, FinnetAnswerKind failure)
    {
        using var network = new StubHandler(_ =>
        {
            var page = Answers.Json("<html>phone 6281295288912</html>", (HttpStatusCode)status);
            page.Content.Headers.ContentType = new("text/html") { CharSet = "utf-8" };
            return page;
        });
        await using var host = new FinnetHost(network);
        var answer = await host.FailAsync();
        Assert.Equal((failure, null, null), (answer.Kind, answer.ResponseCode, answer.ResponseMessage));
        Assert.Contains($"(HTTP {status}, text/html)", answer.Reason, StringComparison.Ordinal);
        Assert.EndsWith($"{failure}, code none: {answer.Reason} ", Assert.Single(host.Log.Attempts).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("81295288912", $"{answer} {answer.Reason}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":"access denied"}""", FinnetAnswerKind.Refused)]
    [InlineData("", FinnetAnswerKind.Refused)]
    [InlineData("""{"responseCode":"5000000"}""", FinnetAnswerKind.Unclear)] // a code counts more than the status
    public async Task Only_An_Http_4xx_Without_A_Code_Is_A_Refusal_By_Its_Status(string body, FinnetAnswerKind failure)
    {
        using var network = new StubHandler(_ => Answers.Json(body, HttpStatusCode.Forbidden));
        await using var host = new FinnetHost(network);
        Assert.Equal(failure, (await host.FailAsync()).Kind);
    }

    public static TheoryData<string> UnreadableBodies => new()
    {
        "", " ", "null", "[]", "\"2000002\"", "2000002", "{", "{}", """{"responseCode":null}""", """{"responseCode":"200000"}""",
        """{"responseCode":"20000020"}""", """{"responseCode":2000002.0}""", """{"responseCode":["2000002"]}""",
        """{"responseCode":"\uD800"}""",
        """{"responseCode":"2000002"}{}""", """{"RESPONSE":"2000002"}""", """{"responseCode":"2000002","ResponseCode":"2000001"}""",
        """{"responseCode":"2000002","RESPONSECODE":["2000002"]}""",
        new string('[', 1000),
    };

    [Theory]
    [MemberData(nameof(UnreadableBodies))]
    public async Task A_Body_Without_A_Code_Is_Unclear(string body)
    {
        using var network = new StubHandler(_ => Answers.Json(body));
        await using var host = new FinnetHost(network);
        Assert.Equal(FinnetAnswerKind.Unclear, (await host.FailAsync()).Kind);
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task An_Answer_That_Drips_In_Is_Read_To_Its_End()
    {
        var json = """{"responseCode":"2000002"}""".PadLeft(64 * 1024);
        using var network = new StubHandler(
            _ => new HttpResponseMessage { Content = new StreamContent(new DrippingStream(Encoding.UTF8.GetBytes(json))) });
        await using var host = new FinnetHost(network);
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
    }

    [Theory]
    [InlineData(64 * 1024, true)]
    [InlineData((64 * 1024) + 1, false)]
    [InlineData(10 * 1024 * 1024, false)]
    public async Task An_Answer_Beyond_64_KiB_Is_Not_Read(int size, bool read)
    {
        var json = """{"responseCode":"2000002"}""";
        using var network = new StubHandler(_ => Answers.Raw(Encoding.UTF8.GetBytes(json.PadRight(size))));
        await using var host = new FinnetHost(network);
        if (read)
            Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        else
            Assert.Equal(FinnetAnswerKind.Unclear, (await host.FailAsync()).Kind);
    }

    // At most three bytes at a time: 64 KiB less one byte is a whole number of them.
    private sealed class DrippingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(3, buffer.Length)], cancellationToken);
    }
}
