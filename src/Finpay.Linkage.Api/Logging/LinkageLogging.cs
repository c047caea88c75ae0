using System.Globalization;
using System.Text;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;
using Serilog.Formatting.Json;
using Serilog.Settings.Configuration;

namespace Finpay.Linkage.Api.Logging;

/// <summary>Where lines go besides the console, after the same filters.</summary>
/// <param name="loggers">Null: nowhere.</param>
/// <param name="takesLine">Whether one more line can be taken.</param>
internal sealed class LogExport(ILoggerFactory? loggers, Func<bool> takesLine) : ILoggerProvider
{
    public ILoggerFactory? Loggers => loggers;

    public bool TakesLine() => takesLine();

    public Microsoft.Extensions.Logging.ILogger CreateLogger(string categoryName) => loggers!.CreateLogger(categoryName);

    public void Dispose()
    {
        // Its owner sends what waits when everything else has ended.
    }
}

/// <summary>Serilog for everything: JSON lines when ASPNETCORE_ENVIRONMENT is Production, readable lines otherwise.</summary>
internal static class LinkageLogging
{
    public const string Unreadable = "Serilog: can't be read; see the form of Serilog's own settings";

    // These write URLs and headers. The URL of a callback may carry its token, so their lines are dropped whatever level is configured.
    private static readonly string[] SourcesThatLogUrls =
    [
        "Microsoft.AspNetCore.Cors", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.HostFiltering",
        "Microsoft.AspNetCore.HttpLogging", "Microsoft.AspNetCore.HttpOverrides", "Microsoft.AspNetCore.HttpsPolicy",
        "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.StaticFiles", "System.Net.Http",
    ];

    /// <summary>Whether lines of this source go nowhere.</summary>
    public static bool IsDropped(string source) =>
        Array.Exists(SourcesThatLogUrls, dropped => source.StartsWith(dropped, StringComparison.Ordinal));

    /// <summary>Writes each line in one piece: by itself the console writes 256 characters at a time.</summary>
    public static void WriteWholeLines() => Console.SetOut(TextWriter.Synchronized(
        new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 8192)
        {
            AutoFlush = true,
        }));

    /// <summary>Registers Serilog as the application's logging; several applications may live in one process.</summary>
    public static void AddLinkageLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(
            (services, logger) => Configure(
                logger, services.GetRequiredService<IConfiguration>(), services.GetRequiredService<IHostEnvironment>().IsProduction(),
                services.GetService<LogExport>()),
            preserveStaticLogger: true);
    }

    /// <exception cref="SettingsException">The section Serilog can't be read.</exception>
    public static LoggerConfiguration Configure(
        LoggerConfiguration logger, IConfiguration configuration, bool asJson, LogExport? export = null)
    {
        logger
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            // Its base class writes a line for each call without a key; the request log has that call.
            .MinimumLevel.Override(typeof(ApiKeyAuthenticationHandler).FullName!, LogEventLevel.Warning);
        try
        {
            logger.ReadFrom.Configuration(
                configuration, new ConfigurationReaderOptions(typeof(ConsoleLoggerConfigurationExtensions).Assembly));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException)
        {
            throw SettingsException.For([Unreadable]);
        }

        logger.Enrich.With<WithoutRequestScope>();
        logger.Filter.ByExcluding(Matching.WithProperty<string>(Constants.SourceContextPropertyName, IsDropped));
        if (export?.Loggers is not null)
        {
            var providers = new LoggerProviderCollection();
            providers.AddProvider(export);
            logger.WriteTo.Conditional(_ => export.TakesLine(), line => line.Providers(providers));
        }

        return logger.WriteTo.Sink(new QueuedConsole(sinks => _ = asJson
            ? sinks.Console(new JsonFormatter(renderMessage: true))
            : sinks.Console(
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
                formatProvider: CultureInfo.InvariantCulture)));
    }

    // The framework's scopes put the path, and with it the token of a callback, on every line of a request.
    private sealed class WithoutRequestScope : ILogEventEnricher
    {
        private static readonly string[] OfTheScope = ["RequestPath", "RequestId", "ConnectionId", "Scope"];

        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            foreach (var name in OfTheScope)
                logEvent.RemovePropertyIfPresent(name);
        }
    }
}
