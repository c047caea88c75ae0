using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Reading;

public sealed class ReadTests
{
    [Fact]
    public async Task An_Owner_And_Operators_Read_A_Record_And_Others_Do_Not()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        var own = await host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}");
        var ops = await host.Ops.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}");
        var others = await host.Other.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}");
        var unknown = await host.Other.GetAnswerAsync("/v1/account-upgrades/unknown-reference");

        Assert.Equal((200, FinnetStub.WidgetUrl, "no-store"), (own.Status, own["widgetUrl"], own.Headers["Cache-Control"]));
        Assert.Equal((200, FinnetStub.WidgetUrl), (ops.Status, ops["widgetUrl"]));
        Assert.Equal((404, "not-found"), (others.Status, others.Problem));
        Assert.Equal(unknown["detail"], others["detail"]);
    }

    [Fact]
    public async Task The_History_Says_Who_Said_What_When()
    {
        await using var host = new ApiHost();
        host.Finnet.BreaksAfterSending();
        await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        host.Finnet.Issues();
        await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.NotifyAsync("KYC Rejected", message: "blurred");

        var upgrade = await host.ReadUpgradeAsync();

        var history = upgrade.Json.GetProperty("history").EnumerateArray().ToList();
        Assert.Equal(["inDoubt", "widgetIssued", "rejected"], history.Select(step => Text(step, "status")));
        Assert.Equal(["finnetResponse", "finnetResponse", "kycNotification"], history.Select(step => Text(step, "source")));
        Assert.Equal([null, "2000000", null], history.Select(step => Text(step, "responseCode")));
        Assert.Equal(
            ["Finnet gave no complete answer: HttpRequestException.", FinnetStub.Message, "blurred"],
            history.Select(step => Text(step, "message")));
        Assert.Equal([0, 1, 2], history.Select(step => (step.GetProperty("at").GetDateTimeOffset() - ManualClock.Start).TotalSeconds));
        Assert.Equal(ManualClock.Start, upgrade.Json.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal(ManualClock.Start.AddSeconds(2), upgrade.Json.GetProperty("updatedAt").GetDateTimeOffset());
        Assert.Null(upgrade["widgetUrl"]);
    }

    [Fact]
    public async Task Reading_Shows_When_A_Widget_Has_Expired()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();

        var before = await host.ReadUpgradeAsync();
        host.Clock.Advance(TimeSpan.FromHours(1));
        var after = await host.ReadUpgradeAsync();

        Assert.Equal(("False", FinnetStub.WidgetUrl), (before["expired"], before["widgetUrl"]));
        Assert.Equal(("widgetIssued", "True", null), (after["status"], after["expired"], after["widgetUrl"]));
    }

    [Fact]
    public async Task A_Notification_Is_Read_With_Its_Raw_Bytes_And_Listed_Without()
    {
        await using var host = new ApiHost();
        var body = Calls.Notification("KYC Approved") + "  ";
        await host.CallbackAsync(body);

        var listed = Assert.Single(await host.NotificationsAsync());
        var read = await host.Ops.GetAnswerAsync("/v1/kyc-notifications/" + Text(listed, "id"));

        Assert.False(listed.TryGetProperty("rawBase64", out _));
        Assert.Equal(body, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(read["rawBase64"]!)));
        Assert.Equal(
            [
                "deliveries", "disposition", "evidence", "id", "kycMessage", "kycResponse", "lastReceivedAt", "merchantId",
                "partnerReferenceNo", "receivedAt",
            ],
            listed.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(404, (await host.Ops.GetAnswerAsync("/v1/kyc-notifications/unknown")).Status);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
