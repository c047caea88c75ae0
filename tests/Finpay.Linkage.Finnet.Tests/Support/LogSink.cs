using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet.Tests.Support;

internal sealed record LogEntry(string Category, LogLevel Level, int EventId, string Text);

/// <summary>Keeps everything that is logged, at every level.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly ConcurrentQueue<LogEntry> entries = new();

    public IReadOnlyList<LogEntry> Entries => [.. entries];

    public IReadOnlyList<LogEntry> Attempts => [.. entries.Where(entry => entry.EventId == 2001)];

    public IReadOnlyList<LogEntry> Disagreements => [.. entries.Where(entry => entry.EventId == 2002)];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, entries);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<LogEntry> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue(new LogEntry(category, logLevel, eventId.Id, $"{formatter(state, exception)} {exception}"));
    }
}
