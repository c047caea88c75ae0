using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Clock;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class NotificationTests
{
    private const string Person = "6281295288912";

    [Fact]
    public async Task A_5xx_Is_Retried_After_1_5_15_30_And_60_Minutes_And_Never_Again()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        standIn.Merchant.Status = 503;
        await ApproveAsync(standIn);
        Assert.Single(standIn.Merchant.Received);

        var sent = 1;
        foreach (var minutes in new[] { 1, 5, 15, 30, 60 })
        {
            await standIn.AdvanceAsync((minutes * 60) - 1);
            Assert.Equal(sent, standIn.Merchant.Received.Count);
            await standIn.AdvanceAsync(1);
            Assert.Equal(++sent, standIn.Merchant.Received.Count);
        }

        await standIn.AdvanceAsync(30 * 86400);
        Assert.Equal(6, standIn.Merchant.Received.Count);
        Assert.Equal("givenUp", (string)(await OnlyNotificationAsync(standIn))["state"]!);
    }

    [Fact]
    public async Task One_Long_Advance_Makes_Each_Attempt_At_Its_Own_Time()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        standIn.Merchant.Status = 500;
        await ApproveAsync(standIn);

        await standIn.AdvanceAsync(2 * 3600);

        var attempts = (await OnlyNotificationAsync(standIn))["attempts"]!.AsArray();
        Assert.Equal(
            [0, 1, 6, 21, 51, 111],
            attempts.Select(a => (int)((DateTimeOffset)a!["at"]! - FrozenTime.Start).TotalMinutes));
        Assert.All(attempts, a => Assert.Equal(500, (int)a!["status"]!));
    }

    [Fact]
    public async Task A_Retry_That_Succeeds_Is_The_Last_One()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        standIn.Merchant.Status = 500;
        await ApproveAsync(standIn);
        standIn.Merchant.Status = 200;

        await standIn.AdvanceAsync(86400);

        Assert.Equal(2, standIn.Merchant.Received.Count);
        Assert.Equal("delivered", (string)(await OnlyNotificationAsync(standIn))["state"]!);
    }

    [Theory]
    [InlineData(400, """{"responseCode":"4000002"}""")]
    [InlineData(401, """{"responseCode":"4010000"}""")]
    [InlineData(404, "")]
    [InlineData(200, """{"responseCode":"4000000"}""")]
    [InlineData(200, "OK")]
    [InlineData(302, FakeMerchant.Processed)]
    public async Task Any_Other_Answer_Is_Not_Retried(int status, string answer)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        (standIn.Merchant.Status, standIn.Merchant.Answer) = (status, answer);
        await ApproveAsync(standIn);

        await standIn.AdvanceAsync(86400);

        Assert.Single(standIn.Merchant.Received);
        Assert.Equal("refused", (string)(await OnlyNotificationAsync(standIn))["state"]!);
    }

    [Fact]
    public async Task No_Answer_Within_30_Seconds_Is_Retried()
    {
        var inner = new SandboxClock(new FrozenTime());
        await using var standIn = await RunningStandIn.StartAsync(inner);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        standIn.Merchant.BeforeAnswer = () =>
        {
            arrived.TrySetResult();
            return never.Task;
        };

        var approving = ApproveAsync(standIn);
        await arrived.Task;
        inner.Advance(TimeSpan.FromSeconds(30));
        await approving;
        never.SetResult();
        standIn.Merchant.BeforeAnswer = () => Task.CompletedTask;

        var pending = await OnlyNotificationAsync(standIn);
        Assert.Equal(("pending", "no answer within 30 s"), ((string)pending["state"]!, (string)pending["attempts"]![0]!["error"]!));
        await standIn.AdvanceAsync(60);
        Assert.Equal("delivered", (string)(await OnlyNotificationAsync(standIn))["state"]!);
    }

    [Fact]
    public async Task What_Is_Pending_Survives_A_Restart_And_Goes_On_With_Its_Schedule()
    {
        var folder = Directory.CreateTempSubdirectory("stand-in-").FullName;
        string url;
        await using (var before = await RunningStandIn.StartAsync(folder: folder))
        {
            before.Merchant.Status = 500;
            await ApproveAsync(before);
            await before.AdvanceAsync(61);
            Assert.Equal(2, before.Merchant.Received.Count);
            url = (await before.AskAsync(WidgetBody.Full.Replace(Person, "6281295288913", StringComparison.Ordinal))).WidgetUrl!;
        }

        await using (var after = await RunningStandIn.StartAsync(folder: folder))
        {
            await after.AdvanceAsync(298);
            Assert.Empty(after.Merchant.Received);
            await after.AdvanceAsync(1);
            Assert.Single(after.Merchant.Received);

            Assert.Equal("4090001", (await after.AskForAsync(Person, "202411011441000099")).Code);
            Assert.Contains("Siti Aminah", await after.Client.GetStringAsync(new Uri(url).PathAndQuery), StringComparison.Ordinal);
            using var decided = await after.DecideAsync("approve", url);
            Assert.Equal("202411011441000012", (string)after.Merchant.Received.Last()["partnerReferenceNo"]!);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task ApproveAsync(RunningStandIn standIn)
    {
        var answer = await standIn.AskForAsync(Person, "202411011441000099");
        using var page = await standIn.DecideAsync("approve", answer.WidgetUrl!);
        page.EnsureSuccessStatusCode();
    }

    private static async Task<JsonNode> OnlyNotificationAsync(RunningStandIn standIn) =>
        Assert.Single(await standIn.ListAsync("notifications"))!;
}
