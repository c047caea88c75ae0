using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>
/// Readiness follows what the service can do: it changes when writes fail, and recovers by itself, without any call
/// but the probe.
/// </summary>
public sealed class ReadinessTests
{
    [Fact]
    public Task It_Turns_When_A_Write_Fails_And_Heals_Without_Traffic_With_Sqlite() =>
        FailAndHealAsync(new ApiHost(), (host, sql) => host.ExecuteSql(sql));

    [PostgresFact]
    public Task It_Turns_When_A_Write_Fails_And_Heals_Without_Traffic_With_PostgreSql()
    {
        var connectionString = PostgresServer.NewDatabase();
        return FailAndHealAsync(OnPostgreSql(connectionString), (_, sql) =>
        {
            using var connection = new NpgsqlConnection(connectionString);
            connection.Execute(sql);
        });
    }

    [Fact]
    public Task It_Turns_While_Writes_Wait_Too_Long_With_Sqlite() => WaitAndHealAsync(new ApiHost());

    [PostgresFact]
    public Task It_Turns_While_Writes_Wait_Too_Long_With_PostgreSql() => WaitAndHealAsync(OnPostgreSql(PostgresServer.NewDatabase()));

    [PostgresFact]
    public async Task A_Server_That_Does_Not_Answer_Is_Told_Within_Three_Seconds()
    {
        var connectionString = PostgresServer.NewDatabase();
        await using var host = OnPostgreSql(connectionString);
        Assert.Equal(200, await ReadyAsync(host));
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE", transaction: transaction);

        Assert.Equal(503, await PassAsync(host, () => ReadyAsync(host)));
        var ready = await PassAsync(host, () => host.Anonymous.GetAnswerAsync("/health/ready"));
        Assert.Equal((503, "[\"database\"]"), (ready.Status, ready["notReady"]));
        await transaction.RollbackAsync();
        Assert.Equal(200, await ReadyAsync(host));
    }

    [Fact]
    public async Task A_Read_That_Fails_Says_About_Which_Upgrade()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.ExecuteSql("ALTER TABLE upgrades RENAME TO gone");

        var answer = await host.ReadUpgradeAsync();

        Assert.Equal((503, "store-unavailable", Calls.Reference), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
    }

    private static ApiHost OnPostgreSql(string connectionString) =>
        ApiHost.With(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", connectionString));

    private static async Task FailAndHealAsync(ApiHost created, Action<ApiHost, string> execute)
    {
        await using var host = created;
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved", "before")).Status);
        Assert.Equal(200, await ReadyAsync(host));

        execute(host, "ALTER TABLE notifications RENAME TO gone");
        Assert.Equal(500, (await host.NotifyAsync("KYC Approved")).Status);
        await TurnsAsync(host, 503);
        Assert.Equal("[\"writes\"]", (await host.Anonymous.GetAnswerAsync("/health/ready"))["notReady"]);
        Assert.Equal(200, (await host.Anonymous.GetAnswerAsync("/health/live")).Status);

        execute(host, "ALTER TABLE gone RENAME TO notifications");
        Assert.Equal(200, await ReadyAsync(host));
        Assert.Equal("before", Assert.Single(await host.NotificationsAsync()).GetProperty("partnerReferenceNo").GetString());
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
    }

    private static async Task WaitAndHealAsync(ApiHost created)
    {
        await using var host = created;
        var (queue, database) = (host.Services.GetRequiredService<WriteQueue>(), host.Services.GetRequiredService<IDatabase>());
        using var gate = new ManualResetEventSlim();
        using var running = new CountdownEvent(database.Writers);
        var blockers = new List<Task<bool>>();
        // One write per writer, because writers take waiting writes in batches.
        for (var writer = 0; writer < database.Writers; writer++)
        {
            blockers.Add(queue.ExecuteAsync("key", _ => running.Signal() | gate.Wait(TimeSpan.FromSeconds(30)), persistent: true));
            while (running.CurrentCount > database.Writers - writer - 1)
                await Task.Yield();
        }

        Assert.Equal(500, (await PassAsync(host, () => host.NotifyAsync("KYC Approved"))).Status);
        Assert.Equal(503, await PassAsync(host, () => ReadyAsync(host)));

        gate.Set();
        await Task.WhenAll(blockers);
        await TurnsAsync(host, 200);
        Assert.Empty(await host.NotificationsAsync());
    }

    /// <summary>Calls, and moves the clock until the answer comes, which takes two seconds at most.</summary>
    private static async Task<T> PassAsync<T>(ApiHost host, Func<Task<T>> call)
    {
        // So that no other timer is due at the same time as the call's.
        host.Clock.Advance(TimeSpan.FromSeconds(0.1));
        var (answer, started) = (call(), TimeProvider.System.GetTimestamp());
        while (!host.Clock.IsAwaitedIn(TimeSpan.FromSeconds(2)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "Nobody waits by the clock.");
            await Task.Yield();
        }

        host.Clock.Advance(TimeSpan.FromSeconds(2));
        return await answer.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task TurnsAsync(ApiHost host, int status)
    {
        while (await ReadyAsync(host) != status)
            await Task.Yield();
    }

    private static async Task<int> ReadyAsync(ApiHost host) => (await host.Anonymous.GetAnswerAsync("/health/ready")).Status;
}
