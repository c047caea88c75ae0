using System.Net;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>Without a token nothing of the widget request is sent, so that a later retry is safe.</summary>
public sealed class NoTokenTests(SnapKeyFile key) : IClassFixture<SnapKeyFile>
{
    private readonly ManualClock clock = new();

    [Theory]
    [InlineData("4017300", FinnetAnswerKind.CredentialsRefused)] // the key or the client id is wrong: asking again at once is pointless
    [InlineData("4007301", FinnetAnswerKind.CredentialsRefused)]
    [InlineData("4037301", FinnetAnswerKind.CredentialsRefused)]
    [InlineData("4087300", FinnetAnswerKind.NotSent)]
    [InlineData("4097300", FinnetAnswerKind.NotSent)]
    [InlineData("5007300", FinnetAnswerKind.NotSent)]
    [InlineData("4297300", FinnetAnswerKind.Busy)]
    [InlineData("5037300", FinnetAnswerKind.Busy)]
    public async Task A_Refused_Token_Request_Is_Not_Repeated_Within_The_Call(string code, FinnetAnswerKind failure)
    {
        using var network = new SnapNetwork(token: number => Task.FromResult(number == 1 ? Answers.Code(code) : SnapNetwork.Token(number)));
        await using var host = new FinnetHost(network, clock, key.Settings);

        var answer = await host.FailAsync();

        Assert.Equal((failure, code, "Finnet's words"), (answer.Kind, answer.ResponseCode.ToString(), answer.ResponseMessage));
        Assert.Empty(network.WidgetRequests);
        Assert.Single(network.TokenRequests);
        var level = failure == FinnetAnswerKind.CredentialsRefused ? LogLevel.Error : LogLevel.Warning;
        Assert.Equal(level, Assert.Single(host.Log.Entries, entry => entry.EventId is 2004 or 2005).Level);
        await host.SendAsync();
        Assert.Equal("token-2", Assert.Single(network.WidgetRequests).Token);
    }

    [Fact]
    public async Task A_Busy_Token_Service_With_A_Hint_Is_Asked_Again_After_That_Time()
    {
        using var network = new SnapNetwork(
            token: number => Task.FromResult(number == 1 ? Answers.Code("5037300", "3") : SnapNetwork.Token(number)));
        await using var host = new FinnetHost(network, clock, key.Settings);

        await host.SendAsync();

        Assert.Equal([TimeSpan.FromSeconds(3)], clock.Skipped);
    }

