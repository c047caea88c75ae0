using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Authentic notifications that do not match their record: operators can see them.</summary>
public sealed class MismatchTests
{
    private const string OtherPhone = "6281295288913";

    [Theory]
    [InlineData(Calls.SentPhone, true)]
    [InlineData("081295288912", true)]
    [InlineData(OtherPhone, false)]
    public async Task Another_Phone_Is_Applied_Shown_And_Warned_Of(string phone, bool matches)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        Assert.Equal(200, (await host.NotifyAsync("KYC Approved", phone: phone)).Status);

        var evidence = Assert.Single(await host.NotificationsAsync()).GetProperty("evidence");
        Assert.Equal(
            (true, matches, true),
            (evidence.GetProperty("referenceKnown")
                .GetBoolean(), evidence.GetProperty("phoneMatches").GetBoolean(), evidence.GetProperty("merchantMatches").GetBoolean()));
        Assert.Equal("approved", await host.StatusOfAsync());
        var warnings = host.Logs.Own.Where(line => line.Level == LogLevel.Warning).ToList();
        Assert.Equal(matches ? 0 : 1, warnings.Count);
        Assert.All(
            warnings,
            line => Assert.Contains("another phone than the record of " + Calls.Reference, line.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Message.Contains(phone, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_Merchant_Is_Kept_As_Invalid_And_Warned_Of()
    {
        await using var host = new ApiHost();

        Assert.Equal(404, (await host.NotifyAsync("KYC Approved", merchant: "AGREE170725")).Status);

        var kept = Assert.Single(await host.NotificationsAsync("?disposition=invalid"));
        Assert.False(kept.GetProperty("evidence").GetProperty("merchantMatches").GetBoolean());
        Assert.Contains("4040008", Assert.Single(host.Logs.Own, line => line.Level == LogLevel.Warning).Message, StringComparison.Ordinal);
    }
}
