using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>Over the service's own HTTP client, with every span, metric and log line captured: the message is on the wire alone.</summary>
[Collection(ConsoleTests.Name)]
public sealed class EventCanaryTests : IDisposable
{
    private const string Words = "planted-words-of-finnet";
    private const string Query = "planted-query-of-the-receiver";

    private readonly WireReceiver receiver = new();

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task Reason_Secret_And_Query_Are_In_No_Span_Metric_Or_Log()
    {
        using var spans = new TraceCapture();
        using var metrics = new MeterCapture();
        await using var host = WireReceiver.Host(
            $"{receiver.Url}?token={Query}", ("Serilog:MinimumLevel:Default", "Verbose"),
            ("Serilog:MinimumLevel:Override:System", "Verbose"));
        await host.IssueAsync();
        var serving = receiver.ServeAsync("HTTP/1.1 500 " + Words + "\r\nX: " + Words + "\r\nContent-Length: 0\r\n\r\n");
        await host.NotifyAsync("KYC Rejected", message: Words);
        await serving;
        await host.UntilAttemptsAsync(1);

        Assert.Contains(Words, Assert.Single(receiver.Requests), StringComparison.Ordinal);
        Assert.Contains(Query, receiver.Requests.Single(), StringComparison.Ordinal);
        Assert.Contains("http.client.request.duration", metrics.Text, StringComparison.Ordinal);
        // Other tests have spans in it as well.
        Assert.Contains($"server.port={new Uri(receiver.Url).Port} ", spans.Text, StringComparison.Ordinal);
        string[] places =
        [
            spans.Text, metrics.Text, string.Join('\n', host.Logs.Own.Select(line => $"{line.Message} {line.Exception}")),
            (await host.Ops.GetAnswerAsync("/v1/events")).Text,
        ];
        foreach (var planted in new[] { Words, Query, EventReceiver.Secret })
            Assert.All(places, place => Assert.DoesNotContain(planted, place, StringComparison.Ordinal));
    }
}
