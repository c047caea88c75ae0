using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Security;

/// <summary>The security headers of every answer.</summary>
public sealed class SecurityHeaderTests
{
    [Theory]
    [InlineData("/v1/account-upgrades/none", "no-store")]
    [InlineData("/v1/nothing", "no-store")]
    [InlineData("/nothing", "no-store")]
    [InlineData("/health/live", null)]
    public async Task Data_Can_Not_Be_Framed_Sniffed_Or_Run(string path, string? caching)
    {
        await using var host = new ApiHost();

        var headers = (await host.Merchant.GetAnswerAsync(path)).Headers;

        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.Equal("DENY", headers["X-Frame-Options"]);
        Assert.StartsWith("default-src 'none'; frame-ancestors 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(caching, headers.GetValueOrDefault("Cache-Control"));
        Assert.False(headers.ContainsKey("Server"));
    }

    [Fact]
    public async Task A_Failure_Has_Them_Too()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.ExecuteSql("DROP TABLE upgrade_history");

        var answer = await host.ReadUpgradeAsync();

        Assert.Equal(503, answer.Status);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }

    [Fact]
    public async Task The_Swagger_Page_May_Run_Its_Own_Files_Only()
    {
        await using var host = new ApiHost();

        var policy = (await host.Anonymous.GetAnswerAsync("/swagger/index.html")).Headers["Content-Security-Policy"];

        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https", "10.0.0.9", true)]
    [InlineData("http", "10.0.0.9", false)]
    [InlineData("https", "10.0.1.9", false)]
    public async Task Over_Tls_That_A_Known_Proxy_Ends_Browsers_Are_Told_To_Stay_There(string scheme, string proxy, bool told)
    {
        await using var host = ApiHost.With(("ForwardedHeaders:KnownNetworks:0", "10.0.0.0/24"));
        host.RemoteAddress = System.Net.IPAddress.Parse(proxy);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live")
        {
            Headers = { { "X-Forwarded-Proto", scheme }, { "X-Forwarded-For", "203.0.113.7" } },
        };
        request.Headers.Host = "linkage.example";

        var answer = await Answer.ReadAsync(await host.Anonymous.SendAsync(request));

        Assert.Equal(told, answer.Headers.ContainsKey("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("OPTIONS")]
    public async Task Other_Origins_Get_No_Permission(string method)
    {
        await using var host = new ApiHost();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/account-upgrades/none")
        {
            Headers =
            {
                { "Origin", "https://evil.example" }, { "Access-Control-Request-Method", "GET" },
                { "Access-Control-Request-Headers", "x-api-key" },
            },
        };

        var answer = await Answer.ReadAsync(await host.Merchant.SendAsync(request));

        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }
}
