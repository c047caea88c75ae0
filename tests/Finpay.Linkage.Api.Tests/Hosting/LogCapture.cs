using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Hosting;

public sealed record LogLine(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception);

/// <summary>Every line of every category, before Serilog's filter.</summary>
public sealed class LogCapture : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> lines = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<LogLine> Lines => [.. lines];

    /// <summary>The service's own lines.</summary>
    public IReadOnlyList<LogLine> Own => [.. lines.Where(line => line.Category.StartsWith("Finpay.", StringComparison.Ordinal))];

    /// <summary>Which lines are kept; all of them unless a test can't hold so many.</summary>
    public Func<LogLine, bool> Keeps { get; set; } = _ => true;

    /// <summary>Lower levels are not even written.</summary>
    public LogLevel Least { get; set; } = LogLevel.Trace;

    /// <summary>What was logged until now does not count.</summary>
    public void Forget() => lines.Clear();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    /// <summary>The host disposes of what it made first last, and this among it: then the database is closed.</summary>
    public Task Ended => ended.Task;

    public void Dispose() => ended.TrySetResult();

    private sealed class Logger(string category, LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= capture.Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var line = new LogLine(category, logLevel, eventId, formatter(state, exception), exception);
            if (capture.Keeps(line))
                capture.lines.Enqueue(line);
        }
    }
}
