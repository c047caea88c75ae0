using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Finpay.Linkage.Finnet.Tests.Snap;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>What a collector of traces and metrics sees of the client.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly ConcurrentQueue<string> measured = new();
    private readonly ActivitySource test = new("TelemetryTests");
    private readonly ActivityListener listener;
    private readonly MeterListener meters = new();

    public TelemetryTests()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is FinnetClient.TelemetryName or "System.Net.Http" or "TelemetryTests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    [Fact]
    public async Task A_Call_With_A_Retry_Has_A_Span_For_Itself_And_For_Each_Attempt()
    {
        using var network = new StubHandler(number => number == 1 ? Answers.Code("4290000", retryAfter: "1") : Answers.Sample());
        await using var host = new FinnetHost(network, new ManualClock());

        var seen = await TraceAsync(() => host.SendAsync());

        Assert.Equal(["Finnet attempt", "Finnet attempt", "Finnet upgrade-account-widget"], seen.Select(span => span.OperationName));
        Assert.Equal(["Busy", "WidgetIssued", "WidgetIssued"], seen.Select(span => span.GetTagItem("finnet.outcome")));
        Assert.Equal(["4290000", "2000000", "2000000"], seen.Select(span => span.GetTagItem("finnet.response_code")));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset, ActivityStatusCode.Unset], seen.Select(span => span.Status));
        Assert.Equal((Requests.Reference, 2), (seen[2].GetTagItem("finnet.partner_reference_no"), seen[2].GetTagItem("finnet.attempts")));
        Assert.All(seen.Take(2), span => Assert.Equal(seen[2].SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task The_Http_Span_Is_There_And_Finnet_Sees_No_Header_Of_It()
    {
        var names = new List<string>();
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            names.AddRange(context.Request.Headers.Select(header => header.Key));
            return context.Response.Body.WriteAsync(Sample.WidgetResponse).AsTask();
        });
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url));

        var seen = await TraceAsync(() => host.SendAsync());

        var http = Assert.Single(seen, span => span.OperationName == "System.Net.Http.HttpRequestOut");
        Assert.Equal(seen.Single(span => span.OperationName == "Finnet attempt").SpanId, http.ParentSpanId);
        Assert.Contains("Content-Type", names);
        Assert.Empty(names.Intersect(["traceparent", "tracestate", "baggage", "Request-Id"], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_Cancelled_Call_Ends_Its_Span_Too()
    {
        using var caller = new CancellationTokenSource();
        using var network = new StubHandler(async (_, attempt) =>
        {
            await caller.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, attempt);
            return Answers.Sample();
        });
        await using var host = new FinnetHost(network);

        var seen = await TraceAsync(() =>
            Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.SendAsync(cancellationToken: caller.Token)));

        Assert.Equal("Cancelled", seen[^1].GetTagItem("finnet.outcome"));
    }

    [Fact]
    public async Task Attempts_Calls_The_Circuit_And_The_Age_Of_The_Token_Are_Measured()
    {
        using var key = new SnapKeyFile();
        using var network = new SnapNetwork(number => number == 1 ? Answers.Code("4290000", retryAfter: "1") : Answers.Code("5000000"));
        var clock = new ManualClock();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddFinnetClient("shop", options =>
        {
            options.Environment = FinnetEnvironment.Development;
            options.MerchantId = "AGREE170724";
            options.MerchantPassword = new Secret("123456");
            options.EncryptionKey = options.EncryptionIv = new Secret("1234567890123456");
            options.Authentication = FinnetAuthentication.SnapB2B;
            (options.Snap.ClientId, options.Snap.ClientSecret) = (SnapNetwork.ClientId, new Secret(SnapNetwork.ClientSecret));
            options.Snap.PrivateKeyPath = key.Path;
            (options.Snap.PartnerId, options.Snap.ChannelId, options.Snap.Origin) = ("partner", "95221", "shop.example");
        }).ConfigurePrimaryHttpMessageHandler(() => network);
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        meters.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == FinnetClient.TelemetryName && instrument.Meter.Scope == factory)
                self.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>(Measured);
        meters.SetMeasurementEventCallback<int>(Measured);
        meters.SetMeasurementEventCallback<double>(Measured);
        meters.Start();

        var client = provider.GetRequiredKeyedService<IFinnetClient>("shop");
        await client.RequestUpgradeWidgetAsync(Requests.Minimal);
        clock.Advance(TimeSpan.FromSeconds(7));
        for (var call = 0; call < 20; call++)
            await client.RequestUpgradeWidgetAsync(Requests.Minimal);

        Assert.Contains("finnet.client.attempts 1 shop Busy False", measured);
        Assert.Contains("finnet.client.attempts 1 shop Unclear True", measured);
        Assert.Contains("finnet.client.token.age 0 shop", measured);
        Assert.Contains("finnet.client.token.age 8 shop", measured);
        Assert.Equal(
            ["finnet.client.circuit.open 0 shop", "finnet.client.circuit.open 1 shop"],
            measured.Where(text => text.Contains("circuit", StringComparison.Ordinal)));
        Assert.Contains(measured, text => text.StartsWith("finnet.client.call.duration", StringComparison.Ordinal)
            && text.EndsWith(" shop NotSent", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        listener.Dispose();
        meters.Dispose();
        test.Dispose();
    }

    // Spans of other tests, which run beside this one, belong to other traces.
    private async Task<List<Activity>> TraceAsync(Func<Task> call)
    {
        using var root = test.StartActivity("root")!;
        await call();
        return [.. spans.Where(span => span.TraceId == root.TraceId && span != root)];
    }

    private void Measured<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var text = FormattableString.Invariant($"{instrument.Name} {value}");
        foreach (var tag in tags)
            text += $" {tag.Value}";
        measured.Enqueue(text);
    }
}
