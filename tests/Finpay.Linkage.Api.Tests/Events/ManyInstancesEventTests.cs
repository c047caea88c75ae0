using Dapper;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>Two instances on one PostgreSQL share the work of delivering.</summary>
public sealed class ManyInstancesEventTests : IDisposable
{
    private readonly PostgresTestDatabase? database = PostgresPrograms.Folder is null ? null : new PostgresTestDatabase();
    private readonly EventReceiver receiver = new();

    public void Dispose()
    {
        receiver.Dispose();
        database?.Dispose();
    }

    [PostgresFact]
    public async Task No_Delivery_Is_Sent_By_Two_While_Its_Claim_Holds()
    {
        await using var one = Instance(EventReceiver.Settings("shop"));
        await using var two = Instance(EventReceiver.Settings("shop"));
        await one.StatusOfAsync();
        await two.StatusOfAsync();
        for (var number = 100; number < 200; number++)
        {
            await one.IssueAsync($"reference-number-{number}", $"081295288{number}");
            await (number % 2 == 0 ? one : two).NotifyAsync("KYC Approved", $"reference-number-{number}", phone: $"6281295288{number}");
            Wake(one);
            Wake(two);
        }

        await one.UntilAsync(_ => one.Query<long>("SELECT count(*) FROM event_deliveries WHERE state = 'delivered'")[0] == 100);

        Assert.Equal(100, receiver.All.Count);
        Assert.Equal(100, receiver.All.Select(message => message.Id).Distinct().Count());
    }

    [PostgresFact]
    public async Task An_Endpoint_That_Only_Half_Of_The_Instances_Know_Loses_Nothing()
    {
        await using var knows = Instance(EventReceiver.Settings("shop"));
        await using var doesNot = Instance();
        await knows.StatusOfAsync();
        await Registry(knows).RunAsync(CancellationToken.None);
        await Registry(doesNot).RunAsync(CancellationToken.None);

        await knows.IssueAsync();
        await doesNot.NotifyAsync("KYC Approved");
        Assert.Equal("pending", (await doesNot.EventsAsync())[0].Text("state"));
        // As it does each second.
        Wake(knows);

        await knows.UntilStateAsync("delivered");
        Assert.Single(receiver.All);
    }

    [PostgresFact]
    public async Task The_Deliveries_Of_A_Removed_Endpoint_Are_Dead_After_A_Day_Without_Anybody_Who_Knows_It()
    {
        receiver.AnswersWith(500);
        await using (var knows = Instance(EventReceiver.Settings("shop")))
        {
            await knows.IssueAsync();
            await knows.NotifyAsync("KYC Approved");
            await knows.UntilAttemptsAsync(1);
            await Registry(knows).RunAsync(CancellationToken.None);
        }

        await using var without = Instance();
        await without.StatusOfAsync();
        database!.SetClock(ManualClock.Start.AddHours(24).AddSeconds(-1));
        await Registry(without).RunAsync(CancellationToken.None);
        Assert.Equal("pending", (await without.EventsAsync())[0].Text("state"));
        database.SetClock(ManualClock.Start.AddHours(24));
        await Registry(without).RunAsync(CancellationToken.None);

        var dead = (await without.EventsAsync())[0];
        Assert.Equal(("dead", "endpoint removed"), (dead.Text("state"), dead.Text("lastError")));
        Assert.Empty(without.Services.GetRequiredService<EventOutbox>().Endpoints);
    }

    [PostgresFact]
    public async Task The_Claims_Of_A_Killed_Instance_End_After_A_Minute_By_The_Servers_Clock()
    {
        var release = receiver.Hangs();
        await using var dying = Instance(EventReceiver.Settings("shop"));
        await dying.IssueAsync();
        await dying.NotifyAsync("KYC Approved");
        await receiver.NextAsync();
        dying.Kill();
        receiver.AnswersWith(200);
        await using var other = Instance(EventReceiver.Settings("shop"));
        var store = new EventStore(other.Services.GetRequiredService<WriteQueue>(), other.Clock);

        Assert.Empty((await store.ClaimAsync("shop", 16)).Deliveries);
        database!.SetClock(ManualClock.Start.AddSeconds(59));
        Assert.Empty((await store.ClaimAsync("shop", 16)).Deliveries);
        database.SetClock(ManualClock.Start.AddSeconds(60));
        Wake(other);

        await other.UntilStateAsync("delivered");
        release.SetResult();
    }

    [PostgresFact]
    public async Task What_Is_Delivered_At_The_Moment_When_All_That_Is_Pending_Is_Sent_Again_Stays_Delivered()
    {
        receiver.AnswersWith(500);
        await using var host = Instance(EventReceiver.Settings("shop"));
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        await host.UntilAttemptsAsync(1);
        await using var connection = new NpgsqlConnection(database!.ConnectionString);
        await connection.OpenAsync();
        await using var recording = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("UPDATE event_deliveries SET state = 'delivered', next_attempt_at = NULL");

        var again = host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/redeliver", """{"endpoint":"shop","state":"pending"}""");
        while (host.Query<long>("SELECT count(*) FROM pg_locks WHERE NOT granted")[0] == 0)
            await Task.Yield();
        await recording.CommitAsync();

        Assert.Equal("{\"count\":0}", (await again).Text);
        Assert.Equal("delivered", (await host.EventsAsync())[0].Text("state"));
    }

    private static EventRegistry Registry(ApiHost host) => host.Services.GetRequiredService<EventRegistry>();

    private static void Wake(ApiHost host) => host.Services.GetRequiredService<EventDispatcher>().WakeAll();

    private ApiHost Instance(params (string Key, string? Value)[] changes)
    {
        database!.SetClock(ManualClock.Start);
        return receiver.Configured(ApiHost.With(
            [.. changes, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)]));
    }
}
