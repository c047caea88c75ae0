using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Security;

/// <summary>Each key name has its own limit of requests.</summary>
public sealed class CallerLimitTests
{
    // Far more than a rate of one with a burst of two allows, even on a slow machine.
    private const int Many = 60;

    [Fact]
    public async Task A_Name_Over_Its_Rate_Is_429_With_Retry_After_And_Others_Are_Not()
    {
        await using var host = ApiHost.With(("RateLimits:RequestsPerSecond", "1"));

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => host.Merchant.GetAnswerAsync("/v1/account-upgrades/none")));

        var refused = answers.Where(answer => answer.Status == 429).ToList();
        Assert.InRange(answers.Count(answer => answer.Status == 404), 1, Many - 1);
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.Equal("urn:finpay-linkage:problem:too-many-requests", answer["type"]));
        Assert.All(refused, answer => Assert.InRange(int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 60));
        Assert.Equal(404, (await host.Other.GetAnswerAsync("/v1/account-upgrades/none")).Status);
    }

    [Fact]
    public async Task Wrong_Keys_Get_401_And_Use_Up_Nothing()
    {
        await using var host = ApiHost.With(("RateLimits:RequestsPerSecond", "1"));

        var answers = await Task.WhenAll(
            Enumerable.Range(0, Many).Select(_ => host.Client("wrong").GetAnswerAsync("/v1/account-upgrades/none")));

        Assert.All(answers, answer => Assert.Equal(401, answer.Status));
        Assert.Equal(404, (await host.Merchant.GetAnswerAsync("/v1/account-upgrades/none")).Status);
    }

    [Fact]
    public async Task Authentic_Callbacks_And_Health_Are_Never_Limited()
    {
        await using var host = ApiHost.With(("RateLimits:RequestsPerSecond", "1"));

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => host.NotifyAsync("KYC Approved")));
        var health = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => host.Merchant.GetAnswerAsync("/health/live")));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.All(health, answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task Zero_Is_No_Limit()
    {
        await using var host = ApiHost.With(("RateLimits:RequestsPerSecond", "0"));

        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(
                Enumerable.Range(0, Many).Select(_ => host.Merchant.GetAnswerAsync("/v1/account-upgrades/none")));
            Assert.All(answers, answer => Assert.Equal(404, answer.Status));
        }
    }
}
