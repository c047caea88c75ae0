using System.Globalization;

namespace Finpay.Linkage.Api.Operations;

/// <summary>Configuration section <c>Telemetry</c>. A collector is named by the standard variables of OpenTelemetry.</summary>
public sealed class TelemetryOptions
{
    public const string SectionName = "Telemetry";

    /// <summary>The standard variable that switches the collector on.</summary>
    internal const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    internal const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Whether GET /metrics answers.</summary>
    public bool Prometheus { get; set; }
}

/// <summary>The library ignores what it can't read, and would send to an address that nobody named.</summary>
internal sealed class TelemetryOptionsValidator(IConfiguration configuration) : IValidateOptions<TelemetryOptions>
{
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];
    private static readonly string[] Exporters = ["otlp", "none"];

    private static readonly string[] Samplers =
    [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio",
    ];

    private static readonly string[] Numbers =
    [
        "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BLRP_MAX_QUEUE_SIZE",
        "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BLRP_EXPORT_TIMEOUT",
    ];

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var failures = Wrong(configuration);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>The standard variables that can't be read.</summary>
    public static List<string> Wrong(IConfiguration configuration)
    {
        var failures = new List<string>();
        Check(TelemetryOptions.Collector, "must be an http or https URL",
            text => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");
        OneOf(TelemetryOptions.Protocol, Protocols);
        // Without a collector they are nobody's.
        if (string.IsNullOrEmpty(configuration[TelemetryOptions.Collector]))
            return failures;
        foreach (var signal in new[] { "TRACES", "METRICS", "LOGS" })
            OneOf($"OTEL_{signal}_EXPORTER", Exporters);
        OneOf("OTEL_TRACES_SAMPLER", Samplers);
        Check("OTEL_TRACES_SAMPLER_ARG", "must be a number from 0 to 1",
            text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1);
        // The values are secrets.
        Check("OTEL_EXPORTER_OTLP_HEADERS", "must be name=value, with commas between several",
            text => text.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0));
        foreach (var variable in Numbers)
            Check(variable, "must be a whole number above 0",
                text => int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0);
        foreach (var queue in new[] { "OTEL_BSP", "OTEL_BLRP" })
        {
            if (Number($"{queue}_MAX_EXPORT_BATCH_SIZE", 512) > Number($"{queue}_MAX_QUEUE_SIZE", 2048))
                failures.Add($"{queue}_MAX_QUEUE_SIZE: must not be less than {queue}_MAX_EXPORT_BATCH_SIZE (512)");
        }

        return failures;

        int Number(string variable, int otherwise) =>
            int.TryParse(configuration[variable], CultureInfo.InvariantCulture, out var number) ? number : otherwise;

        void OneOf(string variable, string[] words) =>
            Check(variable, $"must be {string.Join(" or ", words)}", text => words.Contains(text, StringComparer.OrdinalIgnoreCase));

        void Check(string variable, string what, Func<string, bool> isReadable)
        {
            if (configuration[variable] is { Length: > 0 } text && !isReadable(text))
                failures.Add($"{variable}: {what}");
        }
    }
}
