using System.Globalization;
using Finpay.Linkage.Api.Health;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.Health;

/// <summary>What load balancers and orchestrators ask, and what they learn when the service stops.</summary>
public sealed class ProbeTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("live")]
    [InlineData("ready")]
    public async Task Head_Is_Answered_As_Get_Without_A_Body(string kind)
    {
        await using var host = ApiHost.OnKestrel();

        Assert.Equal((200, ""), await AskAsync(host, HttpMethod.Head, kind));
        Assert.Equal((200, """{"status":"healthy"}"""), await AskAsync(host, HttpMethod.Get, kind));
        host.ExecuteSql("DROP TABLE schema_version");
        Assert.Equal((kind == "live" ? 200 : 503, ""), await AskAsync(host, HttpMethod.Head, kind));
        Assert.Equal(
            kind == "live" ? """{"status":"healthy"}""" : """{"status":"unhealthy","notReady":["database"]}""",
            (await AskAsync(host, HttpMethod.Get, kind)).Body);
        Assert.Equal(405, (await AskAsync(host, HttpMethod.Delete, kind)).Status);
    }

    [Fact]
    public async Task After_The_Signal_It_Is_Unready_But_Serves_For_The_Delay()
    {
        await using var host = ApiHost.OnKestrel(("Shutdown:Delay", Delay.ToString()));
        host.Finnet.Issues();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        Assert.Equal(200, (await AskAsync(host, HttpMethod.Get, "ready")).Status);

        lifetime.StopApplication();
        var started = TimeProvider.System.GetTimestamp();
        while (!host.Clock.IsAwaitedIn(Delay))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "The stop does not wait.");
            await Task.Yield();
        }

        Assert.Equal(
            (503, """{"status":"unhealthy","notReady":["stopping"]}"""), await AskAsync(host, HttpMethod.Get, "ready"));
        Assert.Equal(503, (await AskAsync(host, HttpMethod.Head, "ready")).Status);
        Assert.Equal(200, (await AskAsync(host, HttpMethod.Get, "live")).Status);
        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        Assert.False(lifetime.ApplicationStopped.IsCancellationRequested);

        var stopped = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStopped.Register(stopped.SetResult);
        host.Clock.Advance(Delay);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>The time for calls under way comes after the delay, however long that is.</summary>
    [Theory]
    [InlineData("00:00:00", 30)]
    [InlineData("00:10:00", 630)]
    public async Task The_Delay_Does_Not_Cut_The_Time_For_Calls_Under_Way(string delay, int seconds)
    {
        var options = new ShutdownOptions { Delay = TimeSpan.Parse(delay, CultureInfo.InvariantCulture) };
        var host = new HostOptions();

        await new ShutdownDelay(Options.Create(options), Options.Create(host), new ManualClock()).StartingAsync(CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(seconds), host.ShutdownTimeout);
    }

    private static async Task<(int Status, string Body)> AskAsync(ApiHost host, HttpMethod method, string kind)
    {
        using var request = new HttpRequestMessage(method, $"/health/{kind}");
        using var answer = await host.Anonymous.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