    public static TheoryData<string, HttpStatusCode> Unreadable => new()
    {
        { "<html>gateway</html>", HttpStatusCode.BadGateway },
        { "", HttpStatusCode.OK },
        { """{"responseCode":"2007300","responseMessage":"Successful"}""", HttpStatusCode.OK },
        { """{"accessToken":""}""", HttpStatusCode.OK },
        { """{"accessToken":"two words"}""", HttpStatusCode.OK },
        { """{"accessToken":"line\r\nX-Injected: 1"}""", HttpStatusCode.OK },
        { """{"accessToken":"émile"}""", HttpStatusCode.OK },
        { """{"accessToken":{"value":"x"}}""", HttpStatusCode.OK },
        { """["accessToken"]""", HttpStatusCode.OK },
        { """{"accessToken":"token-1"}""", HttpStatusCode.MultipleChoices },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public async Task An_Answer_Without_A_Usable_Token_Is_None(string body, HttpStatusCode status)
    {
        using var network = new SnapNetwork(token: _ => Task.FromResult(Answers.Json(body, status)));
        await using var host = new FinnetHost(network, clock, key.Settings);

        Assert.Equal(FinnetAnswerKind.NotSent, (await host.FailAsync()).Kind);

        Assert.Empty(network.WidgetRequests);
    }

    [Theory]
    [InlineData("""{"accessToken":"token-1"}""", 401, FinnetAnswerKind.CredentialsRefused)]
    [InlineData("<html>denied</html>", 403, FinnetAnswerKind.CredentialsRefused)]
    [InlineData("<html>no such page</html>", 404, FinnetAnswerKind.CredentialsRefused)]
    [InlineData("<html>wait</html>", 429, FinnetAnswerKind.Busy)]
    [InlineData("<html>late</html>", 408, FinnetAnswerKind.NotSent)]
    [InlineData("<html>bad gateway</html>", 502, FinnetAnswerKind.NotSent)]
    public async Task An_Answer_Without_A_Code_Is_Judged_By_Its_Status(string body, int status, FinnetAnswerKind failure)
    {
        using var network = new SnapNetwork(token: _ => Task.FromResult(Answers.Json(body, (HttpStatusCode)status)));
        await using var host = new FinnetHost(network, clock, key.Settings);

        var answer = await host.FailAsync();

        Assert.Equal(failure, answer.Kind);
        Assert.Contains($"HTTP {status}", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4017300", 30)]
    [InlineData("5007300", 20)]
    public async Task Refused_Credentials_Do_Not_Open_The_Circuit_And_A_Failing_Token_Service_Does(string code, int asked)
    {
        using var network = new SnapNetwork(token: _ => Task.FromResult(Answers.Code(code)));
        await using var host = new FinnetHost(network, clock, key.Settings);
        for (var call = 0; call < 30; call++)
            await host.FailAsync();

        Assert.Equal(asked, network.TokenRequests.Count);
    }

    [Fact]
    public async Task Waiting_For_A_Token_Takes_Nothing_Of_The_Attempts_Time()
    {
        var (token, widget) = (new TaskCompletionSource<HttpResponseMessage>(), new TaskCompletionSource<HttpResponseMessage>());
        using var arrived = new SemaphoreSlim(0);
        using var network = new SnapNetwork(
            _ =>
            {
                arrived.Release();
                return widget.Task;
            },
            _ =>
            {
                arrived.Release();
                return token.Task;
            });
        await using var host = new FinnetHost(network, clock, key.Settings);
        var call = host.SendAsync();
        await arrived.WaitAsync();
        clock.Advance(TimeSpan.FromSeconds(9));
        token.SetResult(SnapNetwork.Token(1));
        await arrived.WaitAsync();
        clock.Advance(TimeSpan.FromSeconds(9));
        widget.SetResult(Answers.Sample());

        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await call).Kind);
    }

    [Fact]
    public async Task A_Handler_That_Throws_Anything_Is_No_Token()
    {
        using var network = new SnapNetwork(token: _ => throw new InvalidOperationException("a foreign handler"));
        await using var host = new FinnetHost(network, clock, key.Settings);

        var answer = await host.FailAsync();

        Assert.Equal(FinnetAnswerKind.NotSent, answer.Kind);
        Assert.Contains("token service gave no complete answer: InvalidOperationException", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(network.WidgetRequests);
    }

    [Theory]
    [InlineData("""{"accessToken":"token-1","tokenType":"bearer","expiresIn":"900"}""", 200)] // no code at all
    [InlineData("""{"responseCode":2007300,"accessToken":"token-1",}""", 200)]
    [InlineData("""{"responseCode":"2007300","accessToken":"token-1"}""", 401)] // the body's code wins
    [InlineData("""{"ResponseCode":"2007300","AccessToken":"token-1","EXPIRESIN":900}""", 200)]
    [InlineData("\uFEFF{\"accessToken\":\"token-1\",\"additionalInfo\":{}}", 200)]
    public async Task A_Token_Is_Read_Tolerantly(string body, int status)
    {
        using var network = new SnapNetwork(token: _ => Task.FromResult(Answers.Json(body, (HttpStatusCode)status)));
        await using var host = new FinnetHost(network, clock, key.Settings);

        await host.SendAsync();

        Assert.Equal("token-1", Assert.Single(network.WidgetRequests).Token);
    }

    [Fact]
    public async Task A_Token_Service_That_Can_Not_Be_Reached_Is_Asked_Again_Within_The_Call()
    {
        using var network = new SnapNetwork(
            token: number => number < 3 ? throw new HttpRequestException("no route") : Task.FromResult(SnapNetwork.Token(number)));
        await using var host = new FinnetHost(network, clock, key.Settings);

        await host.SendAsync();

        Assert.Equal("token-3", Assert.Single(network.WidgetRequests).Token);
    }

    [Fact]
    public async Task A_Silent_Token_Service_Is_Not_Sent_And_Counts_For_The_Breaker()
    {
        using var network = new SnapNetwork(token: _ => throw new HttpRequestException("no route"));
        await using var host = new FinnetHost(network, clock, key.Settings);
        for (var call = 0; call < 7; call++)
            Assert.Equal(FinnetAnswerKind.NotSent, (await host.FailAsync()).Kind);

        // 20 failed attempts within 30 s open the circuit.
        var asked = network.TokenRequests.Count;
        var answer = await host.FailAsync();

        Assert.Equal((FinnetAnswerKind.NotSent, asked), (answer.Kind, network.TokenRequests.Count));
        Assert.NotNull(answer.RetryAfter);
        Assert.Empty(network.WidgetRequests);
    }

    [Fact]
    public async Task A_Fetch_Outlives_The_Caller_Who_Began_It()
    {
        var release = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var network = new SnapNetwork(token: _ =>
        {
            asked.SetResult();
            return release.Task;
        });
        await using var host = new FinnetHost(network, clock, key.Settings);
        using var impatience = new CancellationTokenSource();
        var first = host.SendAsync(cancellationToken: impatience.Token);
        await asked.Task;
        var second = host.SendAsync();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult(SnapNetwork.Token(1));

        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await second).Kind);
        Assert.Single(network.TokenRequests);
    }

