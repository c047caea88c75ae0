using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>A request with refused headers is sent once more with new ones; other refusals are final.</summary>
public sealed class SnapRefusalTests(SnapKeyFile key) : IClassFixture<SnapKeyFile>
{
    private readonly ManualClock clock = new();

    [Theory]
    [InlineData("4010001")]
    [InlineData("4014701")] // another service's digits
    public async Task A_Refused_Token_Is_Dropped_And_The_Request_Sent_Once_More(string code)
    {
        using var network = new SnapNetwork(number => number == 1 ? Answers.Code(code) : Answers.Sample());
        await using var host = new FinnetHost(network, clock, key.Settings);

        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync()).Kind);

        Assert.Equal(["token-1", "token-2"], network.WidgetRequests.Select(request => request.Token));
        AssertSameBodyNewHeaders(network);
        await host.SendAsync();
        Assert.Equal(2, network.TokenRequests.Count);
    }

    [Fact]
    public async Task A_Token_That_Is_Refused_Twice_Is_A_Refusal()
    {
        using var network = new SnapNetwork(_ => Answers.Code("4010001"));
        await using var host = new FinnetHost(network, clock, key.Settings);

        var answer = await host.FailAsync();

        Assert.Equal((FinnetAnswerKind.Refused, "4010001"), (answer.Kind, answer.ResponseCode.ToString()));
        Assert.Equal(["token-1", "token-2"], network.WidgetRequests.Select(request => request.Token));
    }

    [Fact]
    public async Task A_Hundred_Callers_With_One_Refused_Token_Fetch_One_More()
    {
        // All have sent token-1 before the first of them is refused.
        var everybody = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var network = new SnapNetwork(async number =>
        {
            if (number == 100)
                everybody.SetResult();
            await everybody.Task;
            return number <= 100 ? Answers.Code("4010001") : Answers.Sample();
        });
        await using var host = new FinnetHost(network, clock, key.Settings);

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => host.SendAsync())));

        Assert.All(results, result => Assert.Equal(FinnetAnswerKind.WidgetIssued, result.Kind));
        Assert.Equal(2, network.TokenRequests.Count);
        Assert.Equal(200, network.WidgetRequests.Count);
    }

    [Fact]
    public async Task Two_Instances_That_Replace_Each_Others_Tokens_Have_One_Fresh_Token_A_Call()
    {
        // Finnet knows the newest token only.
        var newest = 0;
        using var first = Instance();
        using var second = Instance();
        await using var firstHost = new FinnetHost(first, clock, key.Settings);
        await using var secondHost = new FinnetHost(second, clock, key.Settings);

        for (var call = 1; call <= 5; call++)
        {
            await firstHost.SendAsync();
            await secondHost.SendAsync();
            Assert.Equal((call, call), (first.TokenRequests.Count, second.TokenRequests.Count));
        }

        SnapNetwork Instance()
        {
            SnapNetwork? own = null;
            return own = new SnapNetwork(
                _ => Task.FromResult(own!.WidgetRequests[^1].Token == $"token-{newest}" ? Answers.Sample() : Answers.Code("4010001")),
                _ => Task.FromResult(SnapNetwork.Token(++newest)));
        }
    }

    [Fact]
    public async Task A_Call_Whose_Neighbours_New_Token_Is_Refused_Too_Has_A_Fresh_One_Of_Its_Own()
    {
        // Both calls have sent token-1; another instance has replaced token-2 before the slower one uses it.
        var slow = new TaskCompletionSource<HttpResponseMessage>();
        using var arrived = new SemaphoreSlim(0);
        using var network = new SnapNetwork(number =>
        {
            arrived.Release();
            return number switch
            {
                1 => slow.Task,
                2 or 4 => Task.FromResult(Answers.Code("4010001")),
                _ => Task.FromResult(Answers.Sample()),
            };
        });
        await using var host = new FinnetHost(network, clock, key.Settings);
        var slower = host.SendAsync();
        await arrived.WaitAsync();
        await host.SendAsync();
        slow.SetResult(Answers.Code("4010001"));
        await slower;

        Assert.Equal(["token-1", "token-1", "token-2", "token-2", "token-3"], network.WidgetRequests.Select(request => request.Token));
    }

    [Theory]
    [InlineData("4090000")]
    [InlineData("4094700")]
    public async Task A_Used_External_Id_Is_Replaced_And_The_Same_Body_Sent_Once_More(string code)
    {
        using var network = new SnapNetwork(number => number == 1 ? Answers.Code(code) : Answers.Sample());
        await using var host = new FinnetHost(network, clock, key.Settings);

        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync(Requests.Full)).Kind);

        AssertSameBodyNewHeaders(network);
        Assert.Single(network.TokenRequests);
    }

    [Fact]
    public async Task An_External_Id_That_Is_Refused_Twice_Is_A_Refusal()
    {
        using var network = new SnapNetwork(_ => Answers.Code("4090000"));
        await using var host = new FinnetHost(network, clock, key.Settings);

        Assert.Equal(FinnetAnswerKind.Refused, (await host.FailAsync()).Kind);
        Assert.Equal(2, network.WidgetRequests.Count);
    }

    [Theory]
    [InlineData("4010000")]
    [InlineData("4000001")]
    [InlineData("4030001")]
    [InlineData("4090001")]
    [InlineData("4090002")]
    [InlineData("5000001")]
    public async Task Any_Other_Code_Is_Not_Sent_Again_And_Keeps_The_Token(string code)
    {
        using var network = new SnapNetwork(number => number == 1 ? Answers.Code(code) : Answers.Sample());
        await using var host = new FinnetHost(network, clock, key.Settings);

        Assert.Equal(code, (await host.FailAsync()).ResponseCode.ToString());
        Assert.Single(network.WidgetRequests);
        await host.SendAsync();
        Assert.Single(network.TokenRequests);
    }

    [Theory]
    [InlineData("4010001")]
    [InlineData("4090000")]
    public async Task Without_Snap_There_Are_No_New_Headers_To_Send(string code)
    {
        using var network = new SnapNetwork(number => number == 1 ? Answers.Code(code) : Answers.Sample());
        await using var host = new FinnetHost(network, clock);

        Assert.Equal(FinnetAnswerKind.Refused, (await host.FailAsync()).Kind);
        Assert.Single(network.WidgetRequests);
    }

    [Fact]
    public async Task Refused_Headers_Do_Not_Open_The_Circuit()
    {
        using var network = new SnapNetwork(number => number % 2 == 1 ? Answers.Code("4090000") : Answers.Sample());
        await using var host = new FinnetHost(network, clock, key.Settings);
        for (var call = 0; call < 40; call++)
            await host.SendAsync();
    }

    private static void AssertSameBodyNewHeaders(SnapNetwork network)
    {
        Assert.Equal(2, network.WidgetRequests.Count);
        var (first, second) = (network.WidgetRequests[0], network.WidgetRequests[1]);
        Assert.Equal(first.Body, second.Body);
        Assert.NotEqual(first["X-EXTERNAL-ID"], second["X-EXTERNAL-ID"]);
        Assert.Equal(SnapNetwork.ExpectedSignature(second), second["X-SIGNATURE"]);
    }
}
