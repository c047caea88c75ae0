using System.Net.Sockets;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Tool;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>The service's own HTTP client against real sockets that answer in every wrong way.</summary>
public sealed class EventClientTests : IDisposable
{
    private readonly WireReceiver receiver = new();

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task The_Request_Has_The_Headers_Of_The_Contract_And_No_Others()
    {
        using var traces = new System.Diagnostics.Activity("test").Start();
        var answer = await SendAsync("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok", times: 2);

        Assert.Equal("200", answer.GetProperty("status").ToString());
        Assert.All(receiver.Requests, request =>
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
        var answer = await SendAsync(
            $"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{receiver.Port}/elsewhere\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal("302", answer.GetProperty("status").ToString());
        Assert.Single(receiver.Requests);
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
        await using var host = WireReceiver.Host(url);

        Assert.Equal(error, (await TestAsync(host)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_Https_Endpoint_That_Speaks_No_Tls_Is_Named_In_Our_Words()
    {
        await using var host = WireReceiver.Host($"https://127.0.0.1:{receiver.Port}/");
        var serving = receiver.ServeAsync("HTTP/1.1 200 OK\r\n\r\n");

        Assert.Equal("TLS failed", (await TestAsync(host)).GetProperty("error").GetString());
        await serving;
    }

    [Fact]
    public async Task A_Certificate_That_Nobody_Trusts_Is_Not_Trusted()
    {
        using var certificates = new Certificates(DateTimeOffset.UtcNow);
        using var certificate = certificates.SelfSigned();
        await using var host = WireReceiver.Host($"https://localhost:{receiver.Port}/");
        var showing = receiver.ShowAsync(certificate);

        Assert.Equal("TLS failed", (await TestAsync(host)).GetProperty("error").GetString());
        await showing;
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it", """{"status":200,"milliseconds":0}""")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nhalf of it", """{"status":500,"milliseconds":0}""")]
    public async Task The_Status_Counts_Though_The_Connection_Is_Reset_Amid_The_Body(string response, string told) =>
        Assert.Equal(told, (await SendAsync(response, resets: true)).GetRawText());

    [Fact]
    public async Task A_Connection_That_Is_Reset_Before_The_Answer_Is_Named_In_Our_Words()
    {
        var error = (await SendAsync("HTTP/1.1 2", resets: true)).GetProperty("error").GetString();

        Assert.Contains(error, new[] { "connection closed", "connection broken" });
    }

    private static async Task<JsonElement> TestAsync(ApiHost host)
    {
        var answer = await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/test", """{"endpoint":"shop"}""");
        Assert.Equal(200, answer.Status);
        return answer.Json;
    }

    private async Task<JsonElement> SendAsync(
        string response, int times = 1, Func<NetworkStream, Task>? after = null, bool resets = false)
    {
        await using var host = WireReceiver.Host($"{receiver.Url}?x=1");
        JsonElement answer = default;
        for (var time = 0; time < times; time++)
        {
            var serving = receiver.ServeAsync(response, after, resets);
            answer = await TestAsync(host);
            await serving;
        }

        return answer;
    }
}
