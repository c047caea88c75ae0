using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Nothing that is logged, thrown or traced shows a person or a secret, at any level.</summary>
public sealed class SilenceTests
{
    private static readonly string[] NeverShown =
    [
        "81295288912", "3173010101010001", "Siti", "budi.santoso", "/9j/", "iVBORw0KGgr", "shop.example", "widget/prem", "s3cret",
        "1234567890123456", "answer-text",
    ];

    [Fact]
    public async Task A_Call_That_Succeeds_Logs_One_Line_For_Developers()
    {
        await using var server = await LoopbackServer.StartAsync(
            (context, _) => context.Response.Body.WriteAsync(Sample.WidgetResponse).AsTask());
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url), ("MerchantPassword", "s3cret"));
        await host.SendAsync(Requests.Full);
        var entry = Assert.Single(host.Log.Entries);
        Assert.Equal((2007, LogLevel.Debug), (entry.EventId, entry.Level));
        Assert.Matches($"call for {Requests.Reference} ended: WidgetIssued, code 2000000, attempts 1, [0-9]+ ms", entry.Text);
        Assert.All(NeverShown, part => Assert.DoesNotContain(part, entry.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Call_That_Succeeds_Shows_Nothing_In_Its_Spans_And_Names_No_Trace_To_Finnet()
    {
        using var spans = new Spans();
        var names = new List<string>();
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            names.AddRange(context.Request.Headers.Select(header => header.Key));
            return context.Response.Body.WriteAsync(Sample.WidgetResponse).AsTask();
        });
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url), ("MerchantPassword", "s3cret"));

        await host.SendAsync(Requests.Full);

        Assert.Contains("Content-Type", names);
        Assert.DoesNotContain("traceparent", names, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("baggage", names, StringComparer.OrdinalIgnoreCase);
        Assert.All(NeverShown, part => Assert.DoesNotContain(part, spans.Text, StringComparison.Ordinal));
        Assert.Contains("net-of-the-test", spans.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"responseCode":"4000001","responseMessage":"answer-text 6281295288912"}""")]
    [InlineData(
        """
        {"responseCode":"2000000","responseMessage":"answer-text",
        "widgetUrl":"http://demos.example/widget/prem?phone=6281295288912"}
        """)]
    [InlineData("<html>answer-text 6281295288912")]
    public async Task A_Call_That_Fails_Shows_Its_Reference_And_The_Code_Alone(string body)
    {
        using var spans = new Spans();
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
            return context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body)).AsTask();
        });
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url), ("MerchantPassword", "s3cret"));
        var answer = await host.FailAsync(Requests.Full);

        var entry = Assert.Single(host.Log.Attempts);
        Assert.Contains(Requests.Reference, entry.Text, StringComparison.Ordinal);
        Assert.Contains(answer.Kind.ToString(), entry.Text, StringComparison.Ordinal);
        var shown = string.Join(
            '\n', [$"{answer} {answer.Reason} {answer.Cause}", .. host.Log.Entries.Select(line => line.Text), spans.Text]);
        Assert.All(NeverShown, part => Assert.DoesNotContain(part, shown, StringComparison.Ordinal));
    }

    /// <summary>
    /// Records every span that the test causes from here on, with a caller's baggage. Adds one span itself, so that there is
    /// always one.
    /// </summary>
    private sealed class Spans : IDisposable
    {
        private static readonly ActivitySource Own = new(nameof(SilenceTests));
        private readonly ConcurrentQueue<string> lines = new();
        private readonly ActivityListener listener;
        private readonly Activity parent;

        public Spans()
        {
            parent = new Activity("test").AddBaggage("caller", "baggage-of-the-caller").Start();
            listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = Add,
            };
            ActivitySource.AddActivityListener(listener);
            Own.StartActivity("net-of-the-test")!.Dispose();
        }

        public string Text => string.Join('\n', lines);

        public void Dispose()
        {
            listener.Dispose();
            parent.Dispose();
        }

        private void Add(Activity activity)
        {
            if (activity.TraceId == parent.TraceId)
                lines.Enqueue(string.Join(' ',
                [
                    activity.DisplayName,
                    .. activity.TagObjects.Concat(activity.Events.SelectMany(each => each.Tags)).Select(tag => $"{tag.Key}={tag.Value}"),
                ]));
        }
    }
}
