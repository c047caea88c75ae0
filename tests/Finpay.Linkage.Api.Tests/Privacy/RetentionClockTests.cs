using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>A wrong clock removes nothing.</summary>
public sealed class RetentionClockTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    [PostgresFact]
    public async Task With_PostgreSql_An_Instance_Whose_Clock_Is_Ahead_Or_Behind_Does_As_The_Server_Says()
    {
        foreach (var error in new[] { TimeSpan.FromMinutes(61), Year, -Year })
        {
            using var database = new PostgresTestDatabase();
            await using var host = RetentionTests.ByHandOn(database);
            var expires = ManualClock.Start.AddHours(1);
            await host.StatusOfAsync();
            host.Clock.AdjustTime(host.Clock.GetUtcNow() + error);
            host.Finnet.Issues(expiryTime: expires.ToString("O")).Answers("2020000");
            var created = await host.CreateAsync();
            await host.CreateAsync("inprocess-1", "081200000001");
            await host.NotifyAsync("KYC Approved", "orphan-0001");
            await host.NotifyAsync("KYC Rejected", "inprocess-1", phone: "6281200000001");

            await RetentionTests.RunAsync(host);

            Assert.Equal((201, expires, null), (created.Status, Expiry(created), created["expiryEstimated"]));
            var replayed = await host.CreateAsync();
            Assert.Equal((FinnetStub.WidgetUrl, "False"), (replayed["widgetUrl"], replayed["expired"]));
            var read = await host.ReadUpgradeAsync();
            Assert.Equal((FinnetStub.WidgetUrl, "False"), (read["widgetUrl"], read["expired"]));
            Assert.Equal(
                "False",
                (await host.Ops.GetAnswerAsync("/v1/account-upgrades?status=widgetIssued")).Items[0].GetProperty("expired").ToString());
            Assert.Single(host.Bytes("upgrades", "widget_url"));
            Assert.Single(host.Bytes("notifications", "raw", "orphan-0001"));
            Assert.Equal([0L], host.Query<long>("SELECT count(*) FROM upgrades WHERE redacted_at IS NOT NULL"));
            var start = ManualClock.Start.ToUnixTimeMilliseconds();
            Assert.Equal([start], host.Query<long>("SELECT DISTINCT updated_at FROM upgrades"));
            Assert.Equal([start], host.Query<long>("SELECT DISTINCT last_received_at FROM notifications"));
            Assert.Equal([start], host.Query<long>("SELECT DISTINCT at FROM audit"));

            // The server's hour is over.
            database.SetClock(expires);
            await RetentionTests.RunAsync(host);
            Assert.Equal("True", (await host.ReadUpgradeAsync())["expired"]);
            Assert.Empty(host.Bytes("upgrades", "widget_url"));
        }

        static DateTimeOffset Expiry(Answer answer) => answer.Json.GetProperty("expiryTime").GetDateTimeOffset();
    }

    [Theory]
    [InlineData(61)]
    [InlineData(366 * 24 * 60)]
    [InlineData(-61)]
    public async Task After_A_Jump_It_Waits_Until_The_Clock_Has_Agreed_With_Itself_For_A_Day(int minutes)
    {
        await using var host = await WithWorkAsync();
        await RetentionTests.RunAsync(host);
        host.Clock.AdjustTime(host.Clock.GetUtcNow().AddMinutes(minutes));

        await RetentionTests.RunAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await RetentionTests.RunAsync(host);

        Assert.True(IsAllThere(host));
        Assert.Single(host.Logs.Own, line => line.Id.Id == 1206);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await RetentionTests.RunAsync(host);
        Assert.Empty(host.Bytes("upgrades", "widget_url"));
    }

    [Fact]
    public async Task A_Second_Jump_Begins_The_Day_Again_And_A_Correction_Of_Seconds_Does_Not()
    {
        await using var host = await WithWorkAsync();
        host.Clock.AdjustTime(host.Clock.GetUtcNow() + Year);
        await RetentionTests.RunAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(20));
        host.Clock.AdjustTime(host.Clock.GetUtcNow() - Year);
        await RetentionTests.RunAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(20));
        host.Clock.AdjustTime(host.Clock.GetUtcNow().AddSeconds(30));
        await RetentionTests.RunAsync(host);
        Assert.True(IsAllThere(host));

        host.Clock.Advance(TimeSpan.FromHours(4));
        await RetentionTests.RunAsync(host);

        Assert.Empty(host.Bytes("upgrades", "widget_url"));
        Assert.Single(host.Bytes("upgrades", "phone_no"));
    }

    [Theory]
    [InlineData(49, true)]
    [InlineData(366 * 24, true)]
    [InlineData(-49, true)]
    [InlineData(47, false)]
    public async Task After_A_Restart_The_Last_Run_Is_Compared(int hours, bool waits)
    {
        await using var first = (await WithWorkAsync()).KeepingData();
        await RetentionTests.RunAsync(first);
        await first.DisposeAsync();
        await using var next = Next(first, TimeSpan.FromHours(hours)).KeepingData();

        await RetentionTests.RunAsync(next);

        Assert.Equal((waits, waits ? 1 : 0), (IsAllThere(next), next.Logs.Own.Count(line => line.Id.Id == 1206)));
        // The day goes on in the next process.
        next.Clock.Advance(TimeSpan.FromHours(12));
        await RetentionTests.RunAsync(next);
        Assert.Equal(waits, IsAllThere(next));
        await next.DisposeAsync();
        await using var last = Next(next, TimeSpan.Zero);
        await RetentionTests.RunAsync(last);
        Assert.Equal(waits, IsAllThere(last));
        last.Clock.Advance(TimeSpan.FromHours(12));
        await RetentionTests.RunAsync(last);
        // By a clock that went back the widget has not expired.
        Assert.Equal(hours < 0, IsAllThere(last));
    }

    [Theory]
    [InlineData(0, 61, true)]
    [InlineData(25, -61, true)]
    [InlineData(0, 366 * 24 * 60, true)]
    [InlineData(25, 0, false)]
    [InlineData(24 * 3, 0, false)]
    public async Task A_Clock_That_Is_Wrong_At_A_Start_Is_Noticed_While_The_Machine_Runs(int hoursBetween, int minutesWrong, bool waits)
    {
        await using var first = (await WithWorkAsync()).KeepingData();
        await first.DisposeAsync();
        await using var next = first.Successor().Replacing(RetentionTests.WithoutJob);
        next.Clock.Advance(TimeSpan.FromHours(hoursBetween));
        next.Clock.AdjustTime(next.Clock.GetUtcNow().AddMinutes(minutesWrong));

        await RetentionTests.RunAsync(next);

        Assert.Equal((waits, waits ? 1 : 0), (IsAllThere(next), next.Logs.Own.Count(line => line.Id.Id == 1206)));
        // What lies between two processes is no time in which the clock agreed.
        next.Clock.Advance(TimeSpan.FromHours(23));
        await RetentionTests.RunAsync(next);
        Assert.Equal(waits, IsAllThere(next));
    }

    [Fact]
    public async Task The_Time_Is_Stored_At_The_Start_So_That_A_Wrong_Clock_Is_Noticed_Before_The_First_Run()
    {
        await using var first = new ApiHost().KeepingData();
        first.Finnet.Issues();
        await first.CreateAsync();
        while (first.Query<long>("SELECT count(*) FROM retention_clock") is [0])
            await Task.Yield();
        await first.DisposeAsync();
        await using var next = Next(first, Year);

        await RetentionTests.RunAsync(next);

        Assert.True(IsAllThere(next));
    }

    [Fact]
    public async Task A_Lease_That_A_Wrong_Clock_Gave_Holds_Up_Neither_A_Call_Nor_Retention()
    {
        await using var host = RetentionTests.ByHand();
        host.Finnet.Answers("2020000");
        await host.CreateAsync();
        LeaseFarAhead();
        host.Finnet.Answers("2020000");

        Assert.Equal((200, "inProcess"), ((await host.CreateAsync()).Status, await host.StatusOfAsync()));

        LeaseFarAhead();
        host.Clock.Advance(Year);
        await RetentionTests.RunAsync(host);
        Assert.NotNull((await host.ReadUpgradeAsync())["redactedAt"]);

        void LeaseFarAhead() => host.ExecuteSql(
            $"UPDATE upgrades SET attempt_id = 'a', lease_until = {host.Clock.GetUtcNow().AddDays(1000).ToUnixTimeMilliseconds()}");
    }

    /// <summary>An upgrade whose widget expires within the hour.</summary>
    private static async Task<ApiHost> WithWorkAsync()
    {
        var host = RetentionTests.ByHand();
        host.Finnet.Issues();
        await host.CreateAsync();
        // The time is compared from here on.
        await RetentionTests.RunAsync(host);
        return host;
    }

    private static ApiHost Next(ApiHost before, TimeSpan later)
    {
        var next = before.Successor();
        next.Clock.Reboot();
        next.Clock.AdjustTime(before.Clock.GetUtcNow() + later);
        return next.Replacing(RetentionTests.WithoutJob);
    }

    private static bool IsAllThere(ApiHost host) =>
        host.Bytes("upgrades", "widget_url").Count == 1 && host.Bytes("upgrades", "phone_no").Count == 1;
}
