using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Operations;
using Finpay.Linkage.EndToEnd.Tests.Durability;

namespace Finpay.Linkage.EndToEnd.Tests.Monitoring;

/// <summary>What only a process of its own shows: what it loads, and a sampler that no other listener overrules.</summary>
public sealed class TelemetryProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("telemetry-").FullName;
    private readonly Collector collector = new();

    public void Dispose()
    {
        collector.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task None_Of_The_Libraries_Is_Loaded_Unless_It_Is_Asked_For()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Assert.Empty(await LoadedAsync());
        Assert.NotEmpty(await LoadedAsync(("Telemetry:Prometheus", "true")));
        Assert.Empty(await LoadedAsync(("Telemetry:Prometheus", "true"), ("OTEL_SDK_DISABLED", "true")));
    }

    [Fact]
    public async Task A_Sampler_That_Takes_Nothing_Leaves_No_Span()
    {
        await RunAsync([.. collector.Settings, ("OTEL_TRACES_SAMPLER", "always_off")], async api =>
        {
            await CreateAsync(api);
            await collector.UntilAsync("linkage.creates");
        });

        Assert.Empty(collector.Traces);
        Assert.NotEmpty(collector.Logs);
    }

    private static async Task CreateAsync(ApiProcess api) => Assert.Equal(201, (await api.SendAsync(
        HttpMethod.Post, "/v1/account-upgrades", """{"phoneNo":"081295288912"}""", TestSettings.MerchantKey)).Status);

    private async Task<IReadOnlyList<string>> LoadedAsync(params (string Key, string? Value)[] changes)
    {
        string[] loaded = [];
        await RunAsync(changes, async api =>
        {
            await CreateAsync(api);
            var maps = string.Create(CultureInfo.InvariantCulture, $"/proc/{api.Id}/maps");
            loaded = [.. (await File.ReadAllLinesAsync(maps)).Where(line => line.Contains("OpenTelemetry", StringComparison.Ordinal))];
        });
        return loaded;
    }

    private async Task RunAsync((string Key, string? Value)[] changes, Func<ApiProcess, Task> work)
    {
        await using var finnet = await FakeFinnet.StartAsync();
        var settings = ApiFleet.Settings(finnet.Url, folder);
        settings["Serilog:MinimumLevel:Default"] = "Information";
        foreach (var (key, value) in changes)
            settings[key] = value;
        using var api = new ApiProcess("api", settings);
        await api.StartAsync();
        await work(api);
        Assert.Equal(0, await api.TerminateAsync());
    }
}
