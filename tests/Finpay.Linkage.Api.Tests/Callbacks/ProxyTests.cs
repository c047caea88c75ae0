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

    /// <summary>X-Forwarded-Prefix, and where Location begins.</summary>
    [Theory]
    [InlineData("/linkage", "/linkage")]
    [InlineData("/a/b-c_d.e~1", "/a/b-c_d.e~1")]
    [InlineData("/linkage/", "/linkage")]
    [InlineData("/", "")]
    [InlineData("/planted, /linkage", "/linkage")]
    [InlineData("//planted.example", "")]
    [InlineData("/%2Fplanted.example", "")]
    [InlineData("/\\planted.example", "")]
    [InlineData("/%5Cplanted.example", "")]
    [InlineData("/a//b", "")]
    [InlineData("/a/../b", "")]
    [InlineData("/a/%2E%2E/b", "")]
    [InlineData("/.", "")]
    [InlineData("/a b", "")]
    [InlineData("/a?b=", "")]
    [InlineData("/a#b", "")]
    [InlineData("/<script>", "")]
    [InlineData("/a%0D%0AX-Planted:%201", "")]
    [InlineData("https://planted.example", "")]
    [InlineData("planted.example", "")]
    [InlineData("@planted.example", "")]
    [InlineData("", "")]
    public async Task A_Prefix_Of_A_Known_Proxy_Is_Taken_When_It_Is_A_Plain_Path(string prefix, string taken)
    {
        await using var host = ApiHost.With(("ForwardedHeaders:KnownProxies:0", "10.0.0.1"));
        host.RemoteAddress = IPAddress.Parse("10.0.0.1");
        host.Finnet.Issues();

        Assert.Equal($"{taken}/v1/account-upgrades/{Calls.Reference}", await LocationAsync(host, prefix));
        Assert.Equal(taken.Length == 0 ? "/" : taken, await ServerAsync(host, prefix));
    }

    [Theory]
    [InlineData("10.0.0.1", "/linkage")]
    [InlineData("10.0.0.2", "")]
    [InlineData(null, "")]
    public async Task A_Prefix_Of_Anybody_Else_Is_Not_Taken(string? connecting, string taken)
    {
        await using var host = ApiHost.With(
            connecting is null ? [] : [("ForwardedHeaders:KnownProxies:0", "10.0.0.1")]);
        host.RemoteAddress = IPAddress.Parse(connecting ?? "127.0.0.1");
        host.Finnet.Issues();

        Assert.Equal($"{taken}/v1/account-upgrades/{Calls.Reference}", await LocationAsync(host, "/linkage"));
        Assert.Equal(taken.Length == 0 ? "/" : taken, await ServerAsync(host, "/linkage"));
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public async Task A_Prefix_Has_An_End(int length, bool taken)
    {
        await using var host = ApiHost.With(("ForwardedHeaders:KnownProxies:0", "10.0.0.1"));
        host.RemoteAddress = IPAddress.Parse("10.0.0.1");
        host.Finnet.Issues();

        Assert.Equal(taken, (await LocationAsync(host, "/" + new string('p', length - 1))).StartsWith("/pp", StringComparison.Ordinal));
    }

    /// <summary>The page finds its files and the document by relative addresses.</summary>
    [Fact]
    public async Task The_Swagger_Page_Works_Behind_A_Prefix()
    {
        await using var host = ApiHost.With(("ForwardedHeaders:KnownProxies:0", "10.0.0.1"));
        host.RemoteAddress = IPAddress.Parse("10.0.0.1");
        var client = host.Anonymous;
        client.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/linkage");

        var page = (await client.GetAnswerAsync("/swagger/index.html")).Text;
        var script = (await client.GetAnswerAsync("/swagger/index.js")).Text;

        Assert.DoesNotMatch("(src|href)=\"/", page);
        Assert.Contains("v1/swagger.json", script, StringComparison.Ordinal);
        Assert.DoesNotContain("/v1/swagger.json", script, StringComparison.Ordinal);
    }

    private static async Task<string> LocationAsync(ApiHost host, string prefix)
    {
        var client = host.Merchant;
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        return (await client.CreateAsync($$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"{{Calls.Phone}}"}"""))
            .Headers["Location"];
    }

    private static async Task<string?> ServerAsync(ApiHost host, string prefix)
    {
        var client = host.Anonymous;
        client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        using var document = System.Text.Json.JsonDocument.Parse((await client.GetAnswerAsync("/swagger/v1/swagger.json")).Text);
        return document.RootElement.GetProperty("servers")[0].GetProperty("url").GetString();
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
