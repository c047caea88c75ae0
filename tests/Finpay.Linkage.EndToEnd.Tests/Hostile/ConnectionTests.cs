using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.EndToEnd.Tests.Durability;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Hostile;

/// <summary>Clients that open many connections or send too much: honest calls are still answered, and memory stays bounded.</summary>
[Collection(AloneAfterTheOthers.Name)]
public sealed class ConnectionTests(ITestOutputHelper output) : IDisposable
{
    private const long MostMegabytes = 400;

    private readonly string folder = Directory.CreateTempSubdirectory("hostile-").FullName;
    private readonly List<Socket> sockets = [];
    private int notified;

    public void Dispose()
    {
        sockets.ForEach(socket => socket.Dispose());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Ten_Thousand_Idle_Connections()
    {
        // The number of sockets that this process may open, and that leave the service some.
        var count = Math.Min(10_000, OpenFilesLimit() - 600);
        await PlayAsync(async api =>
        {
            for (var number = 0; number < count; number++)
                await ConnectAsync(api);
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} idle connections"));
    }

    /// <summary>More than the process may have open: it takes fewer, and goes on when they are gone.</summary>
    [Fact]
    public async Task Fifteen_Hundred_Silent_Connections_Under_A_Limit_Of_1024_Descriptors()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var finnet = await FakeFinnet.StartAsync();
        using var api = new ApiProcess("api", ApiFleet.Settings(finnet.Url, folder))
        {
            // The runtime raises the soft limit to the hard one.
            Wrapper = ["sh", "-c", "ulimit -Sn 512; ulimit -Hn 1024; exec \"$@\"", "limited"],
        };
        await api.StartAsync();
        await AssertServesAsync(api);

        for (var number = 0; number < 1_500; number++)
            await ConnectAsync(api);
        // Kestrel accepts a connection before it counts and closes it, so the first moment may have more.
        var started = Stopwatch.GetTimestamp();
        int open;
        while ((open = Directory.GetFiles($"/proc/{api.Id}/fd").Length) > 1_000)
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"It keeps {open} descriptors.");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{open} descriptors"));
        Assert.True(open >= 640, $"It has taken only {open} descriptors.");
        // Those that were taken are held; all others are gone.
        sockets.ForEach(socket => socket.Dispose());

        started = Stopwatch.GetTimestamp();
        while ((await api.SendAsync(HttpMethod.Get, "/health/ready")).Status != 200)
        {
            Assert.False(api.HasExited, api.Output);
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It does not answer again.");
        }

        await AssertServesAsync(api);
    }

    [Fact]
    public Task Headers_That_Come_Drop_By_Drop() => PlayAsync(async api =>
    {
        for (var number = 0; number < 1_000; number++)
            await SendAsync(await ConnectAsync(api), $"POST {CallbackPath} HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    });

    [Fact]
    public Task Bodies_That_Never_End() => PlayAsync(async api =>
    {
        for (var number = 0; number < 1_000; number++)
            await SendAsync(
                await ConnectAsync(api),
                $"POST {CallbackPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{{");
    });

    [Fact]
    public Task A_Flood_Of_Headers_Is_431() => PlayAsync(async api =>
    {
        var many = string.Concat(Enumerable.Range(0, 1_000).Select(number => $"X-{number}: y\r\n"));
        var large = $"X-Large: {new string('y', 100_000)}\r\n";
        foreach (var headers in new[] { many, large })
        {
            var socket = await ConnectAsync(api);
            await SendAsync(socket, $"GET /health/live HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
            Assert.StartsWith("HTTP/1.1 431", await ReadAsync(socket), StringComparison.Ordinal);
        }
    });

    [Fact]
    public Task A_Bomb_Of_Gzip_Is_Unpacked_Up_To_The_Limit_Only() => PlayAsync(async api =>
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var megabyte = 0; megabyte < 50; megabyte++)
                await gzip.WriteAsync(zeros);
        }

        Assert.InRange(packed.Length, 1, 60_000);
        var socket = await ConnectAsync(api);
        await SendAsync(socket, string.Create(CultureInfo.InvariantCulture,
            $"POST {CallbackPath} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            + $"Connection: close\r\nContent-Length: {packed.Length}\r\n\r\n"));
        await socket.SendAsync(packed.ToArray());
        Assert.StartsWith("HTTP/1.1 413", await ReadAsync(socket), StringComparison.Ordinal);
    });

    private static string CallbackPath => $"/callbacks/finnet/kyc/{TestSettings.PathToken}";

    private static int OpenFilesLimit() => OperatingSystem.IsLinux()
        ? int.Parse(
            File.ReadLines("/proc/self/limits").Single(line => line.StartsWith(
                "Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3],
            CultureInfo.InvariantCulture)
        : 1_000;

    private async Task PlayAsync(Func<ApiProcess, Task> attack)
    {
        await using var finnet = await FakeFinnet.StartAsync();
        using var fleet = await ApiFleet.StartAsync(1, finnet.Url, folder);
        await AssertServesAsync(fleet[0]);

        await attack(fleet[0]);

        await AssertServesAsync(fleet[0]);
        using var process = Process.GetProcessById(fleet[0].Id);
        var megabytes = process.WorkingSet64 / (1024 * 1024);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{megabytes} MB"));
        Assert.InRange(megabytes, 1, MostMegabytes);
    }

    private async Task AssertServesAsync(ApiProcess api)
    {
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, "/health/ready")).Status);
        var body =
            $$"""
            {"kycResponse":"KYC Approved","kycMessage":"","partnerReferenceNo":"honest-{{notified++}}",
            "phoneNo":"6281295288912","merchantId":"{{TestSettings.MerchantId}}"}
            """;
        var reply = await api.SendAsync(HttpMethod.Post, CallbackPath, body);
        Assert.Equal((200, "2000000"), (reply.Status, (string?)reply.Body!["responseCode"]));
        Assert.True(reply.Took < TimeSpan.FromSeconds(3), $"A callback took {reply.Took}.");
    }

    private async Task<Socket> ConnectAsync(ApiProcess api)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        sockets.Add(socket);
        await socket.ConnectAsync(api.Address.Host, api.Address.Port);
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
    }
}
