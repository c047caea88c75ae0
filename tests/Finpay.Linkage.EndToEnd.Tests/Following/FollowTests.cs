using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Browser;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.EndToEnd.Tests.Durability;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Following;

/// <summary>Pages at real instances: across two of them, through a kill and a stop, and thousands that come and go.</summary>
public sealed class FollowTests(ITestOutputHelper output) : IDisposable
{
    private const string Phone = "0812952";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);
    private static readonly int Left = Effort.Of(1000, 4000, 10_000);

    private readonly string folder = Directory.CreateTempSubdirectory("follow-").FullName;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 10_000 });

    public void Dispose()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [PostgresFact]
    public async Task A_Change_That_One_Instance_Commits_Is_Told_By_The_Other_Within_A_Second_And_A_Half()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await StartAsync(finnet, 2);
        var times = new ConcurrentBag<TimeSpan>();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            var (reference, token) = await CreateAsync(fleet[0], number);
            using var page = await OpenAsync(fleet[1], token);
            Assert.Equal("widgetIssued", (await page.NextEventAsync())!["status"]);
            // At different moments of the second.
            await Task.Delay(130 * number);
            Assert.Equal(200, (await NotifyAsync(fleet[0], reference)).Status);
            var committed = Stopwatch.GetTimestamp();
            Assert.Equal("approved", (await page.NextEventAsync())!["status"]);
            times.Add(Stopwatch.GetElapsedTime(committed));
            Assert.Equal("end", (await page.NextEventAsync())!.Event);
        }));

        output.WriteLine($"told by the other instance after {times.Min()} to {times.Max()}");
        Assert.InRange(times.Max(), TimeSpan.Zero, Limit);
    }

    [NodeAndPostgresFact]
    public async Task A_Page_Goes_On_At_Another_Instance_When_Its_Own_Is_Killed()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await StartAsync(finnet, 2);
        using var balancer = new Balancer(fleet[0].Address, fleet[1].Address);
        var (reference, token) = await CreateAsync(fleet[0], 1);
        using var page = new NodePage(balancer.Address, Page.Events, token);
        Assert.Equal("widgetIssued", await page.NextAsync());
        Assert.All(balancer.Taken, server => Assert.Equal(fleet[0].Address, server));

        await fleet[0].KillAsync();
        Assert.Equal("error", await page.NextAsync());
        Assert.Equal(200, (await NotifyAsync(fleet[1], reference)).Status);

        Assert.Equal("approved", await page.NextAfterErrorsAsync());
        Assert.Equal("end final", await page.NextAsync());
        Assert.Contains(fleet[1].Address, balancer.Taken);
    }

    [Fact]
    public async Task A_Stop_With_Open_Streams_Tells_Them_And_Ends_In_Time()
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await StartAsync(finnet, 1);
        var pages = new List<Page>();
        for (var number = 0; number < 50; number++)
        {
            var (_, token) = await CreateAsync(fleet[0], number);
            for (var tab = 0; tab < 4; tab++)
                pages.Add(await OpenAsync(fleet[0], token));
        }

        var started = Stopwatch.GetTimestamp();
        var code = fleet.TerminateAsync(0);
        var ends = await Task.WhenAll(pages.Select(async page =>
        {
            Told? last = null;
            while (await page.NextEventAsync() is { } told)
                last = told;
            return last;
        }));

        Assert.Equal(0, await code);
        output.WriteLine($"{pages.Count} streams, ended after {Stopwatch.GetElapsedTime(started)}");
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.All(ends, end => Assert.Equal(("end", "shutdown"), (end?.Event, end?["reason"])));
        pages.ForEach(page => page.Dispose());
    }

    [Fact]
    public async Task Thousands_Of_Streams_That_Are_Opened_And_Left_Leave_Memory_And_Files_As_They_Were()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await StartAsync(finnet, 1);
        var tokens = new List<string>();
        for (var number = 0; number < 250; number++)
            tokens.Add((await CreateAsync(fleet[0], number)).Token);
        await LeaveAsync(Left);
        var before = await SettleAsync();

        await LeaveAsync(Left);

        var after = await SettleAsync();
        output.WriteLine($"{Left} streams: {before} before, {after} after");
        Assert.InRange(after.OpenFiles - before.OpenFiles, int.MinValue, 20);
        Assert.InRange(after.PrivateKilobytes - before.PrivateKilobytes, long.MinValue, 16 * 1024);

        async Task LeaveAsync(int count)
        {
            // A token may call five times a second, and an upgrade have twenty streams.
            foreach (var part in Enumerable.Range(0, count).Chunk(tokens.Count * 2))
            {
                var second = Task.Delay(TimeSpan.FromSeconds(1));
                await Parallel.ForEachAsync(
                    part, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (number, _) => await LeaveOneAsync(number));
                await second;
            }
        }

        async Task LeaveOneAsync(int number)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(fleet[0].Address.Host, fleet[0].Address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"GET {Page.Events} HTTP/1.1\r\nHost: linkage\r\nAuthorization: Bearer {tokens[number % tokens.Count]}\r\n\r\n"));
            var first = new byte[12];
            await socket.GetStream().ReadExactlyAsync(first);
            Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(first));
            if (number % 2 == 0)
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        // Sockets that their callers have left are closed a moment later.
        async Task<ProcessSample> SettleAsync()
        {
            ProcessSample sample;
            do
            {
                sample = ProcessSample.Take(fleet[0].Id);
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
            while (ProcessSample.Take(fleet[0].Id).OpenFiles < sample.OpenFiles);
            return ProcessSample.Take(fleet[0].Id);
        }
    }

    private Task<ApiFleet> StartAsync(FakeFinnet finnet, int instances) => instances == 1
        ? ApiFleet.StartAsync(1, finnet.Url, folder)
        : ApiFleet.StartAsync(
            instances, finnet.Url, folder, ("Storage:Provider", "PostgreSql"),
            ("Storage:ConnectionString", PostgresServer.NewDatabase()));

    private static async Task<(string Reference, string Token)> CreateAsync(ApiProcess api, int number)
    {
        var reference = string.Create(CultureInfo.InvariantCulture, $"followed-{number:00000}");
        var phone = string.Create(CultureInfo.InvariantCulture, $"{Phone}{number:00000}");
        var json = $$"""{"partnerReferenceNo":"{{reference}}","phoneNo":"{{phone}}"}""";
        Assert.Equal(201, (await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", json, TestSettings.MerchantKey)).Status);
        var issued = await api.SendAsync(
            HttpMethod.Post, $"/v1/account-upgrades/{reference}/browser-token", null, TestSettings.MerchantKey);
        return (reference, (string)issued.Body!["token"]!);
    }

    private static Task<Reply> NotifyAsync(ApiProcess api, string reference) => api.SendAsync(
        HttpMethod.Post, $"/callbacks/finnet/kyc/{TestSettings.PathToken}",
        $$"""
          {"kycResponse":"KYC Approved","kycMessage":"ok","partnerReferenceNo":"{{reference}}","merchantId":"{{TestSettings.MerchantId}}"}
          """);

    private Task<Page> OpenAsync(ApiProcess api, string token) => Page.OpenAsync(http, token, origin: api.Address);
}
