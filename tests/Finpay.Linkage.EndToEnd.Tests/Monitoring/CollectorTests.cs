using System.Diagnostics;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Operations;
using Finpay.Linkage.EndToEnd.Tests.Durability;

namespace Finpay.Linkage.EndToEnd.Tests.Monitoring;

/// <summary>What a process sends to a collector; in one process with other hosts, each would have the spans of all.</summary>
public sealed class CollectorTests : IDisposable
{
    private const int Calls = 50;
    private const int Queue = 4;

    private readonly string folder = Directory.CreateTempSubdirectory("collector-").FullName;
    private readonly Collector collector = new();

    public void Dispose()
    {
        collector.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task One_That_Is_Well_Is_Sent_Everything()
    {
        await CallAsync();

        Assert.Equal((Calls, Calls), (Traces, Lines));
    }

    [Fact]
    public async Task One_That_Takes_Nothing_Is_Sent_No_More_Than_The_Queue_Holds()
    {
        collector.Refuses = true;
        var started = Stopwatch.GetTimestamp();

        await CallAsync(
            ("OTEL_BSP_MAX_QUEUE_SIZE", $"{Queue}"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1"),
            ("OTEL_BLRP_MAX_QUEUE_SIZE", $"{Queue}"), ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "1"));

        // It is tried again every 10 seconds.
        var most = Queue * (1 + (int)(Stopwatch.GetElapsedTime(started).TotalSeconds / 10));
        Assert.InRange(Traces, 0, most);
        Assert.InRange(Lines, 0, most);
        Assert.NotEmpty(collector.All);
    }

    [Fact]
    public async Task A_Chosen_Sampler_Stays()
    {
        await CallAsync(("OTEL_TRACES_SAMPLER", "always_off"));

        Assert.Equal((0, Calls), (Traces, Lines));
    }

    private int Traces => Regex.Count(collector.Traces, "GET /v1/audit");

    private int Lines => Regex.Count(collector.Logs, "/v1/audit\"? answered 200");

    private async Task CallAsync(params (string Key, string? Value)[] more)
    {
        var settings = ApiFleet.Settings(new Uri("http://127.0.0.1:9"), folder);
        settings["Serilog:MinimumLevel:Default"] = "Information";
        foreach (var (key, value) in collector.Settings.Concat(more))
            settings[key] = value;
        using var api = new ApiProcess("api", settings);
        await api.StartAsync();
        for (var call = 0; call < Calls; call++)
            Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/v1/audit", apiKey: TestSettings.OpsKey)).Status);
        Assert.Equal(0, await api.TerminateAsync());
    }
}
