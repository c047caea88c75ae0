using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class TimeoutTests : IDisposable
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);

    private readonly ManualClock clock = new();
    private readonly SemaphoreSlim arrived = new(0);

    [Fact]
    public async Task No_Answer_Within_The_Attempt_Is_In_Doubt_And_Not_Sent_Again()
    {
        using var network = new StubHandler(HangAsync);
        await using var host = new FinnetHost(network, clock);
        var call = host.FailAsync();
        await arrived.WaitAsync();
        clock.Advance(Attempt - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await call).Kind);
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task An_Answer_That_Stops_Half_Way_Is_In_Doubt()
    {
        using var network = new StubHandler(_ => new HttpResponseMessage { Content = new StreamContent(new StallingStream(arrived)) });
        await using var host = new FinnetHost(network, clock);
        var call = host.FailAsync();
        await arrived.WaitAsync();
        clock.Advance(Attempt);
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await call).Kind);
        Assert.Single(network.Requests);
    }

    [Fact]
    public async Task A_Connection_That_Is_Not_Made_In_Time_Is_Not_Sent_And_The_Total_Time_Ends_The_Call()
    {
        using var network = new UnreachableHandler((_, attempt) => HangAsync(0, attempt));
        await using var host = new FinnetHost(network, clock);
        var start = clock.GetUtcNow();
        var call = host.FailAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await arrived.WaitAsync();
            clock.Advance(attempt < 3 ? Attempt : start + TimeSpan.FromSeconds(25) - clock.GetUtcNow());
        }

        Assert.Equal(FinnetAnswerKind.NotSent, (await call).Kind);
        Assert.Equal(3, network.Attempts);
    }

    [Fact]
    public async Task The_Total_Time_Ends_A_Wait_And_The_Last_Failure_Is_Told()
    {
        using var network = new StubHandler(number => Answers.Code(number == 1 ? "4290000" : "5030000", retryAfter: "5"));
        await using var host = new FinnetHost(network, clock, ("AttemptTimeout", "00:00:06"), ("TotalTimeout", "00:00:08"));
        var answer = await host.FailAsync();
        Assert.Equal((FinnetAnswerKind.Busy, "5030000"), (answer.Kind, answer.ResponseCode.ToString()));
        Assert.Equal(2, network.Requests.Count);
    }

    [Fact]
    public async Task The_Total_Time_Ends_An_Attempt_That_May_Have_Arrived_And_That_Is_Told_Not_The_Failure_Before()
    {
        using var network = new StubHandler((number, attempt) =>
            number == 1 ? Task.FromResult(Answers.Code("4290000", retryAfter: "5")) : HangAsync(number, attempt));
        await using var host = new FinnetHost(network, clock, ("AttemptTimeout", "00:00:06"), ("TotalTimeout", "00:00:08"));
        var call = host.FailAsync();
        await arrived.WaitAsync(); // at 5 s
        clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));
        var answer = await call;
        Assert.Equal((FinnetAnswerKind.NoAnswer, null, null), (answer.Kind, answer.ResponseCode, answer.RetryAfter));
        Assert.Equal(2, network.Requests.Count);
    }

    [Fact]
    public async Task Each_Attempt_Has_Its_Own_Time()
    {
        using var network = new StubHandler((number, attempt) =>
            number == 1 ? Task.FromResult(Answers.Code("4290000", retryAfter: "5")) : HangAsync(number, attempt));
        await using var host = new FinnetHost(network, clock);
        var call = host.FailAsync();
        await arrived.WaitAsync(); // at 5 s
        clock.Advance(Attempt - TimeSpan.FromTicks(1));
        Assert.False(call.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await call).Kind);
    }

    [Fact]
    public async Task Real_Time_Works_Alike()
    {
        using var network = new StubHandler(HangAsync);
        await using var host = new FinnetHost(network, clock: null, ("AttemptTimeout", "00:00:00.100"));
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await host.FailAsync()).Kind);
        Assert.Single(network.Requests);
    }

    public void Dispose() => arrived.Dispose();

    private async Task<HttpResponseMessage> HangAsync(int number, CancellationToken attempt)
    {
        arrived.Release();
        await Task.Delay(Timeout.InfiniteTimeSpan, attempt);
        return Answers.Sample();
    }

    private sealed class StallingStream(SemaphoreSlim arrived) : MemoryStream
    {
        private bool begun;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (begun)
            {
                arrived.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            begun = true;
            "{\"responseCode\":\"2000002\""u8.CopyTo(buffer.Span);
            return 24;
        }
    }
}
