using System.Globalization;
using System.Text;
using Finpay.Linkage.Api.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;
using Serilog.Formatting.Json;
using Serilog.Settings.Configuration;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>Serilog as the only provider: JSON lines when ASPNETCORE_ENVIRONMENT is Production, readable lines otherwise.</summary>
internal static class LinkageLogging
{
    public const string Unreadable = "Serilog: can't be read; see the form of Serilog's own settings";

    // These write URLs and headers; a callback's URL may carry its token, a header whatever its sender likes. Dropped whatever level is configured.
    private static readonly string[] SourcesThatLogUrls =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.HttpOverrides",
        "Microsoft.AspNetCore.StaticFiles",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.HostFiltering",
        "Microsoft.AspNetCore.HttpsPolicy",
        "System.Net.Http",
    ];

    /// <summary>Whether lines of this source go nowhere.</summary>
    public static bool IsDropped(string source) => Array.Exists(SourcesThatLogUrls, dropped => source.StartsWith(dropped, StringComparison.Ordinal));

    /// <summary>Lets a line leave in one piece: by itself the console writes 256 characters at a time.</summary>
    public static void WriteWholeLines() =>
        Console.SetOut(TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 8192) { AutoFlush = true }));

    public static void AddLinkageLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services => new SerilogLoggerProvider(
            MakeLogger(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<IHostEnvironment>().IsProduction()), dispose: true));
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        // The framework's scopes put the path on every line of a request, the service's own lines included. Trace and span, Serilog takes from the activity itself.
        builder.Services.Configure<LoggerFilterOptions>(options => options.CaptureScopes = false);
    }

    /// <exception cref="SettingsException">The section Serilog can't be read.</exception>
    public static Logger MakeLogger(IConfiguration configuration, bool asJson)
    {
        var options = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("System", LogEventLevel.Warning);
        try
        {
            options.ReadFrom.Configuration(configuration, new ConfigurationReaderOptions(typeof(ConsoleLoggerConfigurationExtensions).Assembly));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException)
        {
            throw SettingsException.For([Unreadable]);
        }

        options.Enrich.FromLogContext();
        options.Filter.ByExcluding(Matching.WithProperty<string>(Constants.SourceContextPropertyName, IsDropped));
        return (asJson
            ? options.WriteTo.Console(new JsonFormatter(renderMessage: true))
            : options.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: CultureInfo.InvariantCulture)).CreateLogger();
    }
}
