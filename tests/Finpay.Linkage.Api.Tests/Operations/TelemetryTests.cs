using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Operations;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Operations;

/// <summary>What a collector receives and what it never does, and that it can't hold up the service.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly Collector collector = new();
    private readonly EventReceiver receiver = new();

    public void Dispose()
    {
        receiver.Dispose();
        collector.Dispose();
    }

    [Fact]
    public async Task A_Collector_Receives_Traces_Metrics_And_Logs_Of_Both_Flows()
    {
        await using (var host = receiver.Configured(ApiHost.With(
            [.. collector.Settings, .. EventReceiver.Settings("shop"), ("Serilog:MinimumLevel:Default", "Information")])))
        {
            await host.IssueAsync("reference-of-the-trace");
            host.Clock.Advance(TimeSpan.FromMinutes(3));
            await host.NotifyAsync("KYC Approved", "reference-of-the-trace");
            await receiver.NextAsync();
            await host.UntilStateAsync("delivered");
            foreach (var last in new[] { "event attempt", "linkage.events.attempts", "linkage.callback.delay" })
                await collector.UntilAsync(last);
        }

        foreach (var span in new[]
        {
            "create", "write", "callback", "event attempt", "Finnet upgrade-account-widget", "Finnet attempt",
            "POST /v1/account-upgrades", "POST /callbacks/finnet/kyc/{token}",
        })
            Assert.Contains(span, collector.Traces, StringComparison.Ordinal);
        foreach (var tag in new[]
        {
            "http.route", "linkage.store.wait", "linkage.store.commit", "linkage.store.batch", "linkage.disposition", "linkage.event",
        })
            Assert.Contains(tag, collector.Traces, StringComparison.Ordinal);
        foreach (var metric in new[]
        {
            "linkage.creates", "linkage.finnet.duration", "linkage.callbacks", "linkage.callbacks.refused", "linkage.callback.delay",
            "linkage.store.queue.length", "linkage.store.commit.duration", "linkage.store.batch.size", "linkage.events.attempts",
            "linkage.ready", "http.server.request.duration", "dotnet.gc.collections",
        })
            Assert.Contains(metric, collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("reference-of-the-trace", collector.Logs, StringComparison.Ordinal);
        Assert.Contains("answered 200", collector.Logs, StringComparison.Ordinal);
        Assert.Contains(Telemetry.ServiceName, collector.Traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_A_Caller_Writes_Into_Its_Headers_And_Address_Is_In_No_Span()
    {
        await using (var host = ApiHost.OnKestrel([.. collector.Settings]))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/account-upgrades/planted-path?planted-query=1");
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            request.Headers.Add("tracestate", "planted=state");
            request.Headers.Add("baggage", "planted=baggage");
            request.Headers.Add("User-Agent", "planted-agent");
            request.Headers.Host = "planted.host.example";
            using var client = host.Ops;
            using var response = await client.SendAsync(request);
            Assert.Equal(404, (int)response.StatusCode);
            // Before any of our code runs.
            await host.Ops.SendBytesAsync(new HttpMethod("PLANTED"), "/planted-nothing", [], contentType: null);
            await collector.UntilAsync("GET /v1/account-upgrades/{partnerReferenceNo}");
        }

        Assert.DoesNotContain("planted", collector.Traces, StringComparison.OrdinalIgnoreCase);
        // The caller's trace goes on here.
        Assert.Contains("\x0a\xf7\x65\x19\x16\xcd\x43\xdd\x84\x48\xeb\x21\x1c\x80\x31\x9c", collector.Traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_And_Scrapes_Are_Not_Traced()
    {
        await using (var host = ApiHost.With([.. collector.Settings, ("Telemetry:Prometheus", "true")]))
        {
            foreach (var path in new[] { "/health/live", "/health/ready", "/metrics" })
                Assert.Equal(200, (await host.Ops.GetAnswerAsync(path)).Status);
            await host.Ops.GetAnswerAsync("/v1/audit");
            await collector.UntilAsync("GET /v1/audit");
        }

        Assert.DoesNotContain("GET /health", collector.Traces, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /metrics", collector.Traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Standard_Variables_Choose_What_Is_Sent_And_Under_Which_Name()
    {
        await using (var host = ApiHost.With(
            [.. collector.Settings, ("OTEL_SERVICE_NAME", "linkage-of-the-test"), ("OTEL_TRACES_EXPORTER", "none"),
                ("OTEL_LOGS_EXPORTER", "none")]))
        {
            await host.IssueAsync();
            await collector.UntilAsync("linkage.creates");
        }

        // The value follows the name after its type and length.
        Assert.Matches("service\\.name[\\s\\S]{1,6}linkage-of-the-test", collector.Metrics);
        Assert.DoesNotMatch($"service\\.name[\\s\\S]{{1,6}}{Telemetry.ServiceName}", collector.Metrics);
        Assert.Empty(collector.Traces + collector.Logs);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", null)]
    public async Task Nothing_Is_Sent_When_It_Is_Switched_Off(string variable, string? value)
    {
        await using (var host = ApiHost.With([.. collector.Settings, (variable, value)]))
            await host.IssueAsync();

        Assert.Empty(collector.All);
    }

    [Fact]
    public async Task A_Collector_That_Hangs_Holds_Up_Neither_Calls_Nor_The_Stop()
    {
        collector.Hangs = true;
        await using var host = ApiHost.With([.. collector.Settings]);
        await host.IssueAsync();
        await collector.UntilAsync("create");

        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        var started = Stopwatch.GetTimestamp();
        await host.DisposeAsync();

        // It would wait for ten seconds, for each of the three.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 8);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "abc")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x-key:value")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "x-key=value,=value")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "-5")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "7")]
    [InlineData("OTEL_TRACES_EXPORTER", "console")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "100")]
    [InlineData("OTEL_BLRP_MAX_QUEUE_SIZE", "100")]
    [InlineData("Telemetry:Prometheus", "perhaps")]
    public async Task A_Wrong_Setting_Is_Refused(string key, string value)
    {
        var folder = Directory.CreateTempSubdirectory("linkage-settings-").FullName;
        try
        {
            Assert.Equal([key], await Startup.RefusalAsync(folder, [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), (key, value)]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Variables_That_Can_Be_Read_Are_Taken_And_Without_A_Collector_All()
    {
        await using var right = ApiHost.With(
            [.. collector.Settings, ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b,x-other=c=d"), ("OTEL_TRACES_SAMPLER", "traceidratio"),
                ("OTEL_TRACES_SAMPLER_ARG", "0.5"), ("OTEL_BSP_MAX_QUEUE_SIZE", "100"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"),
                ("OTEL_LOGS_EXPORTER", "none")]);
        await using var others = ApiHost.With(("OTEL_EXPORTER_OTLP_HEADERS", "abc"), ("OTEL_TRACES_EXPORTER", "console"));

        Assert.Equal(200, (await right.Anonymous.GetAnswerAsync("/health/ready")).Status);
        Assert.Equal(200, (await others.Anonymous.GetAnswerAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Metrics_Are_There_When_Asked_For_And_Only_For_Operators()
    {
        await using var without = new ApiHost();
        Assert.Equal(404, (await without.Ops.GetAnswerAsync("/metrics")).Status);
        await using var host = ApiHost.With(("Telemetry:Prometheus", "true"));

        Assert.Equal(401, await StatusAsync(host, null));
        Assert.Equal(401, await StatusAsync(host, "Bearer planted"));
        Assert.Equal(401, await StatusAsync(host, "Basic " + TestSettings.OpsKey));
        Assert.Equal(403, await StatusAsync(host, "Bearer " + TestSettings.MerchantKey));
        Assert.Equal(200, await StatusAsync(host, "Bearer " + TestSettings.OpsKey));
        Assert.Equal(200, (await host.Ops.GetAnswerAsync("/metrics")).Status);
        Assert.Equal(403, (await host.Merchant.GetAnswerAsync("/metrics")).Status);
        // A bearer token opens no other route, and a key in its own header is not replaced by one.
        Assert.Equal(401, await StatusAsync(host, "Bearer " + TestSettings.OpsKey, "/v1/audit"));
        using var both = host.Client("wrong");
        both.DefaultRequestHeaders.Add("Authorization", "Bearer " + TestSettings.OpsKey);
        Assert.Equal(401, (await both.GetAnswerAsync("/metrics")).Status);
    }

    [Fact]
    public async Task A_Scrape_Shows_Both_Flows_And_Whether_The_Service_Is_Ready()
    {
        await using var host = ApiHost.With(("Telemetry:Prometheus", "true"));
        await host.IssueAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(3));
        await host.NotifyAsync("KYC Approved");
        await host.CallbackAsync("{}", "wrong-token");

        var text = await UntilReadyAsync(host, 1);

        // Other hosts of this process are counted too.
        Assert.Matches("(?m)^linkage_creates_total\\{.*event=\"widgetIssued\".*\\} [1-9]", text);
        Assert.Matches("(?m)^linkage_callbacks_total\\{.*code=\"2000000\",disposition=\"applied\".*\\} [1-9]", text);
        Assert.Matches("(?m)^linkage_callbacks_refused_total\\{.*check=\"pathToken\".*\\} [1-9]", text);
        Assert.Matches("(?m)^linkage_callback_delay_seconds_bucket\\{.*le=\"300\".*\\} [1-9]", text);
        Assert.Matches("(?m)^linkage_store_commit_duration_seconds_count\\{?.*\\}? [1-9]", text);
    }

    [Fact]
    public async Task The_Delay_Of_A_Result_Is_Counted_From_The_Widget()
    {
        await using var host = new ApiHost();
        using var measured = new MeasurementCapture(host);
        await host.IssueAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(3));
        await host.NotifyAsync("KYC Rejected");
        Assert.Equal(180, measured.Observe()["linkage.callback.delay"]);
        host.Clock.Advance(TimeSpan.FromMinutes(3));

        // A repeat, and a change of mind, are no result of the widget.
        await host.NotifyAsync("KYC Rejected");
        await host.NotifyAsync("KYC Approved");

        Assert.Equal(180, measured.Observe()["linkage.callback.delay"]);
    }

    [Fact]
    public async Task How_A_Create_Ends_Is_Counted_By_A_Word()
    {
        await using var host = new ApiHost();
        using var measured = new MeasurementCapture(host);
        host.Finnet.Issues().Answers("2000002", "").Answers("4000001", "");
        await host.CreateAsync("reference-1");
        await host.CreateAsync("reference-1");
        await host.CreateAsync("reference-2");
        await host.CreateAsync("reference-3");
        host.ExecuteSql("CREATE TRIGGER full_upgrades BEFORE INSERT ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END");
        Assert.True((await host.CreateAsync("reference-4")).Status >= 500);

        Assert.Equal(
            ["widgetIssued", "replay", "approved", "refused", "error"],
            measured.Measurements.Where(one => one.Name == "linkage.creates").Select(one => one.Tags["event"]));
    }

    private static async Task<int> StatusAsync(ApiHost host, string? authorization, string path = "/metrics")
    {
        using var client = host.Anonymous;
        if (authorization is not null)
            client.DefaultRequestHeaders.Add("Authorization", authorization);
        return (await client.GetAnswerAsync(path)).Status;
    }

    // Each scrape shows the check that the one before began.
    private static async Task<string> UntilReadyAsync(ApiHost host, int ready)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var text = (await host.Ops.GetAnswerAsync("/metrics")).Text;
            if (Regex.IsMatch(
                text, string.Create(CultureInfo.InvariantCulture, $"(?m)^linkage_ready(_ratio)?\\{{?.*\\}}? {ready}"), RegexOptions.None,
                TimeSpan.FromSeconds(1)))
                return text;
            await Task.Delay(50);
        }
    }
}
