using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>The process in its surroundings: a proxy, a console that nobody reads, keys that are swapped, a stop.</summary>
public sealed class RunningTests : IDisposable
{
    private const string DeadProxy = "http://127.0.0.1:1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("running-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Proxy_In_The_Environment_Is_Not_Used_For_This_Machine()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        var settings = ApiFleet.Settings(finnet.Url, folder);
        foreach (var name in new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" })
            settings[name] = DeadProxy;
        using var api = new ApiProcess("api", settings);
        await api.StartAsync();

        Assert.Equal(201, (await CreateAsync(api)).Status);
    }

    [Fact]
    public async Task A_Console_That_Nobody_Reads_Stops_Nothing()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        var settings = ApiFleet.Settings(finnet.Url, folder);
        settings["Serilog:MinimumLevel:Default"] = "Information";
        using var api = new ApiProcess("api", settings) { UnreadPort = FreePort() };
        await api.StartAsync();

        // Each leaves a line; a pipe holds 64 KB, some 150 of them.
        for (var round = 0; round < 100; round++)
        {
            var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => api.SendAsync(HttpMethod.Get, "/v1/nothing")));
            Assert.All(replies, reply => Assert.Equal(404, reply.Status));
        }

        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/health/ready")).Status);
        Assert.Equal(201, (await CreateAsync(api)).Status);
        Assert.Equal(200, (await NotifyAsync(api)).Status);
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, await api.TerminateAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task After_Sigterm_It_Serves_For_The_Delay_And_Then_Ends()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        var settings = ApiFleet.Settings(finnet.Url, folder);
        settings["Shutdown:Delay"] = "00:00:04";
        using var api = new ApiProcess("api", settings);
        await api.StartAsync();

        var started = Stopwatch.GetTimestamp();
        await api.SignalAsync();
        await api.ShuttingDown.WaitAsync(Patience);

        Assert.Equal(503, (await api.SendAsync(HttpMethod.Get, "/health/ready")).Status);
        Assert.Equal(503, (await api.SendAsync(HttpMethod.Head, "/health/ready")).Status);
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(201, (await CreateAsync(api)).Status);
        Assert.Equal(200, (await NotifyAsync(api)).Status);
        Assert.Equal(0, await api.EndAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(4), Patience);
    }

    /// <summary>As Kubernetes changes a mounted Secret: the file is a link through «..data», and that link is swapped.</summary>
    [Fact]
    public async Task Keys_In_A_Mounted_File_Are_Read_Anew_And_Wrong_Ones_Leave_Those_Before()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var finnet = await FakeFinnet.StartAsync();
        var mount = Path.Combine(folder, "mount");
        Directory.CreateDirectory(mount);
        await SwapAsync(mount, 1, Keys("first"));
        File.CreateSymbolicLink(Path.Combine(mount, "appsettings.json"), "..data/appsettings.json");
        var settings = ApiFleet.Settings(finnet.Url, folder);
        foreach (var key in settings.Keys.Where(key => key.StartsWith("ApiKeys:", StringComparison.Ordinal)).ToList())
            settings.Remove(key);
        settings["ASPNETCORE_CONTENTROOT"] = mount;
        using var api = new ApiProcess("api", settings);
        await api.StartAsync();
        Assert.Equal((200, 401), (await StatusAsync("first"), await StatusAsync("second")));

        await SwapAsync(mount, 2, Keys("second"));
        await UntilAsync(async () => await StatusAsync("second") == 200);
        Assert.Equal(401, await StatusAsync("first"));

        await SwapAsync(mount, 3, Keys("third").Replace("]", """, { "Name": "wrong", "Sha256": "no hash", "Role": "ops" } ]""",
            StringComparison.Ordinal));
        await UntilAsync(() => Task.FromResult(
            api.Output.Contains("ApiKeys:1:Sha256", StringComparison.Ordinal)
            && api.Output.Contains("those before stay in force", StringComparison.Ordinal)));
        Assert.Equal((200, 401), (await StatusAsync("second"), await StatusAsync("third")));

        await SwapAsync(mount, 4, Keys("third")[..^3]);
        await UntilAsync(() => Task.FromResult(
            api.Output.Contains("The changed \\\"appsettings.json\\\" can't be read", StringComparison.Ordinal)));
        Assert.Equal((200, 401), (await StatusAsync("second"), await StatusAsync("third")));
        Assert.DoesNotContain("ApiKeys:0: missing", api.Output, StringComparison.Ordinal);

        await SwapAsync(mount, 5, Keys("third"));
        await UntilAsync(async () => await StatusAsync("third") == 200);
        Assert.Equal(401, await StatusAsync("second"));

        async Task<int?> StatusAsync(string key) => (await api.SendAsync(HttpMethod.Get, "/v1/account-upgrades", apiKey: key)).Status;
    }

    [Fact]
    public async Task A_Settings_File_That_Is_No_Json_Ends_The_Start_With_One_Message()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), "{ \"ApiKeys\": [");
        var settings = TestSettings.Create(folder);
        settings["ASPNETCORE_CONTENTROOT"] = folder;
        using var api = new ApiProcess("api", settings);

        Assert.Equal(1, await api.StartInVainAsync());

        Assert.Contains("Finpay.Linkage can't start: Failed to load configuration", api.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", api.Output, StringComparison.Ordinal);
    }

    private static Task<Reply> CreateAsync(ApiProcess api) => api.SendAsync(
        HttpMethod.Post, "/v1/account-upgrades", """{"phoneNo":"081295288912"}""", TestSettings.MerchantKey);

    private static Task<Reply> NotifyAsync(ApiProcess api) => api.SendAsync(
        HttpMethod.Post,
        $"/callbacks/finnet/kyc/{TestSettings.PathToken}",
        $$"""
        {"kycResponse":"KYC Approved","kycMessage":"","partnerReferenceNo":"202411011441000012",
        "phoneNo":"6281295288912","merchantId":"{{TestSettings.MerchantId}}"}
        """);

    private static string Keys(string key) =>
        $$"""{ "ApiKeys": [ { "Name": "operators", "Sha256": "{{TestSettings.Sha256(key)}}", "Role": "ops" } ] }""";

    private static async Task SwapAsync(string mount, int number, string json)
    {
        var version = Directory.CreateDirectory(Path.Combine(mount, string.Create(CultureInfo.InvariantCulture, $"..v{number}")));
        await File.WriteAllTextAsync(Path.Combine(version.FullName, "appsettings.json"), json);
        Directory.CreateSymbolicLink(Path.Combine(mount, "..data_tmp"), version.Name);
        using var rename = Process.Start("mv", ["-T", Path.Combine(mount, "..data_tmp"), Path.Combine(mount, "..data")]);
        await rename.WaitForExitAsync();
        Assert.Equal(0, rename.ExitCode);
    }

    private static async Task UntilAsync(Func<Task<bool>> happens)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await happens())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It did not happen.");
            await Task.Delay(50);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
