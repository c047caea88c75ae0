using System.Net;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class RetryTests
{
    private readonly ManualClock clock = new();

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Busy_With_A_Hint_Is_Sent_Again_After_That_Time_And_Succeeds(int status)
    {
        using var network = new StubHandler(
            number => number < 3 ? Answers.Json("<html/>", (HttpStatusCode)status, retryAfter: "2") : Answers.Sample());
        await using var host = new FinnetHost(network, clock);
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync(Requests.Full)).Kind);
        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)], clock.Skipped);
        Assert.Equal(2, host.Log.Attempts.Count);
        Assert.Equal(3, network.Requests.Count);
        Assert.All(network.Requests, request => Assert.Equal(network.Requests[0].Body, request.Body));
    }

    [Theory]
    [InlineData("4290000")]
    [InlineData("5030000")]
    public async Task Busy_By_Its_Body_Code_With_A_Hint_Is_Sent_Again(string code)
    {
        using var network = new StubHandler(number => number == 1 ? Answers.Code(code, retryAfter: "1") : Answers.Sample());
        await using var host = new FinnetHost(network, clock);
        await host.SendAsync();
        Assert.Equal([TimeSpan.FromSeconds(1)], clock.Skipped);
        Assert.Equal(2, network.Requests.Count);
    }

    [Fact]
    public async Task Busy_Without_A_Hint_Is_Not_Sent_Again()
    {
        using var network = new StubHandler(number => number == 1 ? Answers.Code("5030000") : Answers.Sample());
        await using var host = new FinnetHost(network, clock);
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.Busy, null), (answer.Kind, answer.RetryAfter));
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task Busy_Is_Tried_Three_Times_At_Most_And_Then_Told()
    {
        using var network = new StubHandler(_ => Answers.Code("5030000", retryAfter: "1"));
        await using var host = new FinnetHost(network, clock);
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.Busy, TimeSpan.FromSeconds(1)), (answer.Kind, answer.RetryAfter));
        Assert.Equal(3, network.Requests.Count);
    }

    [Fact]
    public async Task What_Never_Left_Is_Sent_Again_And_Told_As_Not_Sent()
    {
        using var network = new UnreachableHandler();
        await using var host = new FinnetHost(network, clock);
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.NotSent, null, null), (answer.Kind, answer.ResponseCode, answer.RetryAfter));
        Assert.Equal(3, network.Attempts);
        Assert.Equal(3, host.Log.Attempts.Count);
        Assert.Equal(2, clock.Skipped.Count);
    }

    [Fact]
    public async Task A_Connection_That_Broke_After_Sending_Is_In_Doubt_And_Not_Sent_Again()
    {
        using var network = new StubHandler(_ => throw new HttpRequestException("Connection reset."));
        await using var host = new FinnetHost(network, clock);
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await host.FailAsync()).Kind);
        Assert.Single(network.Requests);
    }

    [Theory]
    [InlineData("2020000")]
    [InlineData("2000001")]
    public async Task A_Result_Is_Not_Asked_For_Twice(string code)
    {
        using var network = new StubHandler(_ => Answers.Code(code, retryAfter: "1"));
        await using var host = new FinnetHost(network, clock);
        await host.SendAsync();
        Assert.Single(network.Requests);
        Assert.Empty(host.Log.Attempts);
    }
}
