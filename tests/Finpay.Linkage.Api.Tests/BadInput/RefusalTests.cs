using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>Refusals by the framework, as problems of the service.</summary>
public sealed class RefusalTests : IClassFixture<ApiHost>
{
    private static readonly string[] ProblemMembers = ["detail", "status", "title", "traceId", "type"];
    private readonly ApiHost host;

    public RefusalTests(ApiHost host) => this.host = host;

    public static TheoryData<string, string> V1Routes => new()
    {
        { "POST", "/v1/account-upgrades" },
        { "GET", "/v1/account-upgrades" },
        { "GET", "/v1/account-upgrades/202411011441000012" },
        { "POST", "/v1/account-upgrades/search" },
        { "GET", "/v1/kyc-notifications" },
        { "GET", "/v1/kyc-notifications/0192e6c5-1a2b-7c3d-8e4f-5a6b7c8d9e0f" },
    };

    [Theory]
    [MemberData(nameof(V1Routes))]
    public async Task Without_A_Key_It_Is_401(string method, string path)
    {
        var answer = await host.Anonymous.SendJsonAsync(new HttpMethod(method), path, """{"phoneNo":"081295288912"}""");

        AssertProblem(answer, 401, "unauthorized");
        Assert.Equal("ApiKey", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("merchant-key-0001-aaaaaaaaaaaaaaab")]
    [InlineData("MERCHANT-KEY-0001-AAAAAAAAAAAAAAAA")]
    [InlineData("merchant-key-0001-aaaaaaaaaaaaaaaa,merchant-key-0001-aaaaaaaaaaaaaaaa")]
    [InlineData("x")]
    public async Task With_A_Wrong_Key_It_Is_401(string key)
    {
        AssertProblem(await host.Client(key).CreateAsync("""{"phoneNo":"081295288912"}"""), 401, "unauthorized");
    }

    [Fact]
    public async Task Two_Keys_Or_A_Huge_One_Are_401()
    {
        var two = host.Merchant;
        two.DefaultRequestHeaders.Add("X-Api-Key", TestSettings.OpsKey);

        AssertProblem(await two.GetAnswerAsync("/v1/account-upgrades"), 401, "unauthorized");
        AssertProblem(await host.Client(new string('k', 4000)).GetAnswerAsync("/v1/account-upgrades"), 401, "unauthorized");
    }

    [Theory]
    [InlineData("GET", "/v1/account-upgrades")]
    [InlineData("POST", "/v1/account-upgrades/search")]
    [InlineData("GET", "/v1/kyc-notifications")]
    [InlineData("GET", "/v1/kyc-notifications/0192e6c5")]
    public async Task Operators_Routes_Are_403_For_Merchants(string method, string path)
    {
        AssertProblem(await host.Merchant.SendJsonAsync(new HttpMethod(method), path, """{"phoneNo":"081295288912"}"""), 403, "forbidden");
        Assert.NotEqual(403, (await host.Ops.SendJsonAsync(new HttpMethod(method), path, """{"phoneNo":"081295288912"}""")).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/account-upgrades/a/b")]
    [InlineData("/.env")]
    [InlineData("/v1/account-upgrades/unknown-reference")]
    [InlineData("/v1/account-upgrades/%0a%20%22")]
    public async Task What_Is_Not_There_Is_404(string path) => AssertProblem(await host.Merchant.GetAnswerAsync(path), 404, "not-found");

    [Theory]
    [InlineData("DELETE", "/v1/account-upgrades")]
    [InlineData("PUT", "/v1/account-upgrades/202411011441000012")]
    [InlineData("POST", "/v1/kyc-notifications")]
    [InlineData("DELETE", "/health/live")]
    public async Task Another_Method_Is_405(string method, string path)
    {
        var answer = await host.Ops.SendJsonAsync(new HttpMethod(method), path, "{}");

        AssertProblem(answer, 405, "method-not-allowed");
        Assert.True(answer.Headers.ContainsKey("Allow"));
    }

    [Fact]
    public async Task A_Lost_Database_Is_503_And_Says_When_To_Come_Back()
    {
        await using var broken = new ApiHost();
        var merchant = broken.Merchant;
        broken.ExecuteSql("DROP TABLE upgrade_history; DROP TABLE upgrades");

        var created = await merchant.CreateAsync("""{"phoneNo":"081295288912","partnerReferenceNo":"202411011441000012"}""");
        Assert.Equal((503, "store-unavailable", "202411011441000012"), (created.Status, created.Problem, created["partnerReferenceNo"]));
        Assert.Equal("5", created.Headers["Retry-After"]);
        var read = await broken.Ops.GetAnswerAsync("/v1/account-upgrades");

        AssertProblem(read, 503, "store-unavailable");
        Assert.Equal("5", read.Headers["Retry-After"]);
        Assert.Empty(broken.Finnet.Sent);
    }

    [Fact]
    public async Task Health_Needs_No_Key_And_Ready_Notices_A_Lost_Database()
    {
        await using var broken = new ApiHost();
        var probe = broken.Anonymous;
        Assert.Equal((200, "healthy"), await HealthAsync("ready"));

        broken.ExecuteSql("DROP TABLE schema_version");

        Assert.Equal((503, "unhealthy"), await HealthAsync("ready"));
        Assert.Equal((200, "healthy"), await HealthAsync("live"));

        async Task<(int, string?)> HealthAsync(string kind)
        {
            var answer = await probe.GetAnswerAsync("/health/" + kind);
            return (answer.Status, answer["status"]);
        }
    }

    private static void AssertProblem(Answer answer, int status, string kind)
    {
        Assert.Equal(
            (status, "application/problem+json", $"urn:finpay-linkage:problem:{kind}"), (answer.Status, answer.MediaType, answer["type"]));
        Assert.Equal(ProblemMembers, answer.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(answer["title"]));
        Assert.False(string.IsNullOrEmpty(answer["detail"]));
        Assert.Matches("^[0-9a-f]{32}$", answer["traceId"]!);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }
}
