using Finpay.Linkage.Api.Starting;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Starting;

/// <summary>What the start waits for, and for how long.</summary>
public sealed class WarmUpTests : IDisposable
{
    private readonly LogCapture log = new();
    private readonly ILoggerFactory loggers;
    private readonly ManualClock clock = new();

    public WarmUpTests() => loggers = LoggerFactory.Create(logging => logging.AddProvider(log));

    public void Dispose() => loggers.Dispose();

    [Fact]
    public async Task A_Start_Waits_For_The_Rehearsal()
    {
        var over = new TaskCompletionSource();

        var ending = EndAsync(() => over.Task);
        Assert.False(ending.IsCompleted);
        over.SetResult();
        await ending;

        Assert.Equal((6001, LogLevel.Information), Only(log.Own));
    }

    [Fact]
    public async Task A_Rehearsal_That_Fails_Is_Warned_Of_And_Stops_Nothing()
    {
        await EndAsync(() => throw new InvalidOperationException("planted"));

        Assert.Equal((6002, LogLevel.Warning), Only(log.Own));
        Assert.Equal("planted", log.Own[0].Exception!.Message);
    }

    [Fact]
    public async Task A_Rehearsal_That_Does_Not_End_Is_Given_Up()
    {
        var ending = EndAsync(() => new TaskCompletionSource().Task);
        clock.Advance(WarmUp.Patience - TimeSpan.FromSeconds(1));
        Assert.False(ending.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(1));
        await ending;

        Assert.Equal((6002, LogLevel.Warning), Only(log.Own));
    }

    private static (int Id, LogLevel Level) Only(IReadOnlyList<LogLine> lines)
    {
        var line = Assert.Single(lines);
        return (line.Id.Id, line.Level);
    }

    private Task EndAsync(Func<Task> rehearse) => WarmUp.Begin(rehearse)!.EndAsync(loggers.CreateLogger<WarmUp>(), clock);
}
