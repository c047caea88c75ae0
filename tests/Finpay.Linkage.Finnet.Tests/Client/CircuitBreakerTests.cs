using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>When the circuit opens and closes.</summary>
public sealed class CircuitBreakerTests
{
    // The breaker judges from this many attempts within 30 s, and rests for 10 s.
    internal const int Throughput = 20;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly ManualClock clock = new();

    [Fact]
    public async Task Repeated_Failures_Open_The_Circuit_For_All_Clients_And_Nothing_Is_Sent()
    {
        using var network = new StubHandler(_ => Answers.Code("5000000"));
        await using var host = new FinnetHost(network, clock);
        await FailTimesAsync(host, Throughput);

        clock.Advance(TimeSpan.FromSeconds(4));
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.NotSent, null), (answer.Kind, answer.ResponseCode));
        Assert.Equal(Rest - TimeSpan.FromSeconds(4), answer.RetryAfter);
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
        Assert.Equal(FinnetAnswerKind.NotSent, (await host.FailAsync()).Kind);

        clock.Advance(Rest);
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
        Assert.Equal(Throughput + 2, network.Requests.Count);
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
        Assert.Equal(FinnetAnswerKind.Unclear, (await host.FailAsync()).Kind);
        Assert.Equal((FinnetAnswerKind.NotSent, Rest), await host.FailAsync() is var answer ? (answer.Kind, answer.RetryAfter) : default);
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

    internal static async Task FailTimesAsync(FinnetHost host, int times)
    {
        for (var time = 0; time < times; time++)
            await host.FailAsync();
    }
}
