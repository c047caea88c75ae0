using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>A value that can't be decrypted is left out and said to be unreadable; the rest is answered.</summary>
public sealed class UnreadableTests
{
    private const string Damage = "x'026b390000000000000000000000000000000000000000000000000000000000'";

    [Fact]
    public async Task A_Widget_Url_Is_Left_Out_When_It_Is_Read_Listed_And_Replayed()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.ExecuteSql($"UPDATE upgrades SET widget_url = {Damage}");

        var read = await host.ReadUpgradeAsync();
        var listed = Assert.Single((await host.Ops.GetAnswerAsync("/v1/account-upgrades")).Items);
        var replayed = await host.CreateAsync();

        Assert.Equal((200, 200), (read.Status, replayed.Status));
        Assert.All([read.Json, listed, replayed.Json], one =>
        {
            Assert.Equal((false, true, "widgetIssued"), (Has(one, "widgetUrl"), IsUnreadable(one), one.GetProperty("status").GetString()));
            Assert.True(Has(one, "expiryTime"));
        });
    }

    [Theory]
    [InlineData("upgrade_history", "message", 0)]
    [InlineData("notifications", "kyc_message", 1)]
    public async Task Only_The_Line_Of_The_History_Is_Without_Its_Message(string table, string column, int line)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved");
        host.ExecuteSql($"UPDATE {table} SET {column} = {Damage}");

        var read = await host.ReadUpgradeAsync();

        Assert.Equal((200, "approved"), (read.Status, read["status"]));
        var history = read.Json.GetProperty("history").EnumerateArray().ToList();
        Assert.Equal((false, true), (Has(history[line], "message"), IsUnreadable(history[line])));
        Assert.Equal((true, false), (Has(history[1 - line], "message"), IsUnreadable(history[1 - line])));
        Assert.False(IsUnreadable(read.Json));
    }

    [Fact]
    public async Task Only_The_Notification_Is_Without_Its_Message_And_Its_Bytes()
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved", "damaged-reference");
        await host.NotifyAsync("KYC Approved", "whole-reference");
        host.ExecuteSql($"UPDATE notifications SET kyc_message = {Damage} WHERE partner_reference_no = 'damaged-reference'");

        var (damaged, whole) = await ReadInboxAsync(host);
        Assert.Equal((false, true), (Has(damaged, "kycMessage"), IsUnreadable(damaged)));
        Assert.Equal((true, false), (Has(whole, "kycMessage"), IsUnreadable(whole)));
        var item = await ItemAsync(host, damaged);
        Assert.Equal((false, true, true), (Has(item, "kycMessage"), Has(item, "rawBase64"), IsUnreadable(item)));

        host.ExecuteSql(
            $"UPDATE notifications SET raw = {Damage}, kyc_message = NULL WHERE partner_reference_no = 'damaged-reference'");
        item = await ItemAsync(host, damaged);
        Assert.Equal((false, true, "orphan"), (Has(item, "rawBase64"), IsUnreadable(item), item.GetProperty("disposition").GetString()));
        Assert.False(IsUnreadable(await ItemAsync(host, whole)));
    }

    [Fact]
    public async Task Only_The_Line_Of_The_Audit_Is_Without_Its_Reason()
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved");
        host.Finnet.Issues();
        await host.CreateAsync();
        var id = Assert.Single(await host.NotificationsAsync()).GetProperty("id").GetString();
        var applied = await host.Ops.SendJsonAsync(
            HttpMethod.Post, $"/v1/kyc-notifications/{id}/apply", """{"outcome":"approved","reason":"because"}""");
        Assert.Equal(200, applied.Status);
        host.ExecuteSql($"UPDATE audit SET reason = {Damage} WHERE reason IS NOT NULL");

        var lines = (await host.Ops.GetAnswerAsync("/v1/audit")).Items;

        var line = Assert.Single(lines, IsUnreadable);
        Assert.Equal((false, "applyNotification"), (Has(line, "reason"), line.GetProperty("action").GetString()));
    }

    private static bool Has(JsonElement one, string member) => one.TryGetProperty(member, out _);

    private static bool IsUnreadable(JsonElement one) => one.TryGetProperty("unreadable", out var value) && value.GetBoolean();

    private static async Task<(JsonElement Damaged, JsonElement Whole)> ReadInboxAsync(ApiHost host)
    {
        var all = await host.NotificationsAsync();
        return (all.Single(one => one.GetProperty("partnerReferenceNo").GetString() == "damaged-reference"),
            all.Single(one => one.GetProperty("partnerReferenceNo").GetString() == "whole-reference"));
    }

    private static async Task<JsonElement> ItemAsync(ApiHost host, JsonElement listed) =>
        (await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{listed.GetProperty("id").GetString()}")).Json;
}
