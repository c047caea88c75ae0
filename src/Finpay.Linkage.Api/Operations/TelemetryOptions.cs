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

    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var (collector, protocol) = (configuration[TelemetryOptions.Collector], configuration[TelemetryOptions.Protocol]);
        var failures = new List<string>();
        if (!string.IsNullOrEmpty(collector)
            && !(Uri.TryCreate(collector, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            failures.Add($"{TelemetryOptions.Collector}: must be an http or https URL");
        if (!string.IsNullOrEmpty(protocol) && !Protocols.Contains(protocol, StringComparer.Ordinal))
            failures.Add($"{TelemetryOptions.Protocol}: must be grpc or http/protobuf");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
