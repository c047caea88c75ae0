using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Finpay.Linkage.Api.Tests.Hosting;
using Npgsql;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>Faults between the API and PostgreSQL: said at once, healed without help, and nothing that was acknowledged is lost.</summary>
public sealed class DatabaseFaultTests(ITestOutputHelper output)
{
    // The contract says 3 s for callbacks, and the service gives up after 2; a busy machine may take as long again.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(10);

    private static readonly int Rounds = Effort.Of(1, 2, 5);
    private static readonly int Refusals = Effort.Of(4, 10, 40);

    [PostgresFact]
    public Task A_Cut_Is_Told_At_Once_And_Heals() => PlayAsync(proxy => proxy.Cut());

    [PostgresFact]
    public Task A_Black_Hole_Is_Told_In_Time_And_Heals() => PlayAsync(proxy => proxy.Turn(Weather.BlackHole));

    [PostgresFact]
    public Task A_Database_That_Answers_Too_Late_Is_Told_In_Time_And_Heals() =>
        PlayAsync(proxy => proxy.Turn(new Weather(TimeSpan.FromSeconds(2))));

    [PostgresFact]
    public async Task Outcomes_That_The_Database_Was_Away_For_Are_Recorded_When_It_Is_Back()
    {
        var (proxy, connectionString) = Proxy();
        await using var disturbed = proxy;
        await using var finnet = await FakeFinnet.StartAsync();
        var folder = Directory.CreateTempSubdirectory("outcomes-");
        using var fleet = await ApiFleet.StartAsync(
            1, finnet.Url, folder.FullName, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", connectionString));
        var hold = new TaskCompletionSource();
        finnet.Hold = hold.Task;
        var journal = new Journal();
        var upgrades = Enumerable.Range(0, 40).Select(_ => journal.AddUpgrade().Json).ToList();

        var asked = finnet.Asked.GrowsByAsync(upgrades.Count);
        var calls = upgrades.ConvertAll(CreateAsync);
        await asked.WaitAsync(Stage.Patience);
        proxy.Cut();
        hold.SetResult();
        var refused = await Task.WhenAll(calls);
        proxy.Turn(Weather.Fair);

        Assert.All(refused, reply => Assert.Equal(503, reply.Status));
        Assert.All(refused, reply => Assert.True(reply.Took >= TimeSpan.FromSeconds(5)));
        foreach (var upgrade in upgrades)
        {
            Reply again;
            while ((again = await CreateAsync(upgrade)).Status is 503 or 409
                && ((string)again.Body!["type"]!).Split(':')[^1] is "request-in-progress" or "store-unavailable")
                await Task.Delay(10);
            Assert.True(again is { Status: 200, Replayed: true } && again.Body!["widgetUrl"] is not null, $"{again.Status} {again.Body}");
        }

        Assert.Equal(upgrades.Count, finnet.Asked.Value);
        folder.Delete(recursive: true);

        Task<Reply> CreateAsync(string json) =>
            fleet[0].SendAsync(HttpMethod.Post, "/v1/account-upgrades", json, TestSettings.MerchantKey);
    }

    private static (FaultProxy Proxy, string ConnectionString) Proxy()
    {
        var database = new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase(fsync: true));
        var proxy = FaultProxy.Start(new UnixDomainSocketEndPoint($"{database.Host}/.s.PGSQL.{database.Port}"));
        return (proxy, string.Create(
            CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={proxy.Port};Username={database.Username};Database={database.Database}"));
    }

    private async Task PlayAsync(Action<FaultProxy> fault)
    {
        var (proxy, connectionString) = Proxy();
        await using var disturbed = proxy;

        await Stage.PlayAsync(output, instances: 1, connectionString, async stage =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await stage.Journal.Acknowledged.GrowsByAsync(200).WaitAsync(Stage.Patience);
                // So that readers have connections, too, which the fault takes from them.
                await stage.Promises.CheckAcknowledgedAsync().WaitAsync(Stage.Patience);
                var begin = DateTimeOffset.UtcNow;
                fault(proxy);
                await SeeItToldAsync(stage, begin).WaitAsync(Stage.Patience);
                var end = DateTimeOffset.UtcNow;
                proxy.Turn(Weather.Fair);
                await SeeItHealAsync(stage, begin, end).WaitAsync(Stage.Patience);
                await stage.Promises.CheckAcknowledgedAsync().WaitAsync(Stage.Patience);
            }
        });
    }

