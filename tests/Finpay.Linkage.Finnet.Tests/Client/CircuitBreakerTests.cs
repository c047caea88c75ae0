using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class CircuitBreakerTests
{
    // The breaker judges from this many attempts within 30 s, and rests for 10 s.
    private const int Throughput = 20;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly ManualClock clock = new();

    [Fact]
    public async Task Repeated_Failures_Open_The_Circuit_For_All_Clients_And_Nothing_Is_Sent()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput);

        clock.Advance(TimeSpan.FromSeconds(4));
        var exception = await host.FailAsync();
        Assert.Equal((FinnetFailure.NotSent, null), (exception.Failure, exception.ResponseCode));
        Assert.Equal(Rest - TimeSpan.FromSeconds(4), exception.RetryAfter);
        Assert.Equal(Throughput, network.Requests.Count);
    }

    [Fact]
    public async Task One_Failure_Less_Does_Not_Open_It()
    {
        using var network = new StubHandler(number => Answers.Code(number < Throughput ? "5000000" : "2000002"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput - 1);
        await host.SendAsync();
        Assert.Equal(Throughput, network.Requests.Count);
    }

    [Fact]
    public async Task After_Its_Rest_One_Success_Closes_It()
    {
        using var network = new StubHandler(number => Answers.Code(number <= Throughput ? "5000000" : "2000002"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput);
        Assert.Equal(FinnetFailure.NotSent, (await host.FailAsync()).Failure);

        clock.Advance(Rest);
        Assert.Equal(UpgradeWidgetOutcome.Approved, (await host.SendAsync()).Outcome);
        Assert.Equal(UpgradeWidgetOutcome.Approved, (await host.SendAsync()).Outcome);
        Assert.Equal(Throughput + 2, network.Requests.Count);
    }

    [Theory]
    [InlineData("4000001")]
    [InlineData("4090001")]
    public async Task Definite_Answers_Are_No_Reason_To_Open_It(string code)
    {
        using var network = new StubHandler(_ => Answers.Code(code));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput * 2);
        Assert.Equal(Throughput * 2, network.Requests.Count);
    }

    [Theory]
    [InlineData("4290000")]
    [InlineData("5030000")]
    public async Task Busy_Counts_As_A_Failure(string code)
    {
        using var network = new StubHandler(_ => Answers.Code(code));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput + 1);
        Assert.Equal(Throughput, network.Requests.Count);
    }

    [Theory]
    [InlineData(Throughput, true)]
    [InlineData(Throughput - 1, false)]
    public async Task Attempts_That_Ran_Out_Of_Time_Count_As_Failures(int calls, bool open)
    {
        using var arrived = new SemaphoreSlim(0);
        using var network = new StubHandler(async (number, attempt) =>
        {
            if (number > calls)
                return Answers.Sample();
            arrived.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, attempt);
            throw new InvalidOperationException("An endless wait has ended.");
        });
        await using var host = new FinnetHost(network, clock);
        var failing = Enumerable.Range(0, calls).Select(_ => host.FailAsync()).ToList();
        for (var call = 0; call < calls; call++)
            await arrived.WaitAsync();
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.All(await Task.WhenAll(failing), exception => Assert.Equal(FinnetFailure.NoAnswer, exception.Failure));

        if (open)
            Assert.Equal(FinnetFailure.NotSent, (await host.FailAsync()).Failure);
        else
            await host.SendAsync();
        Assert.Equal(open ? calls : calls + 1, network.Requests.Count);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    public async Task Half_Of_The_Attempts_Must_Have_Failed(int failures, bool open)
    {
        using var network = new StubHandler(number => Answers.Code(number > Throughput - failures ? "5000000" : "2000002"));
        await using var host = new FinnetHost(network, clock);
        for (var success = 0; success < Throughput - failures; success++)
            await host.SendAsync();
        await FailTimesAsync(host, failures);
        Assert.Equal(open ? FinnetFailure.NotSent : FinnetFailure.Unclear, (await host.FailAsync()).Failure);
    }

    [Fact]
    public async Task Failures_Of_Half_A_Minute_Ago_Are_Forgotten()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput - 1);
        clock.Advance(TimeSpan.FromSeconds(30));
        await FailTimesAsync(host, Throughput - 1);
        Assert.Equal(2 * (Throughput - 1), network.Requests.Count);
    }

    [Fact]
    public async Task After_Its_Rest_One_Failure_Opens_It_Again()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput);
        clock.Advance(Rest);
        Assert.Equal(FinnetFailure.Unclear, (await host.FailAsync()).Failure);
        Assert.Equal((FinnetFailure.NotSent, Rest), await host.FailAsync() is var exception ? (exception.Failure, exception.RetryAfter) : default);
        Assert.Equal(Throughput + 1, network.Requests.Count);
    }

    [Fact]
    public async Task An_Open_Circuit_Is_Not_Tried_Again_In_The_Same_Call()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput);
        await host.FailAsync();
        Assert.Empty(clock.Skipped);
        Assert.Equal(Throughput, host.Log.Attempts.Count);
    }

    [Fact]
    public async Task Broken_Connections_Count_As_Failures()
    {
        using var network = new StubHandler(_ => throw new HttpRequestException("Connection reset."));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput + 1);
        Assert.Equal(Throughput, network.Requests.Count);
    }

    [Fact]
    public async Task Connections_That_Are_Never_Made_Open_It_In_The_Middle_Of_A_Call()
    {
        using var network = new UnreachableHandler();
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, 7); // 7 × 3 attempts, of which the last is refused
        Assert.Equal(Throughput, network.Attempts);
        var exception = await host.FailAsync();
        Assert.Equal(FinnetFailure.NotSent, exception.Failure);
        Assert.NotNull(exception.RetryAfter);
        Assert.Equal(Throughput, network.Attempts);
    }

    private static async Task FailTimesAsync(FinnetHost host, int times)
    {
        for (var time = 0; time < times; time++)
            await host.FailAsync();
    }
}
