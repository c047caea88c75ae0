using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Finpay.Linkage.Finnet;

/// <summary>Spans and metrics of one client. They have references, codes and kinds; nothing about the customer.</summary>
internal sealed class FinnetTelemetry
{
    private static readonly ActivitySource Source = new(FinnetClient.TelemetryName);

    // For clients without a container, which gives no meter.
    private static readonly Meter Shared = new(FinnetClient.TelemetryName);

    private readonly TagList tags = [];
    private readonly Histogram<double> calls;
    private readonly Counter<long> attempts;
    private readonly Gauge<int> circuit;
    private readonly Gauge<double> tokenAge;

    /// <param name="meters">The container's; null without one.</param>
    /// <param name="client">The name of the client; null for the one without a name.</param>
    public FinnetTelemetry(IMeterFactory? meters, string? client)
    {
        if (client is not null)
            tags.Add("finnet.client", client);
        var meter = meters?.Create(FinnetClient.TelemetryName) ?? Shared;
        calls = meter.CreateHistogram<double>("finnet.client.call.duration", "s", "Calls, their retries included, by outcome.");
        attempts = meter.CreateCounter<long>("finnet.client.attempts", "{attempt}", "Attempts by outcome, and whether they are retries.");
        circuit = meter.CreateGauge<int>("finnet.client.circuit.open", "1", "1 while the circuit is open, so that nothing is sent.");
        tokenAge = meter.CreateGauge<double>("finnet.client.token.age", "s", "Age of the B2B access token when an attempt used it.");
        // So that a monitor sees it before it first opens.
        Circuit(open: false);
    }

    public static Activity? StartCall(string reference) =>
        Source.StartActivity("Finnet upgrade-account-widget")?.SetTag("finnet.partner_reference_no", reference);

    public static Activity? StartAttempt(int number) => Source.StartActivity("Finnet attempt")?.SetTag("finnet.attempt", number);

    public static Activity? StartToken() => Source.StartActivity("Finnet access-token");

    public void Called(Activity? span, FinnetAnswer? answer, int attempts, TimeSpan duration)
    {
        End(span?.SetTag("finnet.attempts", attempts), answer);
        calls.Record(duration.TotalSeconds, [.. tags, new("finnet.outcome", Outcome(answer))]);
    }

    public void Attempted(Activity? span, FinnetAnswer answer, int number)
    {
        End(span, answer);
        attempts.Add(1, [.. tags, new("finnet.outcome", Outcome(answer)), new("finnet.retry", number > 1)]);
    }

    /// <param name="span">The span that ends with its owner.</param>
    /// <param name="answer">Null for a call that its caller cancelled.</param>
    public static void End(Activity? span, FinnetAnswer? answer)
    {
        if (span is null)
            return;
        span.SetTag("finnet.outcome", Outcome(answer));
        if (answer?.ResponseCode is { } code)
            span.SetTag("finnet.response_code", code.ToString());
        if (answer is { IsResult: false })
            span.SetStatus(ActivityStatusCode.Error, answer.Reason);
    }

    public void Circuit(bool open) => circuit.Record(open ? 1 : 0, tags);

    public void TokenUsed(TimeSpan age) => tokenAge.Record(age.TotalSeconds, tags);

    private static string Outcome(FinnetAnswer? answer) => answer?.Kind.ToString() ?? "Cancelled";
}
