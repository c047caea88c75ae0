using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Two instances of the service on one PostgreSQL.</summary>
public sealed class ManyInstancesTests : IDisposable
{
    private readonly PostgresTestDatabase? database = PostgresPrograms.Folder is null ? null : new PostgresTestDatabase();

    public void Dispose() => database?.Dispose();

    [PostgresFact]
    public async Task Sixty_Four_Identical_Creates_At_Once_Ask_Finnet_Once()
    {
        await using var one = Instance();
        await using var two = Instance();
        var held = (one.Finnet.Holds(), two.Finnet.Holds());

        var calls = Enumerable.Range(0, 64).Select(number => (number % 2 == 0 ? one : two).CreateAsync()).ToList();
        var asking = await Task.WhenAny(held.Item1.Arrived.Task, held.Item2.Arrived.Task);
        while (calls.Count > 1)
        {
            var ended = await Task.WhenAny(calls);
            Assert.Equal((409, "request-in-progress"), ((await ended).Status, (await ended).Problem));
            calls.Remove(ended);
        }

        (asking == held.Item1.Arrived.Task ? held.Item1 : held.Item2).Issues();

        Assert.Equal(201, (await calls[0]).Status);
        Assert.Equal(1, one.Finnet.Sent.Count + two.Finnet.Sent.Count);
        Assert.Equal(200, (await one.CreateAsync()).Status);
        Assert.Equal(200, (await two.CreateAsync()).Status);
    }

    [PostgresFact]
    public async Task Sixty_Four_Identical_Notifications_At_Once_Are_Applied_Once()
    {
        await using var one = Instance();
        await using var two = Instance();
        one.Finnet.Issues();
        await one.CreateAsync();
        var body = Calls.Notification("KYC Approved");

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => (number % 2 == 0 ? one : two).CallbackAsync(body)));

        Assert.All(answers, answer => Assert.Equal((200, "2000000"), (answer.Status, answer["responseCode"])));
        var kept = Assert.Single(await two.NotificationsAsync());
        Assert.Equal((64, "applied"), (kept.GetProperty("deliveries").GetInt32(), kept.GetProperty("disposition").GetString()));
        Assert.Equal(2, (await two.ReadUpgradeAsync()).Json.GetProperty("history").GetArrayLength());
    }

    [PostgresFact]
    public async Task A_Result_That_The_Other_Instance_Takes_Wins_Over_The_Widget()
    {
        await using var one = Instance();
        await using var two = Instance();
        var held = one.Finnet.Holds();
        var calling = one.CreateAsync();
        await held.Arrived.Task;

        await two.NotifyAsync("KYC Approved");
        held.Issues();

        Assert.Equal((200, "approved"), ((await calling).Status, (await calling)["status"]));
    }

    [PostgresFact]
    public async Task An_Instance_That_Died_Is_Taken_Over_After_Its_Lease_By_The_Servers_Clock()
    {
        await using var dying = Instance();
        await using var other = Instance();
        var held = dying.Finnet.Holds();
        var calling = dying.CreateAsync();
        await held.Arrived.Task;
        dying.Kill();
        await calling;
        other.Finnet.Issues();

        // The instance's own clock must not matter.
        other.Clock.Advance(TimeSpan.FromHours(1));
        database!.SetClock(ManualClock.Start.AddMilliseconds(44_999));
        var early = await other.CreateAsync();
        database.SetClock(ManualClock.Start.AddSeconds(45));
        var late = await other.CreateAsync();

        Assert.Equal((409, "1"), (early.Status, early.Headers["Retry-After"]));
        Assert.Equal(201, late.Status);
    }

    [PostgresFact]
    public async Task When_The_Server_Fails_Callbacks_Are_5000000_And_Heal_By_Themselves()
    {
        await using var host = Instance();
        host.Finnet.Issues();
        await host.CreateAsync();
        database!.Execute("ALTER TABLE notifications RENAME TO notifications_gone");

        Assert.Equal(500, (await host.NotifyAsync("KYC Approved")).Status);
        database.Execute("ALTER TABLE notifications_gone RENAME TO notifications");

        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        Assert.Equal("approved", await host.StatusOfAsync());
    }

    private ApiHost Instance()
    {
        database!.SetClock(ManualClock.Start);
        return ApiHost.With(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString));
    }
}
