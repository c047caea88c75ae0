using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>Whatever is thrown while Finnet is asked: the lease ends at once, in doubt if anything may have left.</summary>
public sealed class UnforeseenFailureTests
{
    [Theory]
    [InlineData(false, 3, 503, "finnet-unavailable", "requested")]
    [InlineData(true, 1, 504, "finnet-timeout", "inDoubt")]
    public async Task A_Handler_That_Throws_Anything_Ends_The_Attempt(
        bool afterSending, int times, int status, string problem, string stored)
    {
        await using var host = new ApiHost();
        for (var attempt = 0; attempt < times; attempt++)
            host.Finnet.ThrowsAnything(afterSending);
        host.Finnet.Issues();

        var answer = await host.CreateAsync();
        var found = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((status, problem, stored), (answer.Status, answer.Problem, found));
        Assert.Equal(201, again.Status);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Own, line => line.Message.Contains("planted", StringComparison.Ordinal));
        Assert.Contains(host.Logs.Own, line => line.Message.Contains("InvalidOperationException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Failure_Of_The_Client_Itself_After_Sending_Is_In_Doubt_And_500()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("4000001").Answers("2000002");
        host.Logs.Keeps = line => line.Id.Id == 2001 ? throw new InvalidOperationException("planted: the log is full") : true;

        var answer = await host.CreateAsync();
        var stored = await host.StatusOfAsync();
        var again = await host.CreateAsync();

        Assert.Equal((500, "internal-error", "inDoubt"), (answer.Status, answer.Problem, stored));
        Assert.Equal((200, "approved"), (again.Status, again["status"]));
    }

    [Fact]
    public async Task A_Request_That_Can_Not_Be_Written_Was_Not_Sent()
    {
        await using var host = new ApiHost();
        Assert.True(PhoneNumber.TryParse(Calls.Phone, out var phone));
        var request = new UpgradeWidgetRequest { PartnerReferenceNo = Calls.Reference, PhoneNo = phone, RedirectFinalUrl = "" };

        var merchant = host.Services.GetRequiredService<MerchantRing>().All[0];
        await Assert.ThrowsAsync<ArgumentException>(
            () => host.Services.GetRequiredService<UpgradeService>().CreateAsync(request, "shop", merchant));

        Assert.Equal("requested", await host.StatusOfAsync());
        Assert.Empty(host.Finnet.Sent);
    }
}
