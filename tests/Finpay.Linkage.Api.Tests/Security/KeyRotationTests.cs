using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Security;

/// <summary>Keys are replaced while the service runs.</summary>
public sealed class KeyRotationTests
{
    private const string NewKey = "merchant-key-0009-nnnnnnnnnnnnnnnn";

    [Fact]
    public async Task A_Second_Key_Of_The_Same_Name_Reads_What_The_First_Created()
    {
        await using var host = ApiHost.With(
            ("ApiKeys:3:Name", "shop"), ("ApiKeys:3:Sha256", TestSettings.Sha256(NewKey)), ("ApiKeys:3:Role", "merchant"));
        host.Finnet.Issues();
        await host.CreateAsync();

        Assert.Equal(200, (await host.Client(NewKey).GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}")).Status);
        Assert.Equal(404, (await host.Other.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}")).Status);
    }

    [Fact]
    public async Task A_Changed_Configuration_Counts_Without_A_Restart()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        Change(host, ("ApiKeys:0:Sha256", TestSettings.Sha256(NewKey)));

        Assert.Equal(401, (await host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}")).Status);
        Assert.Equal(200, (await host.Client(NewKey).GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}")).Status);
        Assert.Contains(host.Logs.Own, line => line.Message.Contains("3 are in force", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ApiKeys:0:Sha256", "not a hash")]
    [InlineData("ApiKeys:0:Role", "king")]
    [InlineData("ApiKeys:1:Name", "")]
    public async Task Wrong_Keys_Are_Told_And_Those_Before_Stay(string key, string value)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        Change(host, (key, value));

        Assert.Equal(200, (await host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}")).Status);
        Assert.Contains(host.Logs.Own, line => line.Message.Contains("those before stay in force", StringComparison.Ordinal)
            && line.Message.Contains(key, StringComparison.Ordinal)
            && !line.Message.Contains("can't start", StringComparison.Ordinal));
    }

    private static void Change(ApiHost host, (string Key, string Value) change)
    {
        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration[change.Key] = change.Value;
        configuration.Reload();
    }
}