    private static async Task SeeItToldAsync(Stage stage, DateTimeOffset begin)
    {
        var api = await stage.Fleet.PickAsync();
        Reply ready;
        do
        {
            ready = await api.SendAsync(HttpMethod.Get, "/health/ready");
            Assert.True(ready.Took < AnswerLimit, $"Readiness took {ready.Took}.");
        }
        while (ready.Status == 200);

        Assert.Equal((503, "unhealthy"), (ready.Status, (string?)ready.Body!["status"]));
        var live = await api.SendAsync(HttpMethod.Get, "/health/live");
        Assert.True(live is { Status: 200 } && live.Took < AnswerLimit, $"Liveness was {live.Status} after {live.Took}.");
        // Not left to the traffic: all of its callers may be busy with callbacks that nobody takes.
        var create = await api.SendAsync(
            HttpMethod.Post, "/v1/account-upgrades", """{"partnerReferenceNo":"during-the-fault","phoneNo":"081295288912"}""",
            TestSettings.MerchantKey);
        Assert.Equal((503, "urn:finpay-linkage:problem:store-unavailable"), (create.Status, (string?)create.Body!["type"]));
        Assert.True(
            create.RetryAfter > TimeSpan.Zero && create.Took < AnswerLimit,
            $"A create was answered after {create.Took}, with Retry-After {create.RetryAfter}.");
        await stage.Journal.Refused.GrowsByAsync(Refusals);
        while (!Callbacks(stage, begin).Any(answer => answer.Reply.Status == 500))
            await stage.Journal.Refused.GrowsByAsync(1);
    }

    private async Task SeeItHealAsync(Stage stage, DateTimeOffset begin, DateTimeOffset end)
    {
        var clock = Stopwatch.StartNew();
        var taken = stage.Journal.Acknowledged.GrowsByAsync(200);
        var api = await stage.Fleet.PickAsync();
        while ((await api.SendAsync(HttpMethod.Get, "/health/ready")).Status != 200)
            Assert.True(clock.Elapsed < HealLimit, "Readiness did not heal.");
        var ready = clock.Elapsed;
        await taken;
        var after = Callbacks(stage, end).ToList();
        var first = after.Where(answer => answer.Reply.Status == 200).Min(answer => answer.At) - end;
        var lastRefused = after.Where(answer => answer.Reply.Status != 200).Select(answer => answer.At - end).Append(TimeSpan.Zero).Max();
        Assert.True(
            first < HealLimit && lastRefused < HealLimit, $"Callbacks were taken again after {first}, and refused until {lastRefused}.");
        var slowest = Callbacks(stage, begin).Max(answer => answer.Reply.Took);
        Assert.True(slowest < AnswerLimit, $"A callback was answered after {slowest}.");
        var refused = Callbacks(stage, begin).Count(answer => answer.Reply.Status == 500);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            fault of {(end - begin).TotalMilliseconds:F0} ms: {refused} callbacks refused,
            the slowest answer took {slowest.TotalMilliseconds:F0} ms; healed: ready after {ready.TotalMilliseconds:F0} ms,
            a callback taken after {first.TotalMilliseconds:F0} ms, none refused after {lastRefused.TotalMilliseconds:F0} ms
            """));
    }

    private static IEnumerable<CallbackAnswer> Callbacks(Stage stage, DateTimeOffset since) =>
        stage.Journal.Callbacks.Where(answer => answer.At >= since);
}
