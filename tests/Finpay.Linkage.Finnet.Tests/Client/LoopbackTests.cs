using System.Net;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>The real handler against real sockets.</summary>
public sealed class LoopbackTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task A_Refused_Connection_Is_Not_Sent_After_Three_Attempts()
    {
        // Bound but not listening: the port is ours and refuses.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var host = Host($"http://{socket.LocalEndPoint}");
        Assert.Equal(FinnetFailure.NotSent, (await host.FailAsync()).Failure);
        Assert.Equal(3, host.Log.Attempts.Count);
    }

    [Fact]
    public async Task A_Connection_Closed_After_The_Request_Was_Read_Is_No_Answer_And_The_Request_Came_Once()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = Host($"http://{listener.LocalEndpoint}");
        var call = host.FailAsync();
        using (var connection = await listener.AcceptTcpClientAsync())
        {
            var received = await ReadRequestAsync(connection.GetStream());
            Assert.Contains($"\r\nContent-Type: application/json\r\n", received, StringComparison.Ordinal);
            Assert.EndsWith("\"}", received, StringComparison.Ordinal);
        }

        Assert.Equal(FinnetFailure.NoAnswer, (await call).Failure);
        Assert.False(listener.Pending());
        Assert.Single(host.Log.Attempts);
    }

    [Fact]
    public async Task An_Answer_That_Breaks_Off_Is_No_Answer_And_The_Request_Came_Once()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = Host($"http://{listener.LocalEndpoint}");
        var call = host.FailAsync();
        using (var connection = await listener.AcceptTcpClientAsync())
        {
            await ReadRequestAsync(connection.GetStream());
            await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"responseCode\":\"2000002\"}"u8.ToArray());
        }

        Assert.Equal(FinnetFailure.NoAnswer, (await call).Failure);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    public async Task A_Redirect_Is_Not_Followed(HttpStatusCode status)
    {
        await using var server = await LoopbackServer.StartAsync(async (context, server) =>
        {
            server.Note(context.Request.Path);
            context.Response.StatusCode = (int)(context.Request.Path == "/elsewhere" ? HttpStatusCode.OK : status);
            context.Response.Headers.Location = "/elsewhere";
            if (context.Request.Path == "/elsewhere")
                await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        await using var host = Host(server.Url);
        Assert.Equal(FinnetFailure.Unclear, (await host.FailAsync()).Failure);
        Assert.Equal(["/api/v1.0/upgrade-account-widget"], server.Notes);
    }

    [Fact]
    public async Task No_Cookie_Is_Sent_Back()
    {
        await using var server = await LoopbackServer.StartAsync(async (context, server) =>
        {
            server.Note(context.Request.Headers.Cookie.ToString());
            context.Response.Cookies.Append("session", "1");
            await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        await using var host = Host(server.Url);
        await host.SendAsync();
        await host.SendAsync();
        Assert.Equal(["", ""], server.Notes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_Compressed_Answer_Is_Read_And_A_Broken_One_Is_Unclear(string encoding)
    {
        var broken = false;
        await using var server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            await context.Response.Body.WriteAsync(broken ? "no compressed body at all"u8.ToArray() : Compression.Compress(encoding, Sample.WidgetResponse));
        });
        await using var host = Host(server.Url);
        Assert.Equal(UpgradeWidgetOutcome.WidgetIssued, (await host.SendAsync()).Outcome);
        broken = true;
        Assert.Equal(FinnetFailure.Unclear, (await host.FailAsync()).Failure);
    }

    [Fact]
    public async Task A_Small_Body_That_Unpacks_To_Ten_Megabytes_Is_Unclear()
    {
        var packed = Compression.Compress("gzip", new byte[10 * 1024 * 1024]);
        Assert.InRange(packed.Length, 1, 64 * 1024);
        await using var server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed);
        });
        await using var host = Host(server.Url);
        Assert.Equal(FinnetFailure.Unclear, (await host.FailAsync()).Failure);
    }

    private FinnetHost Host(string url) => new(network: null, clock, ("BaseUrl", url));

    private static async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        // The body of the smallest request ends the only object.
        while (received.Length == 0 || received[^1] != '}')
        {
            var read = await stream.ReadAsync(buffer);
            Assert.NotEqual(0, read);
            received.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return received.ToString();
    }
}
