using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>Errors that only a real server finds while a body arrives.</summary>
public sealed class SlowBodyTests : IAsyncLifetime
{
    private readonly ApiHost host = ApiHost.OnKestrel();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task A_Body_That_Does_Not_Arrive_Is_408_In_The_Form_Of_Its_Path()
    {
        var answers = await Task.WhenAll(
            RawAsync("/v1/account-upgrades", "Content-Length: 10\r\n\r\n{"), RawAsync(Calls.CallbackPath(), "Content-Length: 10\r\n\r\n{"));

        Assert.StartsWith("HTTP/1.1 408", answers[0], StringComparison.Ordinal);
        Assert.Contains("urn:finpay-linkage:problem:request-timeout", answers[0], StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408", answers[1], StringComparison.Ordinal);
        Assert.Contains("\"4080000\"", answers[1], StringComparison.Ordinal);
        Assert.Equal(0, await host.CountUpgradesAsync());
    }

    [Fact]
    public async Task Endless_Trailers_Are_431_In_The_Form_Of_Their_Path()
    {
        var trailers = "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: " + new string('x', 40_000) + "\r\n\r\n";

        var problem = await RawAsync("/v1/account-upgrades", trailers);
        var envelope = await RawAsync(Calls.CallbackPath(), trailers);

        Assert.StartsWith("HTTP/1.1 431", problem, StringComparison.Ordinal);
        Assert.Contains("urn:finpay-linkage:problem:request-headers-too-large", problem, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431", envelope, StringComparison.Ordinal);
        Assert.Contains("\"4310000\"", envelope, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/account-upgrades", TestSettings.MerchantKey)]
    [InlineData("/v1/account-upgrades/search", TestSettings.OpsKey)]
    [InlineData("/v1/kyc-notifications/0197b6f0-0000-7000-8000-000000000000/apply", TestSettings.OpsKey)]
    public async Task A_Body_That_Trickles_In_Is_408_After_30_Seconds_By_The_Clock_And_The_Connection_Ends(string path, string key)
    {
        var answer = RawAsync(path, "Content-Length: 1000\r\n\r\n{", key);
        var started = TimeProvider.System.GetTimestamp();
        while (!host.Clock.IsAwaitedIn(TimeSpan.FromSeconds(30)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "The body has no time limit.");
            await Task.Yield();
        }

        host.Clock.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromMilliseconds(1));
        Assert.False(answer.IsCompleted);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.StartsWith("HTTP/1.1 408", await answer, StringComparison.Ordinal);
        Assert.Contains("urn:finpay-linkage:problem:request-timeout", await answer, StringComparison.Ordinal);
    }

    private async Task<string> RawAsync(string path, string rest, string key = TestSettings.MerchantKey)
    {
        var address = host.Anonymous.BaseAddress!;
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {key}\r\n"
            + $"Content-Type: application/json\r\n{rest}"));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) is > 0 and var length)
                answer.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (IOException) when (answer.Length > 0)
        {
            // The server closes a connection whose body did not come to its end, and the rest of it meets nobody.
        }

        return answer.ToString();
    }
}
