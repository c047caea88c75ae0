using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>Notifications that come before, beside or instead of the answer.</summary>
public sealed class OvertakingTests
{
    [Theory]
    [InlineData("KYC Approved", "approved")]
    [InlineData("KYC Rejected", "rejected")]
    public async Task A_Notification_That_Overtakes_The_Widget_Wins(string response, string status)
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;

        var notified = await host.NotifyAsync(response);
        held.Issues();
        var answer = await calling;

        Assert.Equal(200, notified.Status);
        Assert.Equal((200, status, null, null), (answer.Status, answer["status"], answer["widgetUrl"], answer["expired"]));
        Assert.Equal("applied", Assert.Single(await host.NotificationsAsync()).GetProperty("disposition").GetString());
        Assert.Equal(200, (await host.CreateAsync()).Status);
    }

    [Theory]
    [InlineData("4000001")]
    [InlineData("4090001")]
    [InlineData("5000000")]
    public async Task A_Notification_That_Overtakes_A_Failure_Wins(string code)
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;

        await host.NotifyAsync("KYC Approved");
        held.Answers(code);
        var answer = await calling;

        Assert.Equal((200, "approved"), (answer.Status, answer["status"]));
    }

    [Fact]
    public async Task A_Notification_Settles_What_Is_In_Doubt()
    {
        await using var host = new ApiHost();
        host.Finnet.BreaksAfterSending();
        Assert.Equal(504, (await host.CreateAsync()).Status);

        await host.NotifyAsync("KYC Approved");
        var again = await host.CreateAsync();

        Assert.Equal((200, "approved", "true"), (again.Status, again["status"], again.Headers["Idempotent-Replayed"]));
        Assert.Single(host.Finnet.Sent);
    }

    [Theory]
    [InlineData("4090001")]
    [InlineData("2020000")]
    [InlineData("2000001")]
    [InlineData("2000002")]
    public async Task An_Orphan_Is_Adopted_When_Finnet_Says_That_It_Knows_The_Reference(string code)
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved", message: "welcome");
        Assert.Equal("orphan", Assert.Single(await host.NotificationsAsync()).GetProperty("disposition").GetString());
        host.Finnet.Answers(code);

        var answer = await host.CreateAsync();

        Assert.Equal((200, "approved"), (answer.Status, answer["status"]));
        Assert.Equal(
            code == "2000002" ? "duplicate" : "applied",
            Assert.Single(await host.NotificationsAsync()).GetProperty("disposition").GetString());
        var history = (await host.ReadUpgradeAsync()).Json.GetProperty("history").EnumerateArray().ToList();
        string[] sources = code == "2000002" ? ["finnetResponse"] : ["finnetResponse", "kycNotification"];
        Assert.Equal(sources, history.Select(step => step.GetProperty("source").GetString()));
        Assert.Equal(code == "2000002" ? FinnetStub.Message : "welcome", history[^1].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("2000000", "widgetIssued")]
    [InlineData("4000001", "failed")]
    [InlineData("5000000", "inDoubt")]
    public async Task An_Orphan_Stays_One_After_Any_Other_Answer(string code, string status)
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved");
        if (code == "2000000")
            host.Finnet.Issues();
        else
            host.Finnet.Answers(code);

        await host.CreateAsync();

        Assert.Equal(status, await host.StatusOfAsync());
        Assert.Equal("orphan", Assert.Single(await host.NotificationsAsync()).GetProperty("disposition").GetString());
    }

    [Theory]
    [InlineData(Calls.SentPhone, "applied")]
    [InlineData("6281295288913", "orphan")]
    [InlineData("", "orphan")]
    public async Task An_Orphan_Is_Adopted_Only_When_The_Phone_Agrees(string phone, string disposition)
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Rejected", phone: phone);
        host.Finnet.Answers("2020000");

        await host.CreateAsync();

        Assert.Equal(disposition, Assert.Single(await host.NotificationsAsync()).GetProperty("disposition").GetString());
        Assert.Equal(disposition == "applied" ? "rejected" : "inProcess", await host.StatusOfAsync());
    }

    [Theory]
    [InlineData("KYC Approved", "approved")]
    [InlineData("KYC Rejected", "rejected")]
    public async Task A_Planted_Early_Notification_Stays_An_Orphan_And_Does_Not_Swallow_The_Honest_One(string response, string status)
    {
        await using var host = new ApiHost();
        await host.NotifyAsync(response);
        host.Finnet.Issues();
        await host.CreateAsync();
        Assert.Equal("orphan", Assert.Single(await host.NotificationsAsync()).GetProperty("disposition").GetString());
        Assert.Equal("widgetIssued", await host.StatusOfAsync());

        // The same bytes count as the same notification as the planted one, and now the record exists.
        await host.NotifyAsync(response);
        await host.NotifyAsync(response);

        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal(("applied", 3), (kept.GetProperty("disposition").GetString(), kept.GetProperty("deliveries").GetInt32()));
        Assert.True(kept.GetProperty("evidence").GetProperty("referenceKnown").GetBoolean());
        Assert.Equal(status, await host.StatusOfAsync());
        Assert.Equal(2, (await host.ReadUpgradeAsync()).Json.GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task An_Orphan_That_Comes_Again_Without_A_Record_Stays_One()
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved");

        await host.NotifyAsync("KYC Approved");

        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal(("orphan", 2), (kept.GetProperty("disposition").GetString(), kept.GetProperty("deliveries").GetInt32()));
    }

    [Fact]
    public async Task A_Notification_Settles_Other_Records_On_Process_Of_The_Same_Phone()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Answers("2020000").Answers("2020000");
        await host.CreateAsync("first-reference");
        await host.CreateAsync("second-reference");
        await host.CreateAsync("foreign-reference", "081295288913");

        await host.NotifyAsync("KYC Approved", "first-reference", "welcome");

        Assert.Equal("approved", await host.StatusOfAsync("first-reference"));
        Assert.Equal("inProcess", await host.StatusOfAsync("foreign-reference"));
        var second = await host.ReadUpgradeAsync("second-reference");
        Assert.Equal("approved", second["status"]);
        var step = second.Json.GetProperty("history").EnumerateArray().Last();
        Assert.Equal(
            ("first-reference", "kycNotification", "welcome"),
            (step.GetProperty("viaReference").GetString(), step.GetProperty("source").GetString(), step.GetProperty("message")
                .GetString()));
        Assert.False((await host.ReadUpgradeAsync("first-reference")).Json.GetProperty("history").EnumerateArray().Last()
            .TryGetProperty("viaReference", out var _));
    }

    [Fact]
    public async Task A_Notification_Leaves_Other_Open_Widgets_Of_The_Same_Phone_Alone()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Issues();
        await host.CreateAsync("first-reference");
        await host.CreateAsync("second-reference");

        await host.NotifyAsync("KYC Approved", "first-reference");

        Assert.Equal("widgetIssued", await host.StatusOfAsync("second-reference"));
    }
}