    [Fact]
    public async Task A_Fetch_That_Never_Ends_Is_Cut_By_The_Time_Of_An_Attempt()
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        var asked = new SemaphoreSlim(0);
        using var network = new SnapNetwork(token: _ =>
        {
            asked.Release();
            return never.Task;
        });
        await using var host = new FinnetHost(network, clock, [.. key.Settings, ("TotalTimeout", "00:00:10")]);
        var call = host.FailAsync();
        await asked.WaitAsync();

        clock.Advance(TimeSpan.FromSeconds(10));

        var answer = await call;
        Assert.Equal(FinnetAnswerKind.NotSent, answer.Kind);
        Assert.Contains("timeout, Finnet:", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(network.WidgetRequests);
    }

    [Fact]
    public async Task A_Key_That_Is_Gone_Is_No_Token_And_Is_Read_Again_Once_It_Is_Back()
    {
        var path = key.Write("moving.pem", key.Key.ExportPkcs8PrivateKeyPem());
        using var network = new SnapNetwork();
        await using var host = new FinnetHost(network, clock, [.. key.Settings, ("Snap:PrivateKeyPath", path)]);
        // Settings are checked when the first client is made.
        _ = host.Client;
        File.Move(path, path + ".away");
        Assert.Equal(FinnetAnswerKind.NotSent, (await host.FailAsync()).Kind);

        File.Move(path + ".away", path);
        await host.SendAsync();

        Assert.Single(network.WidgetRequests);
    }

    [Fact]
    public async Task Neither_Token_Nor_Secret_Nor_Key_Is_Logged()
    {
        using var network = new SnapNetwork(
            number => Task.FromResult(number == 1 ? Answers.Code("4010001") : Answers.Sample()),
            number => Task.FromResult(number == 2 ? Answers.Code("5037300", "1") : SnapNetwork.Token(number)));
        await using var host = new FinnetHost(network, clock, key.Settings);
        await host.SendAsync();

        var log = string.Join('\n', host.Log.Entries.Select(entry => entry.Text));
        Assert.Contains("access token fetched", log, StringComparison.Ordinal);
        Assert.DoesNotContain("token-", log, StringComparison.Ordinal);
        Assert.DoesNotContain(SnapNetwork.ClientSecret, log, StringComparison.Ordinal);
        Assert.DoesNotContain(network.TokenRequests[0]["X-SIGNATURE"], log, StringComparison.Ordinal);
        Assert.DoesNotContain(network.WidgetRequests[0]["X-SIGNATURE"], log, StringComparison.Ordinal);
    }
}
