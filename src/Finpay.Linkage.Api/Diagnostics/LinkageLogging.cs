using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Filters;
using Serilog.Formatting.Json;
using Serilog.Settings.Configuration;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>Serilog as the only provider: JSON lines when ASPNETCORE_ENVIRONMENT is Production, readable lines otherwise.</summary>
internal static class LinkageLogging
{
    // These write URLs and headers; a callback's URL may carry its token. Dropped whatever level is configured.
    private static readonly string[] SourcesThatLogUrls =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.StaticFiles",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.HostFiltering",
        "Microsoft.AspNetCore.HttpsPolicy",
        "System.Net.Http",
    ];

    public static void AddLinkageLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services =>
        {
            var options = new LoggerConfiguration()
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                .MinimumLevel.Override("System", LogEventLevel.Warning)
                .ReadFrom.Configuration(services.GetRequiredService<IConfiguration>(), new ConfigurationReaderOptions(typeof(ConsoleLoggerConfigurationExtensions).Assembly))
                .Enrich.FromLogContext()
                .Enrich.With(new WithoutPath());
            foreach (var source in SourcesThatLogUrls)
                options.Filter.ByExcluding(Matching.FromSource(source));
            if (services.GetRequiredService<IHostEnvironment>().IsProduction())
                options.WriteTo.Console(new JsonFormatter(renderMessage: true));
            else
                options.WriteTo.Console(outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}", formatProvider: System.Globalization.CultureInfo.InvariantCulture);
            return new Serilog.Extensions.Logging.SerilogLoggerProvider(options.CreateLogger(), dispose: true);
        });
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
    }

    /// <summary>The host's scope puts the path on every line of a request, the service's own lines included.</summary>
    private sealed class WithoutPath : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.RemovePropertyIfPresent("RequestPath");
    }
}
