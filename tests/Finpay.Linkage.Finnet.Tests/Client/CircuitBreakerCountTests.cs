using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Which results of an attempt count for the circuit breaker, and how many open it.</summary>
public sealed class CircuitBreakerCountTests
{
    private const int Throughput = CircuitBreakerTests.Throughput;

    private readonly ManualClock clock = new();

    [Theory]
    [InlineData("4000001")]
    [InlineData("4090001")]
    public async Task Definite_Answers_Are_No_Reason_To_Open_It(string code)
    {
        using var network = new StubHandler(_ => Answers.Code(code));
        await using var host = new FinnetHost(network, clock);
        await CircuitBreakerTests.FailTimesAsync(host, Throughput * 2);
        Assert.Equal(Throughput * 2, network.Requests.Count);
    }

    [Theory]
    [InlineData("4290000")]
    [InlineData("5030000")]
    public async Task Busy_Counts_As_A_Failure(string code)
    {
        using var network = new StubHandler(_ => Answers.Code(code));
        await using var host = new FinnetHost(network, clock);
        await CircuitBreakerTests.FailTimesAsync(host, Throughput + 1);
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
        Assert.All(await Task.WhenAll(failing), answer => Assert.Equal(FinnetAnswerKind.NoAnswer, answer.Kind));

        if (open)
            Assert.Equal(FinnetAnswerKind.NotSent, (await host.FailAsync()).Kind);
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
        await CircuitBreakerTests.FailTimesAsync(host, failures);
        Assert.Equal(open ? FinnetAnswerKind.NotSent : FinnetAnswerKind.Unclear, (await host.FailAsync()).Kind);
    }

    [Fact]
    public async Task Broken_Connections_Count_As_Failures()
    {
        using var network = new StubHandler(_ => throw new HttpRequestException("Connection reset."));
        await using var host = new FinnetHost(network, clock);
        await CircuitBreakerTests.FailTimesAsync(host, Throughput + 1);
        Assert.Equal(Throughput, network.Requests.Count);
    }

    [Fact]
    public async Task Connections_That_Are_Never_Made_Open_It_In_The_Middle_Of_A_Call()
    {
        using var network = new UnreachableHandler();
        await using var host = new FinnetHost(network, clock);
        await CircuitBreakerTests.FailTimesAsync(host, 7); // 7 × 3 attempts, of which the last is refused
        Assert.Equal(Throughput, network.Attempts);
        var answer = await host.FailAsync();
        Assert.Equal(FinnetAnswerKind.NotSent, answer.Kind);
        Assert.NotNull(answer.RetryAfter);
        Assert.Equal(Throughput, network.Attempts);
    }
}
