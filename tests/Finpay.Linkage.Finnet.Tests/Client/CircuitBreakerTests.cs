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
