using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>api.md's table: Finnet's answer, what is stored, what is answered, the same call again.</summary>
public sealed class FinnetAnswersTests
{
    public static TheoryData<string, string> Results => new() { { "2000002", "approved" }, { "2000001", "rejected" } };

    [Theory]
    [MemberData(nameof(Results))]
    public async Task A_Result_Is_Stored_And_Replayed(string code, string status)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(code);

        var answer = await host.CreateAsync();
        var again = await host.CreateAsync();

        Assert.Equal((200, status, null), (answer.Status, answer["status"], answer["widgetUrl"]));
        Assert.False(answer.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal((200, status, "true"), (again.Status, again["status"], again.Headers["Idempotent-Replayed"]));
        Assert.Single(host.Finnet.Sent);
    }

    [Fact]
    public async Task In_Process_Is_Asked_Again()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("2020000").Answers("2000002");

        var answer = await host.CreateAsync();
        var again = await host.CreateAsync();

        Assert.Equal((200, "inProcess", null), (answer.Status, answer["status"], answer["widgetUrl"]));
        Assert.Equal((200, "approved"), (again.Status, again["status"]));
        Assert.False(again.Headers.ContainsKey("Idempotent-Replayed"));
    }

    [Theory]
    [InlineData("4000001")]
    [InlineData("4010000")]
    [InlineData("4030004")]
    [InlineData("4040008")]
    [InlineData("4090000")]
    public async Task A_Refusal_Is_502_And_Is_Asked_Again(string code)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(code, "No [reason]").Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((502, "finnet-refused", Calls.Reference), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
        Assert.Equal(code, answer.Json.GetProperty("finnet").GetProperty("responseCode").GetString());
        Assert.Equal("No [reason]", answer.Json.GetProperty("finnet").GetProperty("responseMessage").GetString());
        Assert.Equal(Explained(code), ExplanationOf(answer));
        Assert.Equal("failed", stored);
        Assert.Equal((201, "widgetIssued"), (again.Status, again["status"]));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_Page_Of_A_Gateway_With_Http_4xx_Is_A_Refusal_Without_A_Code(int status)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(status, "<html>denied</html>").Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((502, "finnet-refused", "failed"), (answer.Status, answer.Problem, stored));
        Assert.Null(answer["finnet"]);
        Assert.Contains("without a code", answer["detail"], StringComparison.Ordinal);
        Assert.Equal(201, again.Status);
        var line = Assert.Single(host.Logs.Own, each => each.Id.Id == 2001);
        Assert.Contains($"HTTP {status}, application/json", line.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4090001")]
    [InlineData("4094701")] // another service's digits
    public async Task A_Reference_Finnet_Knows_Is_409_And_Replayed(string code)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(code);

        var answer = await host.CreateAsync();
        var again = await host.CreateAsync();

        Assert.Equal((409, "duplicate-reference", "failed"), (answer.Status, answer.Problem, await host.StatusOfAsync()));
        Assert.Equal(code, answer.Json.GetProperty("finnet").GetProperty("responseCode").GetString());
        Assert.Equal(code, again.Json.GetProperty("finnet").GetProperty("responseCode").GetString());
        Assert.Equal(Explained(code), ExplanationOf(answer));
        Assert.Equal(Explained(code), ExplanationOf(again));
        Assert.False(answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal((409, "duplicate-reference", "true"), (again.Status, again.Problem, again.Headers["Idempotent-Replayed"]));
        Assert.Single(host.Finnet.Sent);
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        Assert.Equal((200, "approved"), ((await host.CreateAsync()).Status, await host.StatusOfAsync()));
    }

    [Fact]
    public async Task What_Was_Never_Sent_Is_503_And_Asked_Again()
    {
        await using var host = new ApiHost();
        host.Finnet.RefusesConnection().RefusesConnection().RefusesConnection().Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((503, "finnet-unavailable", Calls.Reference), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
        Assert.Equal("5", answer.Headers["Retry-After"]);
        Assert.Equal("requested", stored);
        Assert.Equal(201, again.Status);
        Assert.Single(host.Finnet.Sent);
    }

    [Theory]
    [InlineData(503, "5030000", "0")]
    [InlineData(429, "4290000", "0")]
    public async Task A_Busy_Finnet_Is_503_After_The_Retries_And_Asked_Again(int status, string code, string retryAfter)
    {
        await using var host = new ApiHost();
        for (var attempt = 0; attempt < 3; attempt++)
            host.Finnet.Answers(status, FinnetStub.Body(code), retryAfter);
        host.Finnet.Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((503, "finnet-unavailable"), (answer.Status, answer.Problem));
        Assert.Equal("requested", stored);
        Assert.Equal(201, again.Status);
        Assert.Equal(4, host.Finnet.Sent.Count);
    }

    [Fact]
    public async Task A_Long_Wait_Is_Handed_To_The_Caller()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(503, "<html>busy</html>", "120");

        var answer = await host.CreateAsync();

        Assert.Equal((503, "120"), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Single(host.Finnet.Sent);
    }

    public static TheoryData<int, string> UnclearAnswers => new()
    {
        { 500, FinnetStub.Body("5000000") },
        { 504, FinnetStub.Body("5040000") },
        { 200, FinnetStub.Body("5000000") },
        { 200, "<html>ok</html>" },
        { 502, "" },
        { 408, "late" },
        { 409, "not here" },
        { 425, "too early" },
        { 200, FinnetStub.Body("2001202") },
        { 200, """{"responseCode":"2000000","padding":" """ + new string('x', 64 * 1024) + "\"}" },
        { 200, FinnetStub.Body("2000000") },
        {
            200,
            """
            {"responseCode":"2000000","responseMessage":"ok",
            "widgetUrl":"http://shop.example/widget","expiryTime":"2027-01-01 00:00:00"}
            """
        },
        { 200, """{"responseCode":"2000000","responseMessage":"ok","widgetUrl":"/widget","expiryTime":"2027-01-01 00:00:00"}""" },
        { 200, FinnetStub.Body("2000009") },
    };

    [Theory]
    [MemberData(nameof(UnclearAnswers))]
    public async Task What_Can_Not_Be_Relied_On_Is_502_In_Doubt_And_Asked_Again(int status, string body)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(status, body).Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((502, "finnet-unclear", Calls.Reference), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
        Assert.Equal("inDoubt", stored);
        Assert.Equal((201, "widgetIssued"), (again.Status, again["status"]));
    }

    [Fact]
    public async Task No_Answer_In_Time_Is_504_In_Doubt_And_Asked_Again()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        host.Finnet.Issues();

        var calling = host.CreateAsync();
        await held.Arrived.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        var answer = await calling;
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((504, "finnet-timeout"), (answer.Status, answer.Problem));
        Assert.Equal("inDoubt", stored);
        Assert.Equal(201, again.Status);
    }

    [Fact]
    public async Task A_Connection_Broken_After_Sending_Is_504_In_Doubt_And_Asked_Again()
    {
        await using var host = new ApiHost();
        host.Finnet.BreaksAfterSending().Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((504, "finnet-timeout"), (answer.Status, answer.Problem));
        Assert.Equal("inDoubt", stored);
        Assert.Equal(201, again.Status);
        Assert.Equal(2, host.Finnet.Sent.Count);
    }

    [Fact]
    public async Task Doubt_Is_Not_Forgotten_When_The_Next_Attempt_Is_Never_Sent()
    {
        await using var host = new ApiHost();
        host.Finnet.BreaksAfterSending().RefusesConnection().RefusesConnection().RefusesConnection().Answers("4090001").Answers("4090001");

        await host.CreateAsync();
        var unsent = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var duplicate = await host.CreateAsync();

        Assert.Equal((503, "inDoubt"), (unsent.Status, stored));
        Assert.Equal((409, "inDoubt"), (duplicate.Status, await host.StatusOfAsync()));
    }

    private static BilingualText Explained(string code) =>
        ResponseCode.TryParse(code, out var read) ? read.Explain().Explanation : throw new ArgumentException("Not a code.", nameof(code));

    private static BilingualText ExplanationOf(Answer answer)
    {
        var explanation = answer.Json.GetProperty("finnet").GetProperty("explanation");
        return new BilingualText(explanation.GetProperty("en").GetString()!, explanation.GetProperty("id").GetString()!);
    }
}
