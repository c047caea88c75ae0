using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Api.Tests.Hosting;

public sealed record LogLine(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception);

/// <summary>
/// Every line of every category, before Serilog's filter. Serilog's factory asks no other provider, so this one stands around it.
/// </summary>
public sealed class LogCapture
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

    /// <summary>The host disposes of what it made first last, and its logging is among that: then the database is closed.</summary>
    public Task Ended => ended.Task;

    /// <summary>Puts this around the logging that is registered.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="started">Called when the host makes its first logger.</param>
    public void Capture(IServiceCollection services, Action started)
    {
        var registered = services.Last(service => service.ServiceType == typeof(ILoggerFactory));
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider =>
        {
            started();
            return new Factory((ILoggerFactory)registered.ImplementationFactory!(provider), this);
        }));
    }

    /// <summary>A logger of this alone.</summary>
    public ILogger Logger(string category) => new CapturingLogger(category, NullLogger.Instance, this);

    private sealed class Factory(ILoggerFactory inner, LogCapture capture) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public ILogger CreateLogger(string categoryName) => new CapturingLogger(categoryName, inner.CreateLogger(categoryName), capture);

        public void Dispose()
        {
            inner.Dispose();
            capture.ended.TrySetResult();
        }
    }

    private sealed class CapturingLogger(string category, ILogger inner, LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= capture.Least;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (inner.IsEnabled(logLevel))
                inner.Log(logLevel, eventId, state, exception, formatter);
            if (!IsEnabled(logLevel))
                return;
            var line = new LogLine(category, logLevel, eventId, formatter(state, exception), exception);
            if (capture.Keeps(line))
                capture.lines.Enqueue(line);
        }
    }
}
