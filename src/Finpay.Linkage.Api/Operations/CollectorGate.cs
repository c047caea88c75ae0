using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace Finpay.Linkage.Api.Operations;

/// <summary>
/// Lets as much through as the exporter's queue holds until the collector has taken something. More would be dropped in any case, but only
/// after it was measured and written, which costs calls their time.
/// </summary>
internal sealed class CollectorGate(TimeProvider clock)
{
    // A collector that comes back is found after so long at most.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private long opened = clock.GetTimestamp();
    private int queue = int.MaxValue;
    private int passed;

    /// <summary>Whether the next span or line is made at all; it counts as one.</summary>
    public bool Passes()
    {
        if (Volatile.Read(ref passed) < queue)
            return Interlocked.Increment(ref passed) <= queue;
        if (clock.GetElapsedTime(Volatile.Read(ref opened)) < Retry)
            return false;
        Open();
        return true;
    }

    /// <summary>Makes the exporter's client, and watches whether the collector takes what it sends.</summary>
    /// <param name="options">The exporter's.</param>
    /// <param name="queue">Spans or lines that the exporter's queue holds.</param>
    public HttpClient Watch(OtlpExporterOptions options, int queue)
    {
        this.queue = queue;
        // One for the exporter's whole life, which is the process's.
#pragma warning disable RS0030
        return new HttpClient(new Watcher(this))
        {
            Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds),
            MaxResponseContentBufferSize = options.MaxResponseSizeBytes,
        };
#pragma warning restore RS0030
    }

    private void Open()
    {
        Volatile.Write(ref opened, clock.GetTimestamp());
        Volatile.Write(ref passed, 0);
    }

    private sealed class Watcher(CollectorGate gate) : DelegatingHandler(new HttpClientHandler())
    {
        // The exporter uses both.
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Look(base.Send(request, cancellationToken));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Look(await base.SendAsync(request, cancellationToken));

        private HttpResponseMessage Look(HttpResponseMessage answer)
        {
            // With gRPC a refusal is a 200.
            var refused = answer.Headers.TryGetValues("grpc-status", out var status) && status.First() != "0";
            if (answer.IsSuccessStatusCode && !refused)
                gate.Open();
            return answer;
        }
    }
}

/// <summary>Begins a trace if the collector can take one; its spans follow.</summary>
internal sealed class CollectorSampler(CollectorGate gate) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(gate.Passes() ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
}
