using System.Diagnostics;
using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Health;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;

namespace Finpay.Linkage.Api.Operations;

/// <summary>Registers telemetry; GET /metrics, and what is measured only while somebody looks.</summary>
internal static class TelemetryEndpoint
{
    public const string Path = "/metrics";

    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<Telemetry>();
        services.AddSingleton(provider =>
        {
            var telemetry = provider.GetRequiredService<Telemetry>();
            return new LogExport(telemetry.Logs, telemetry.TakesLine);
        });
        services.AddSingleton<DistributedContextPropagator>(new TraceIdOnly());
    }

    public static void MapTelemetry(this WebApplication app)
    {
        var telemetry = app.Services.GetRequiredService<Telemetry>();
        if (telemetry.IsOn)
            MeasureReadiness(app.Services.GetRequiredService<IMeterFactory>(), app.Services.GetRequiredService<StoreHealth>());
        app.MapGet(Path, ScrapeAsync).RequireAuthorization(ApiKeys.OpsPolicy).WithMetadata(new TakesBearerKey())
            .WithTags("Health").WithName("getMetrics").WithSummary("Metrics for Prometheus")
            .WithDescription("The key may stand in `Authorization: Bearer` too, which Prometheus can send.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").WithText("200", "The metrics in Prometheus's text format.")
            .WithJsonExample("200", "metrics", "Metrics", "\"# TYPE linkage_ready gauge\\nlinkage_ready 1\\n\"")
            .DescribeOnly(ProblemKind.Unauthorized, ProblemKind.Forbidden, ProblemKind.NotFound);
    }

    private static Task ScrapeAsync(HttpContext context, Telemetry telemetry)
    {
        if (context.User.MerchantId() is not null)
            return new ProblemResult(ProblemKind.Forbidden.Build("The metrics are of all merchants.")).ExecuteAsync(context);
        if (telemetry.Scrape is { } scrape)
            return scrape(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    // A check may take two seconds, so each look begins one and reports the one before.
    private static void MeasureReadiness(IMeterFactory meters, StoreHealth store)
    {
        var (last, check) = (1, Task.CompletedTask);
        meters.Create(Spans.Name).CreateObservableGauge(
            "linkage.ready", Observe, "1", "1 while the service can work, 0 while its database is gone.");

        int Observe()
        {
            if (check.IsCompleted)
                check = CheckAsync();
            return Volatile.Read(ref last);
        }

        async Task CheckAsync() => Volatile.Write(ref last, await store.FindFaultAsync() is null ? 1 : 0);
    }
}

/// <summary>A caller's trace goes on here, but what it writes into tracestate and baggage goes nowhere.</summary>
internal sealed class TraceIdOnly : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator Standard = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields => Standard.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        Standard.ExtractTraceIdAndState(carrier, getter, out traceId, out _);
        traceState = null;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
