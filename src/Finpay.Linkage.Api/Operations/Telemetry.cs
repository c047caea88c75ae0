using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Finpay.Linkage.Api.Operations;

/// <summary>
/// Traces, metrics and logs for a collector, and metrics for Prometheus, when the settings ask for them. Otherwise none of the libraries is
/// loaded and nothing is measured. It is made with the first logger, so that it sees the start, and ends after all others.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    public const string ServiceName = "finpay-linkage";

    /// <summary>What is exported; those of the framework are chosen, because each one costs something for each request.</summary>
    public static readonly string[] Meters =
    [
        Spans.Name, FinnetClient.TelemetryName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http",
        "System.Runtime", "Npgsql",
    ];

    /// <summary>Not System.Net.Http and Npgsql: their spans have URLs of others, and commands of many requests in one batch.</summary>
    public static readonly string[] Sources = [Spans.Name, FinnetClient.TelemetryName, "Microsoft.AspNetCore"];

    private static readonly string[] Certificates = ["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"];

    // A collector that hangs does not keep the process from its end.
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(2);

    private readonly CollectorGate traces;
    private readonly CollectorGate lines;
    private readonly IDisposable? sdk;

    public Telemetry(IConfiguration configuration, TimeProvider clock)
    {
        (traces, lines) = (new CollectorGate(clock), new CollectorGate(clock));
        var exports = Uri.TryCreate(configuration[TelemetryOptions.Collector], UriKind.Absolute, out _);
        _ = bool.TryParse(configuration[$"{TelemetryOptions.SectionName}:{nameof(TelemetryOptions.Prometheus)}"], out var prometheus);
        _ = bool.TryParse(configuration["OTEL_SDK_DISABLED"], out var disabled);
        // What can't be read is refused after this: the refusal is logged too.
        if (!disabled && (exports || prometheus) && TelemetryOptionsValidator.Wrong(configuration).Count == 0)
            (sdk, Logs, Scrape) = Start(configuration, exports, prometheus);
    }

    /// <summary>Sends log lines; null without a collector.</summary>
    public ILoggerFactory? Logs { get; }

    /// <summary>Answers a scrape of Prometheus; null when the settings do not ask for it.</summary>
    public RequestDelegate? Scrape { get; }

    /// <summary>Whether anything is measured.</summary>
    public bool IsOn => sdk is not null;

    /// <summary>Whether the collector can take one more line.</summary>
    public bool TakesLine() => lines.Passes();

    /// <summary>Sends what waits, if that is soon done.</summary>
    public void Dispose()
    {
        if (sdk is null)
            return;
        var flush = new Thread(sdk.Dispose) { IsBackground = true };
        flush.Start();
        flush.Join(FlushLimit);
    }

    private (IDisposable Library, ILoggerFactory? Logs, RequestDelegate? Scrape) Start(
        IConfiguration configuration, bool exports, bool prometheus)
    {
        var library = OpenTelemetrySdk.Create(builder =>
        {
            // The standard variables may stand where the other settings stand.
            builder.Services.AddSingleton(configuration);
            builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
            builder.ConfigureResource(Describe);
            if (prometheus || Sends("METRICS"))
            {
                builder.WithMetrics(metrics =>
                {
                    metrics.AddMeter(Meters);
                    if (prometheus)
                        metrics.AddPrometheusExporter();
                    if (Sends("METRICS"))
                        metrics.AddOtlpExporter();
                });
            }

            if (Sends("TRACES"))
                builder.WithTracing(tracing => AddTraces(tracing, configuration));
            if (Sends("LOGS"))
            {
                builder.WithLogging(
                    logs => logs.AddOtlpExporter((options, queue) =>
                        Watch(lines, options, queue.BatchExportProcessorOptions.MaxQueueSize, configuration)),
                    logs => logs.IncludeFormattedMessage = true);
            }
        });
        return (library, Sends("LOGS") ? library.GetLoggerFactory() : null, prometheus ? Scraping(library.MeterProvider) : null);

        bool Sends(string signal) => exports && configuration[$"OTEL_{signal}_EXPORTER"] != "none";
    }

    private void AddTraces(TracerProviderBuilder tracing, IConfiguration configuration)
    {
        tracing.AddSource(Sources)
            .AddOtlpExporter(options => Watch(traces, options, options.BatchExportProcessorOptions.MaxQueueSize, configuration));
        // A sampler of ours would replace the one of the standard variable.
        var sampler = new CollectorSampler(traces);
        if (configuration["OTEL_TRACES_SAMPLER"] is null)
            tracing.SetSampler(new ParentBasedSampler(sampler, remoteParentSampled: sampler));
    }

    private static void Watch(CollectorGate gate, OtlpExporterOptions options, int queue, IConfiguration configuration)
    {
        // Certificates are known to the library's own client alone.
        if (Array.TrueForAll(Certificates, name => configuration[name] is null))
            options.HttpClientFactory = () => gate.Watch(options, queue);
    }

    // A pipeline of its own, because the library has no endpoint to which a policy and a description could be given.
    private static RequestDelegate Scraping(MeterProvider meters) => new ApplicationBuilder(new ServiceCollection().BuildServiceProvider())
        .UseOpenTelemetryPrometheusScrapingEndpoint(
            meters, predicate: _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
        .Build();

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, so they win.
    private static void Describe(ResourceBuilder resource) => resource.Clear()
        .AddService(
            ServiceName,
            serviceVersion: typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion.Split('+')[0])
        .AddTelemetrySdk().AddEnvironmentVariableDetector();
}
