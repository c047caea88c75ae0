using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>Captured callbacks, sent again unchanged or with one change.</summary>
public sealed class ReplayTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private static readonly string Approved = Calls.Notification("KYC Approved");
    private static readonly string Rejected = Calls.Notification("KYC Rejected");

    [Fact]
    public async Task Twenty_Replays_At_Once_Are_One_Notification_And_One_Step()
    {
        await using var host = await WithUpgradeAsync();
        var captured = keys.Sign(Approved, host.Clock.GetUtcNow());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => captured.SendAsync(host)));

        Assert.All(answers, answer => Assert.Equal((200, "2000000"), (answer.Status, answer["responseCode"])));
        Assert.Equal(20, Assert.Single(await host.NotificationsAsync()).GetProperty("deliveries").GetInt32());
        Assert.Equal(["widgetIssued", "approved"], await HistoryAsync(host));
    }

    [Fact]
    public async Task An_Old_Rejection_That_Is_Replayed_Undoes_No_Approval()
    {
        await using var host = await WithUpgradeAsync();
        var old = keys.Sign(Rejected, host.Clock.GetUtcNow());
        await old.SendAsync(host);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await keys.Sign(Approved, host.Clock.GetUtcNow()).SendAsync(host);

        Assert.Equal(200, (await old.SendAsync(host)).Status);

        Assert.Equal("approved", await host.StatusOfAsync());
        Assert.Equal(["widgetIssued", "rejected", "approved"], await HistoryAsync(host));
        Assert.Equal([1, 2], (await host.NotificationsAsync()).Select(one => one.GetProperty("deliveries").GetInt32()));
    }

    [Fact]
    public async Task A_Captured_Approval_Approves_Nothing_Else()
    {
        await using var host = await WithUpgradeAsync();
        host.Finnet.Issues();
        await host.CreateAsync("another-reference", "081295288913");
        var captured = keys.Sign(Approved, host.Clock.GetUtcNow());

        var swapped = captured with
        {
            Body = Encoding.UTF8.GetBytes(
            Approved.Replace(Calls.Reference, "another-reference", StringComparison.Ordinal))
        };

        Assert.Equal(401, (await swapped.SendAsync(host)).Status);
        Assert.Equal(200, (await captured.SendAsync(host)).Status);
        Assert.Equal(("approved", "widgetIssued"), (await host.StatusOfAsync(), await host.StatusOfAsync("another-reference")));
    }

    /// <summary>The signature covers the text of the path, not its meaning.</summary>
    [Theory]
    [InlineData("/callbacks/finnet/kyc/")]
    [InlineData("/CALLBACKS/finnet/kyc")]
    [InlineData("/callbacks/finnet/kyc/" + TestSettings.PathToken)]
    public async Task A_Signature_Of_Another_Spelling_Of_The_Path_Does_Not_Fit(string path)
    {
        await using var host = await WithUpgradeAsync();
        var captured = keys.Sign(Approved, host.Clock.GetUtcNow());

        Assert.Equal(401, (await (captured with { Path = path }).SendAsync(host)).Status);
        Assert.Equal(
            401, (await (keys.Sign(Approved, host.Clock.GetUtcNow(), path) with { Path = FinnetKeys.Path }).SendAsync(host)).Status);
        Assert.Empty(await host.NotificationsAsync());
        Assert.Equal(200, (await captured.SendAsync(host)).Status);
    }

    [Theory]
    // Within the skew, up to MaxAge (Finnet's retries), and beyond; a recipe without the body only within the skew.
    [InlineData(SnapRecipe.BodyBound, 4, 200)]
    [InlineData(SnapRecipe.BodyBound, 24 * 60, 200)]
    [InlineData(SnapRecipe.BodyBound, (24 * 60) + 1, 401)]
    [InlineData(SnapRecipe.ClientId, 4, 200)]
    [InlineData(SnapRecipe.ClientId, 6, 401)]
    public async Task A_Captured_Callback_Grows_Old(SnapRecipe recipe, int minutes, int status)
    {
        await using var host = keys.Host(
            ("Notifications:Authentication:1", "PathToken"),
            ("Notifications:Snap:Recipe", recipe.ToString()),
            ("Notifications:Snap:ClientId", FinnetKeys.ClientId));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1000 - ManualClock.Start.Millisecond));
        var captured = keys.Sign(Approved, host.Clock.GetUtcNow(), Calls.CallbackPath(), recipe: recipe);
        Assert.Equal(200, (await captured.SendAsync(host)).Status);

        host.Clock.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal(status, (await captured.SendAsync(host)).Status);
        Assert.Equal(status == 200 ? 2 : 1, Assert.Single(await host.NotificationsAsync()).GetProperty("deliveries").GetInt32());
    }

    private async Task<ApiHost> WithUpgradeAsync()
    {
        var host = keys.Host();
        host.Finnet.Issues();
        await host.CreateAsync();
        return host;
    }

    private static async Task<IReadOnlyList<string?>> HistoryAsync(ApiHost host) =>
        [.. (await host.ReadUpgradeAsync()).Json.GetProperty("history").EnumerateArray()
            .Select(step => step.GetProperty("status").GetString())];
}
