using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.Async;

namespace Finpay.Linkage.Api.Logging;

/// <summary>The console behind a queue. While nobody reads it, lines are dropped and counted, and no request waits.</summary>
internal sealed class QueuedConsole : ILogEventSink, IAsyncLogEventSinkMonitor, IDisposable
{
    /// <summary>Lines that wait; some 10 MB.</summary>
    public const int Capacity = 10_000;

    // A console that is read empties a full queue in less time.
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(1);

    private readonly Logger queue;
    private IAsyncLogEventSinkInspector? inspector;
    private long told;

    /// <param name="console">Adds what writes to the console.</param>
    public QueuedConsole(Action<LoggerSinkConfiguration> console) => queue = new LoggerConfiguration()
        .MinimumLevel.Verbose().WriteTo.Async(console, Capacity, blockWhenFull: false, monitor: this).CreateLogger();

    public void Emit(LogEvent logEvent)
    {
        TellDropped();
        queue.Write(logEvent);
    }

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => this.inspector = inspector;

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
    }

    /// <summary>Writes what waits, but a console that nobody reads does not keep the process from its end.</summary>
    public void Dispose()
    {
        TellDropped();
        var flush = new Thread(queue.Dispose) { IsBackground = true };
        flush.Start();
        flush.Join(FlushLimit);
    }

    // Only when there is room in the queue again.
    private void TellDropped()
    {
        var dropped = inspector!.DroppedMessagesCount;
        if (dropped == Volatile.Read(ref told) || inspector.Count > Capacity / 2)
            return;
        var before = Interlocked.Exchange(ref told, dropped);
        if (before < dropped)
            queue.Warning("The console was not read: {Dropped} log lines were dropped", dropped - before);
    }
}
