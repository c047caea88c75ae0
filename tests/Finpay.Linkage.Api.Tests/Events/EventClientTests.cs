using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>The service's own HTTP client against real sockets that answer in every wrong way.</summary>
public sealed class EventClientTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> requests = new();

    public EventClientTests() => listener.Start();

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    [Fact]
    public async Task The_Request_Has_The_Headers_Of_The_Contract_And_No_Others()
    {
        using var traces = new System.Diagnostics.Activity("test").Start();
        var answer = await SendAsync("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok", times: 2);

        Assert.Equal("200", answer.GetProperty("status").ToString());
        Assert.All(requests, request =>
        {
            var names = request.Split("\r\n\r\n")[0].Split("\r\n").Skip(1).Select(line => line.Split(':')[0].ToLowerInvariant());
            Assert.Equal(
                ["content-length", "content-type", "host", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp"],
                names.Order(StringComparer.Ordinal));
            Assert.StartsWith("POST /events?x=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
            Assert.Contains("\r\nContent-Type: application/json\r\n", request, StringComparison.Ordinal);
            Assert.Matches(@"\r\nUser-Agent: Finpay\.Linkage/[0-9]+\.[0-9]+\.[0-9]+\r\n", request);
        });
    }

    [Fact]
    public async Task A_Redirect_Is_Not_Followed()
    {
        var answer = await SendAsync($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{Port}/elsewhere\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("302", answer.GetProperty("status").ToString());
        Assert.Single(requests);
    }

    [Fact]
    public async Task Of_An_Endless_Answer_Little_Is_Read()
    {
        var sent = 0L;
        var answer = await SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n", after: async stream =>
        {
            try
            {
                for (var block = new byte[65536]; sent < 52_428_800; sent += block.Length)
                    await stream.WriteAsync(block);
            }
            catch (IOException)
            {
            }
        });

        Assert.Equal("200", answer.GetProperty("status").ToString());
        Assert.InRange(Interlocked.Read(ref sent), 0, 20_000_000);
    }

    [Theory]
    [InlineData("not HTTP at all\r\n\r\n", "not an HTTP answer")]
    [InlineData("", "connection closed")]
    public async Task An_Answer_That_Is_None_Is_Named_In_Our_Words(string response, string error) =>
        Assert.Equal(error, (await SendAsync(response)).GetProperty("error").GetString());

    [Theory]
    [InlineData("http://127.0.0.1:1/", "connection refused")]
    [InlineData("https://name-that-is-nowhere.invalid/", "name not found")]
    public async Task An_Endpoint_That_Can_Not_Be_Reached_Is_Named_In_Our_Words(string url, string error)
    {
        await using var host = Host(url);

        Assert.Equal(error, (await TestAsync(host)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_Https_Endpoint_That_Speaks_No_Tls_Is_Named_In_Our_Words()
    {
        await using var host = Host($"https://127.0.0.1:{Port}/");
        var serving = ServeAsync("HTTP/1.1 200 OK\r\n\r\n", null);

        Assert.Equal("TLS failed", (await TestAsync(host)).GetProperty("error").GetString());
        await serving;
    }

    private static ApiHost Host(string url) => ApiHost.With(
        ("Events:Endpoints:0:Name", "shop"), ("Events:Endpoints:0:Url", url), ("Events:Endpoints:0:Secrets:0", EventReceiver.Secret));

    private static async Task<JsonElement> TestAsync(ApiHost host)
    {
        var answer = await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/test", """{"endpoint":"shop"}""");
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    private async Task<JsonElement> SendAsync(string response, int times = 1, Func<NetworkStream, Task>? after = null)
    {
        await using var host = Host($"http://127.0.0.1:{Port}/events?x=1");
        JsonElement answer = default;
        for (var time = 0; time < times; time++)
        {
            var serving = ServeAsync(response, after);
            answer = await TestAsync(host);
            await serving;
        }

        return answer;
    }

    private async Task ServeAsync(string response, Func<NetworkStream, Task>? after)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var (buffer, text) = (new byte[8192], "");
        // The body is JSON: it ends with a brace.
        while (!text.EndsWith("}}", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var read)
        {
            text += Encoding.UTF8.GetString(buffer, 0, read);
            // The beginning of TLS is no text.
            if (text[0] != 'P')
                break;
        }

        requests.Enqueue(text);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(response));
        if (after is not null)
            await after(stream);
    }
}
