using System.Collections.Concurrent;
using System.Globalization;
using Finpay.Linkage.Api.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Finpay.Linkage.Api.Tests.Logging;

/// <summary>A console that nobody reads.</summary>
public sealed class QueuedConsoleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_Nobody_Reads_Is_Dropped_Counted_And_Told_When_There_Is_Room_Again()
    {
        using var console = new StuckConsole();
        var log = Logger(console);
        console.Read();
        log.Information("first");
        await WaitAsync(() => console.Lines.Count == 1);
        console.Stop();
        log.Information("taken by the console");
        await WaitAsync(() => console.IsStuck);

        // One more than there is room for, twice.
        for (var number = 1; number <= QueuedConsole.Capacity + 2; number++)
            log.Information("waits {Number}", number);
        console.Read();
        await WaitAsync(() => console.Lines.Count == QueuedConsole.Capacity + 2);
        log.Information("last");
        ((IDisposable)log).Dispose();

        var lines = console.Lines.ToList();
        Assert.Equal(QueuedConsole.Capacity + 4, lines.Count);
        Assert.Equal(["The console was not read: 2 log lines were dropped", "last"], lines[^2..]);
        Assert.Equal($"waits {QueuedConsole.Capacity}", lines[^3]);
    }

    [Fact]
    public void What_Waits_Is_Written_At_The_End()
    {
        using var console = new StuckConsole();
        var log = Logger(console);
        for (var number = 1; number <= 1000; number++)
            log.Information("waits");
        console.Read();
        ((IDisposable)log).Dispose();

        Assert.Equal(1000, console.Lines.Count);
    }

    [Fact]
    public void A_Console_That_Stays_Full_Does_Not_Keep_The_Process_From_Its_End()
    {
        using var console = new StuckConsole();
        var log = Logger(console);
        log.Information("waits");

        var started = TimeProvider.System.GetTimestamp();
        ((IDisposable)log).Dispose();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, Patience / 2);
        Assert.Empty(console.Lines);
    }

    private static Logger Logger(StuckConsole console) => new LoggerConfiguration()
        .WriteTo.Sink(new QueuedConsole(sinks => sinks.Sink(console))).CreateLogger();

    private static async Task WaitAsync(Func<bool> happens)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!happens())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "It did not happen.");
            await Task.Yield();
        }
    }

    private sealed class StuckConsole : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim read = new();

        public ConcurrentQueue<string> Lines { get; } = new();

        public bool IsStuck { get; private set; }

        public void Read() => read.Set();

        public void Stop() => read.Reset();

        public void Emit(LogEvent logEvent)
        {
            IsStuck = !read.IsSet;
            read.Wait();
            IsStuck = false;
            Lines.Enqueue(logEvent.RenderMessage(CultureInfo.InvariantCulture));
        }

        // The thread that waits goes on.
        public void Dispose() => read.Set();
    }
}
