using System.Net;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Which proxies the service trusts for the caller's address.</summary>
public sealed class ProxyTests
{
    /// <summary>Address of the peer, X-Forwarded-For, whether Finnet is recognized behind it.</summary>
    [Theory]
    [InlineData("10.0.0.1", "203.0.113.7", true)]
    [InlineData("::ffff:10.0.0.1", "203.0.113.7", true)]
    [InlineData("10.0.0.1", "203.0.113.7:55555", true)]
    [InlineData("10.0.0.1", "::ffff:203.0.113.7", true)]
    [InlineData("10.0.0.1", "2001:db8::7", true)]
    [InlineData("10.0.0.1", "[2001:db8::7]:55555", true)]
    [InlineData("2001:db8:ffff::1", "203.0.113.7", true)]
    [InlineData("10.0.0.1", "203.0.113.7, 192.168.1.2", true)]
    [InlineData("10.0.0.2", "203.0.113.7", false)]
    [InlineData("::ffff:10.0.0.2", "203.0.113.7", false)]
    [InlineData("2001:db8:fffe::1", "203.0.113.7", false)]
    [InlineData("10.0.0.1", "203.0.113.8", false)]
    [InlineData("10.0.0.1", "203.0.113.7, 198.51.100.1", false)]
    [InlineData("10.0.0.1", "203.0.113.7, planted", false)]
    [InlineData("10.0.0.1", "planted", false)]
    [InlineData("10.0.0.1", "", false)]
    public async Task Only_What_A_Known_Proxy_Saw_Itself_Is_Believed(string connecting, string forwarded, bool seen)
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:0", "SourceAddress"),
            ("Notifications:SourceAddresses:0", "203.0.113.7/32"),
            ("Notifications:SourceAddresses:1", "2001:db8::/64"),
            ("ForwardedHeaders:KnownProxies:0", "10.0.0.1"),
            ("ForwardedHeaders:KnownProxies:1", "2001:db8:ffff::1"),
            ("ForwardedHeaders:KnownNetworks:0", "192.168.0.0/16"));
        host.RemoteAddress = IPAddress.Parse(connecting);
        var client = host.Anonymous;
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", forwarded);

        var answer = await client.SendJsonAsync(HttpMethod.Post, Calls.CallbackPath(null), Calls.Notification("KYC Approved"));

        Assert.Equal(seen ? 200 : 401, answer.Status);
    }

    [Fact]
    public async Task A_Network_May_Be_Written_As_IPv4_In_IPv6()
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:0", "SourceAddress"), ("Notifications:SourceAddresses:0", "::ffff:203.0.113.0/120"));
        host.RemoteAddress = IPAddress.Parse("203.0.113.7");
        Assert.Equal(200, (await host.CallbackAsync(Calls.Notification("KYC Approved"), null)).Status);
        host.RemoteAddress = IPAddress.Parse("203.0.114.7");
        Assert.Equal(401, (await host.CallbackAsync(Calls.Notification("KYC Approved"), null)).Status);
    }

    [Fact]
    public async Task Behind_A_Proxy_The_Limit_Counts_The_Caller_Not_The_Proxy()
    {
        await using var host = ApiHost.With(("ForwardedHeaders:KnownProxies:0", "10.0.0.1"), ("RateLimits:FailedCallbacksPerMinute", "1"));
        host.RemoteAddress = IPAddress.Parse("10.0.0.1");

        Assert.Equal(
            (401, 429, 401), (await StatusAsync("203.0.113.7"), await StatusAsync("203.0.113.7"), await StatusAsync("203.0.113.8")));

        async Task<int> StatusAsync(string caller)
        {
            var client = host.Anonymous;
            client.DefaultRequestHeaders.Add("X-Forwarded-For", caller);
            return (await client.SendJsonAsync(HttpMethod.Post, Calls.CallbackPath(null), "{}")).Status;
        }
    }
}
