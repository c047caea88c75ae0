using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Creating;

/// <summary>An expiryTime that can't be right hides no widget: it is estimated, and the object says so.</summary>
public sealed class WidgetExpiryTests
{
    // 18:04:05.678 UTC is 01:04:05.678 of the next day in Jakarta.
    [Theory]
    [InlineData("tomorrow", "can't be read")]
    [InlineData("", "can't be read")]
    [InlineData("2026-03-02 01:04:05", "lies before its issue")]
    [InlineData("2026-03-01T18:04:05.678Z", "lies before its issue")]
    [InlineData("2024-11-01 14:01:10", "lies before its issue")]
    public async Task A_Wrong_Expiry_Is_Estimated_And_The_Url_Stays_For_That_Time(string expiryTime, string fault)
    {
        await using var host = ApiHost.With(("Upgrades:WidgetUrlLifetime", "02:00:00"));
        host.Finnet.Issues(expiryTime: expiryTime);
        var estimated = ManualClock.Start.AddHours(2);

        var answer = await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        await host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);
        var before = await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var after = await host.CreateAsync();
        await host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);

        Assert.Equal((201, FinnetStub.WidgetUrl, "False"), (answer.Status, answer["widgetUrl"], answer["expired"]));
        Assert.Equal((200, FinnetStub.WidgetUrl, "False"), (before.Status, before["widgetUrl"], before["expired"]));
        Assert.Equal((200, null, "True"), (after.Status, after["widgetUrl"], after["expired"]));
        Assert.All([answer, before, after, await host.ReadUpgradeAsync()], each => Assert.Equal(
            (estimated, "True"), (each.Json.GetProperty("expiryTime").GetDateTimeOffset(), each["expiryEstimated"])));
        var warning = Assert.Single(host.Logs.Own, line => line.Level == LogLevel.Warning && line.Id.Id == 1401);
        Assert.Contains(fault, warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("https", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-02 01:04:06", "2026-03-01T18:04:06Z")]
    [InlineData("02-03-2026 01:04:06", "2026-03-01T18:04:06Z")]
    [InlineData("2026/03/02 01:04:06", "2026-03-01T18:04:06Z")]
    [InlineData("1772388246", "2026-03-01T18:04:06Z")]
    [InlineData("1772388245679", "2026-03-01T18:04:05.679Z")]
    public async Task A_Right_Expiry_Is_Not_Estimated(string expiryTime, string expected)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues(expiryTime: expiryTime);

        var answer = await host.CreateAsync();

        Assert.Equal(201, answer.Status);
        Assert.Equal(
            DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            answer.Json.GetProperty("expiryTime").GetDateTimeOffset());
        Assert.Null(answer["expiryEstimated"]);
        Assert.DoesNotContain(host.Logs.Own, line => line.Id.Id == 1401);
    }

    [Fact]
    public async Task An_Expiry_Without_A_Zone_Has_The_Configured_One()
    {
        await using var host = ApiHost.With(("Finnet:TimeZone", "+08:00"));
        host.Finnet.Issues(expiryTime: "2026-03-02 03:04:06");

        var answer = await host.CreateAsync();

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 19, 4, 6, TimeSpan.Zero), answer.Json.GetProperty("expiryTime").GetDateTimeOffset());
    }

    public static TheoryData<string, string> OtherResults => new()
    {
        { "2000002", "approved" }, { "2000001", "rejected" }, { "2020000", "inProcess" },
    };

    [Theory]
    [MemberData(nameof(OtherResults))]
    public async Task A_Url_Beside_Another_Result_Is_In_The_Answer_To_That_Call_Alone(string code, string status)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(200, Body(code, FinnetStub.WidgetUrl, "2026-03-02 03:04:05"));

        var answer = await host.CreateAsync();
        var read = await host.ReadUpgradeAsync();

        Assert.Equal((200, status, FinnetStub.WidgetUrl), (answer.Status, answer["status"], answer["widgetUrl"]));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 20, 4, 5, TimeSpan.Zero), answer.Json.GetProperty("expiryTime").GetDateTimeOffset());
        Assert.Equal((status, null, null, null), (read["status"], read["widgetUrl"], read["expiryTime"], read["expired"]));
        if (code != "2020000")
            Assert.Null((await host.CreateAsync())["widgetUrl"]);
    }

    [Theory]
    [MemberData(nameof(OtherResults))]
    public async Task An_Unusable_Url_Beside_Another_Result_Is_Left_Out(string code, string status)
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(200, Body(code, "http://demos.finnet.co.id/widget", "2026-03-02 03:04:05"));

        var answer = await host.CreateAsync();

        Assert.Equal((200, status, null, null), (answer.Status, answer["status"], answer["widgetUrl"], answer["expiryTime"]));
    }

    [Fact]
    public async Task A_Url_Beside_Another_Result_Without_An_Expiry_Is_Estimated()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers(200, Body("2020000", FinnetStub.WidgetUrl, ""));

        var answer = await host.CreateAsync();

        Assert.Equal((FinnetStub.WidgetUrl, "True"), (answer["widgetUrl"], answer["expiryEstimated"]));
        Assert.Equal(ManualClock.Start.AddDays(1), answer.Json.GetProperty("expiryTime").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_Notification_That_Overtook_The_Answer_Leaves_Its_Url_Out()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;
        await host.NotifyAsync("KYC Approved");
        held.Answers(Body("2000002", FinnetStub.WidgetUrl, "2026-03-02 03:04:05"), 200);

        var answer = await calling;

        Assert.Equal((200, "approved", null), (answer.Status, answer["status"], answer["widgetUrl"]));
    }

    private static string Body(string code, string widgetUrl, string expiryTime) =>
        $$"""{"responseCode":"{{code}}","responseMessage":"ok","widgetUrl":"{{widgetUrl}}","expiryTime":"{{expiryTime}}"}""";
}
