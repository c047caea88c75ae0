using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>A caller that cancels knows why its call ended.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly SemaphoreSlim arrived = new(0);

    [Fact]
    public async Task A_Caller_That_Cancels_Gets_A_Cancellation_Not_A_Failure()
    {
        using var network = new StubHandler(async (_, attempt) =>
        {
            arrived.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, attempt);
            return Answers.Sample();
        });
        await using var host = new FinnetHost(network, new ManualClock());
        using var caller = new CancellationTokenSource();
        var call = host.SendAsync(cancellationToken: caller.Token);
        await arrived.WaitAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(host.Log.Attempts);
    }

    [Fact]
    public async Task A_Caller_That_Cancels_A_Wait_Gets_A_Cancellation_Too()
    {
        using var caller = new CancellationTokenSource();
        using var network = new StubHandler(_ =>
        {
            arrived.Release();
            return Answers.Code("4290000", retryAfter: "5");
        });
        var still = new ManualClock { SkipUpTo = TimeSpan.Zero };
        await using var host = new FinnetHost(network, still);
        var call = host.SendAsync(cancellationToken: caller.Token);
        await arrived.WaitAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(network.Requests);
    }

    public void Dispose() => arrived.Dispose();
}
