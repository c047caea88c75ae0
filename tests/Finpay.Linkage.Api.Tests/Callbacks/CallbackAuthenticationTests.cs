using System.Net;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Callbacks;

public sealed class CallbackAuthenticationTests
{
    private const string NextToken = "token-9876543210-zyxwvutsrqponmlk~B";

    [Fact]
    public async Task The_Right_Token_Passes_And_Is_Evidence()
    {
        await using var host = new ApiHost();

        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        Assert.Equal("pathToken", Assert.Single(await EvidenceAsync(host)));
    }

    public static TheoryData<string?> WrongTokens =>
    [
        null,
        TestSettings.PathToken[..^1] + "B",
        "T" + TestSettings.PathToken[1..],
        TestSettings.PathToken[..^1],
        TestSettings.PathToken + "A",
        TestSettings.PathToken.ToUpperInvariant(),
        "%20",
        new string('t', 2000),
    ];

    [Theory]
    [MemberData(nameof(WrongTokens))]
    public async Task Any_Other_Token_Is_4010000_And_Stores_Nothing(string? token)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        var answer = await host.CallbackAsync(Calls.Notification("KYC Approved"), token);

        Assert.Equal((401, "4010000", "Unauthorized"), (answer.Status, answer["responseCode"], answer["responseMessage"]));
        Assert.Empty(await host.NotificationsAsync());
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
        var line = Assert.Single(host.Logs.Own, line => line.Level == LogLevel.Warning);
        Assert.DoesNotContain("202411011441000012", line.Message, StringComparison.Ordinal);
        if (token is not null)
            Assert.DoesNotContain(token, line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authentication_Comes_Before_Everything_Else()
    {
        await using var host = new ApiHost();

        var form = await host.Anonymous.SendBytesAsync(HttpMethod.Post, Calls.CallbackPath(null), [1, 2, 3], "application/xml");
        var large = await host.Anonymous.SendBytesAsync(HttpMethod.Post, Calls.CallbackPath(null), new byte[100_000]);

        Assert.Equal((401, 401), (form.Status, large.Status));
    }

    [Fact]
    public async Task Two_Tokens_Pass_While_One_Is_Replaced()
    {
        await using var host = ApiHost.With(("Notifications:PathTokens:1", NextToken));

        Assert.Equal(200, (await host.CallbackAsync(Calls.Notification("KYC Approved"))).Status);
        Assert.Equal(200, (await host.CallbackAsync(Calls.Notification("KYC Approved"), NextToken)).Status);
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData(TestSettings.PathToken, 401)]
    [InlineData("anything", 401)]
    public async Task A_Token_That_Nobody_Asked_For_Is_4010000(string? token, int status)
    {
        await using var host = ApiHost.With(("Notifications:Authentication:0", "None"), ("Notifications:AllowUnauthenticated", "true"));

        Assert.Equal(status, (await host.CallbackAsync(Calls.Notification("KYC Approved"), token)).Status);
        Assert.Equal(status == 200 ? 1 : 0, (await host.NotificationsAsync()).Count);
    }

    [Fact]
    public async Task None_Is_Warned_Of_At_Start_And_A_Token_Is_Not()
    {
        await using var open = ApiHost.With(("Notifications:Authentication:0", "None"), ("Notifications:AllowUnauthenticated", "true"));
        await using var closed = new ApiHost();
        _ = (open.Services, closed.Services);

        Assert.Contains(
            open.Logs.Lines,
            line => line.Level == LogLevel.Warning && line.Message.Contains("not authenticated", StringComparison.Ordinal));
        Assert.DoesNotContain(closed.Logs.Lines, line => line.Message.Contains("not authenticated", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("203.0.113.7", true)]
    [InlineData("203.0.113.8", false)]
    [InlineData("::ffff:203.0.113.7", true)]
    [InlineData("::ffff:203.0.113.8", false)]
    [InlineData("198.51.100.255", true)]
    [InlineData("198.51.101.0", false)]
    [InlineData("2001:db8:1:2::3", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    public async Task Only_Configured_Addresses_Pass(string address, bool passes)
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:0", "SourceAddress"),
            ("Notifications:SourceAddresses:0", "203.0.113.7/32"),
            ("Notifications:SourceAddresses:1", "198.51.100.0/24"),
            ("Notifications:SourceAddresses:2", "2001:db8::/32"));
        host.RemoteAddress = IPAddress.Parse(address);

        var answer = await host.CallbackAsync(Calls.Notification("KYC Approved"), null);

        Assert.Equal(passes ? 200 : 401, answer.Status);
        Assert.Equal(passes ? ["sourceAddress"] : [], await EvidenceAsync(host));
    }

    [Theory]
    [InlineData(TestSettings.PathToken, "203.0.113.7", true)]
    [InlineData(TestSettings.PathToken, "203.0.113.8", false)]
    [InlineData(NextToken, "203.0.113.7", false)]
    [InlineData(null, "203.0.113.7", false)]
    public async Task All_Checks_Must_Pass(string? token, string address, bool passes)
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:1", "SourceAddress"), ("Notifications:SourceAddresses:0", "203.0.113.7/32"));
        host.RemoteAddress = IPAddress.Parse(address);

        var answer = await host.CallbackAsync(Calls.Notification("KYC Approved"), token);

        Assert.Equal(passes ? 200 : 401, answer.Status);
        Assert.Equal(passes ? ["pathToken", "sourceAddress"] : [], await EvidenceAsync(host));
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("10.0.0.1", null, true)]
    [InlineData("10.0.0.2", null, false)]
    [InlineData(null, "10.0.0.0/8", true)]
    public async Task A_Forwarded_Address_Is_Believed_Only_From_A_Known_Proxy(string? proxy, string? network, bool believed)
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:0", "SourceAddress"),
            ("Notifications:SourceAddresses:0", "203.0.113.7/32"),
            ("ForwardedHeaders:KnownProxies:0", proxy),
            ("ForwardedHeaders:KnownNetworks:0", network));
        host.RemoteAddress = IPAddress.Parse("10.0.0.1");
        var client = host.Anonymous;
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        var answer = await client.SendJsonAsync(HttpMethod.Post, Calls.CallbackPath(null), Calls.Notification("KYC Approved"));

        Assert.Equal(believed ? 200 : 401, answer.Status);
    }

    private static async Task<IReadOnlyList<string?>> EvidenceAsync(ApiHost host) =>
        [.. (await host.NotificationsAsync()).SelectMany(one => one.GetProperty("evidence").GetProperty("passed").EnumerateArray())
            .Select(check => check.GetString())];
}
