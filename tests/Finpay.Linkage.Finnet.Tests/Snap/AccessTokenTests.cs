using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>The life of a token: fetched once, reused, renewed before it expires, dropped when Finnet refuses it.</summary>
public sealed class AccessTokenTests(SnapKeyFile key) : IClassFixture<SnapKeyFile>
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task A_Hundred_Callers_At_Once_Share_One_Fetch()
    {
        var release = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var network = new SnapNetwork(token: _ =>
        {
            asked.TrySetResult();
            return release.Task;
        });
        await using var host = new FinnetHost(network, clock, key.Settings);

        var calls = Enumerable.Range(0, 100).Select(_ => Task.Run(() => host.SendAsync())).ToList();
        await asked.Task;
        release.SetResult(SnapNetwork.Token(1));
        await Task.WhenAll(calls);

        Assert.Single(network.TokenRequests);
        Assert.Equal(100, network.WidgetRequests.Count);
        Assert.All(network.WidgetRequests, request => Assert.Equal("token-1", request.Token));
        Assert.Equal(100, network.WidgetRequests.Select(request => request["X-EXTERNAL-ID"]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Ahead_Of_The_End_The_Old_Token_Serves_While_The_Next_One_Is_Fetched()
    {
        var release = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var network = new SnapNetwork(token: number => number == 1 ? Task.FromResult(SnapNetwork.Token(1)) : release.Task);
        await using var host = new FinnetHost(network, clock, key.Settings);
        await host.SendAsync();

        clock.Advance(TimeSpan.FromSeconds(850));
        await host.SendAsync();
        await host.SendAsync();
        await Eventually(() => network.TokenRequests.Count == 2);
        release.SetResult(SnapNetwork.Token(2));
        await Eventually(async () =>
        {
            await host.SendAsync();
            return network.WidgetRequests[^1].Token == "token-2";
        });

        Assert.Equal(["token-1", "token-1", "token-1"], network.WidgetRequests.Take(3).Select(request => request.Token));
        Assert.Equal(2, network.TokenRequests.Count);
    }

    [Fact]
    public async Task A_Fetch_Ahead_That_Fails_Harms_Nobody_And_Is_Not_Tried_With_Every_Call()
    {
        var healed = clock.GetUtcNow().AddSeconds(855);
        using var network = new SnapNetwork(token: number => Task.FromResult(
            number == 1 || clock.GetUtcNow() >= healed ? SnapNetwork.Token(number) : Answers.Code("5007300")));
        await using var host = new FinnetHost(network, clock, key.Settings);
        await host.SendAsync();

        clock.Advance(TimeSpan.FromSeconds(845));
        for (var failures = 1; failures <= 2; failures++)
        {
            await host.SendAsync();
            await Eventually(() => host.Log.Entries.Count(entry => entry.EventId == 2004) == failures);
            for (var call = 0; call < 10; call++)
                await host.SendAsync();
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        await Eventually(async () =>
        {
            await host.SendAsync();
            return network.WidgetRequests[^1].Token != "token-1";
        });

        // One request at the start, failed ones at 845 s and 850 s, and one at 855 s.
        Assert.Equal(4, network.TokenRequests.Count);
        Assert.All(
            host.Log.Entries.Where(entry => entry.EventId == 2004),
            entry => Assert.Contains("NotSent: Finnet's token service answered 5007300.", entry.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Token_That_Is_Refused_While_A_Fetch_Ahead_Fails_Is_Dropped()
    {
        var failed = new TaskCompletionSource<HttpResponseMessage>();
        using var network = new SnapNetwork(
            number => number == 2 ? failed.Task : Task.FromResult(Answers.Sample()),
            number => Task.FromResult(number == 2 ? Answers.Code("5007300") : SnapNetwork.Token(number)));
        await using var host = new FinnetHost(network, clock, key.Settings);
        await host.SendAsync();
        clock.Advance(TimeSpan.FromSeconds(845));
        var call = host.SendAsync();
        await Eventually(() => host.Log.Entries.Any(entry => entry.EventId == 2004));
        failed.SetResult(Answers.Code("4010001"));
        await call;

        Assert.Equal(["token-1", "token-1", "token-3"], network.WidgetRequests.Select(request => request.Token));
    }

    [Fact]
    public async Task A_Token_Whose_Time_Is_Over_Is_Not_Sent()
    {
        using var network = new SnapNetwork();
        await using var host = new FinnetHost(network, clock, key.Settings);
        await host.SendAsync();

        clock.Advance(TimeSpan.FromSeconds(900));
        await host.SendAsync();

        Assert.Equal(["token-1", "token-2"], network.WidgetRequests.Select(request => request.Token));
    }

    [Fact]
    public async Task The_Life_Of_A_Token_Counts_From_When_It_Was_Asked_For()
    {
        using var network = new SnapNetwork(token: number =>
        {
            if (number == 1)
                clock.Advance(TimeSpan.FromSeconds(8));
            return Task.FromResult(SnapNetwork.Token(number, "10"));
        });
        await using var host = new FinnetHost(network, clock, [.. key.Settings, ("AttemptTimeout", "00:00:20")]);
        await host.SendAsync();
        clock.Advance(TimeSpan.FromSeconds(2));

        await host.SendAsync();

        Assert.Equal(["token-1", "token-2"], network.WidgetRequests.Select(request => request.Token));
    }

    // Lets other tasks of the program run; the clock does not move.
    private static Task Eventually(Func<bool> condition) => Eventually(() => Task.FromResult(condition()));

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
