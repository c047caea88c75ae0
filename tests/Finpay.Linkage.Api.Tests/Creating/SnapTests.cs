using System.Security.Cryptography;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>Create calls with SNAP B2B authentication towards Finnet.</summary>
public sealed class SnapTests : IDisposable
{
    private const string TokenPath = "/v1.0/access-token/b2b";
    private const string Token =
        """
        {"responseCode":"2007300","responseMessage":"Successful",
        "accessToken":"planted-token","tokenType":"Bearer","expiresIn":"900"}
        """;

    private readonly string keyFile = Path.GetTempFileName();

    public SnapTests()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => File.Delete(keyFile);

    [Fact]
    public async Task A_Token_Is_Fetched_And_The_Widget_Asked_For()
    {
        await using var host = Host();
        host.Finnet.Answers(200, Token).Issues().Issues();

        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.Equal(201, (await host.CreateAsync("second-reference")).Status);

        Assert.Equal(
            [TokenPath, "/api/v1.0/upgrade-account-widget", "/api/v1.0/upgrade-account-widget"],
            host.Finnet.Sent.Select(request => request.Url.AbsolutePath));
    }

    [Fact]
    public async Task Without_A_Token_It_Is_503_With_Finnets_Reason_And_Asked_Again()
    {
        await using var host = Host();
        host.Finnet.Answers("5007300", "General Error").Answers(200, Token).Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((503, "finnet-unavailable", "requested"), (answer.Status, answer.Problem, stored));
        Assert.Equal("5007300", answer.Json.GetProperty("finnet").GetProperty("responseCode").GetString());
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(201, again.Status);
        Assert.Equal(3, host.Finnet.Sent.Count);
    }

    [Fact]
    public async Task Refused_Credentials_Are_A_Failure_Of_Their_Own_And_Asked_Again()
    {
        await using var host = Host();
        host.Finnet.Answers("4017300", "Unauthorized. [Signature]").Answers(200, Token).Issues();

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((502, "finnet-credentials", "requested"), (answer.Status, answer.Problem, stored));
        Assert.Equal("4017300", answer.Json.GetProperty("finnet").GetProperty("responseCode").GetString());
        Assert.False(answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(201, again.Status);
        Assert.Equal(3, host.Finnet.Sent.Count);
        var error = Assert.Single(host.Logs.Own, line => line.Level == LogLevel.Error);
        Assert.Contains("4017300", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4017300", "finnet-credentials", 22)]
    [InlineData("5007300", "finnet-unavailable", 20)]
    public async Task A_Lack_Of_Tokens_Opens_The_Circuit_Unless_Our_Credentials_Are_Refused(string code, string problem, int asked)
    {
        await using var host = Host();
        for (var call = 0; call < 22; call++)
        {
            if (call < asked)
                host.Finnet.Answers(code);
            var answer = await host.CreateAsync($"reference-{call:00000}");
            Assert.Equal(problem, answer.Problem);
        }

        Assert.Equal(asked, host.Finnet.Sent.Count);
    }

    [Fact]
    public async Task A_Duplicate_Reference_Is_None_Because_A_First_Answer_Refused_The_Token()
    {
        await using var host = Host();
        host.Finnet.Answers(200, Token).Answers("4010001").Answers(200, Token).Answers("4090001");

        var answer = await host.CreateAsync();

        // A refused token means that our first attempt was not processed, so the duplicate is not ours.
        Assert.Equal((409, "duplicate-reference", "failed"), (answer.Status, answer.Problem, await host.StatusOfAsync()));
    }

    private ApiHost Host() => ApiHost.With(
        ("Finnet:Authentication", "SnapB2B"),
        ("Finnet:Snap:ClientId", "client-1"),
        ("Finnet:Snap:ClientSecret", "planted-client-secret"),
        ("Finnet:Snap:PrivateKeyPath", keyFile),
        ("Finnet:Snap:PartnerId", "PARTNER-1"),
        ("Finnet:Snap:ChannelId", "95051"),
        ("Finnet:Snap:Origin", "shop.example"));
}
