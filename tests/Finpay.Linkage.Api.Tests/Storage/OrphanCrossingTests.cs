using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Privacy;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Transactions on PostgreSQL that meet at an orphan: its arrival, its adoption, and an operator who applies it.</summary>
public sealed class OrphanCrossingTests
{
    private static readonly InboxStore Inbox = new(null!, null!, null!, EventOutbox.None);

    [PostgresTheory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_Record_That_Adopts_Waits_For_The_Orphan_That_Is_Being_Stored(int size)
    {
        using var database = Open(PostgresServer.NewDatabase());
        var notifications = Crossing(size);
        using var storing = database.OpenConnection();
        using var adopting = database.OpenConnection();
        using var orphan = database.BeginWrite(storing, lockWaitMs: 30_000);
        var stored = Inbox.Receive(orphan, notifications);
        Assert.All(stored, one => Assert.Equal(Disposition.Orphan, one.Disposition));
        NotificationScript.Insert(adopting, [(notifications[0].PartnerReferenceNo!, "inProcess", notifications[0].PhoneHash!.Current)]);
        using var answer = database.BeginWrite(adopting, lockWaitMs: 30_000);
        var row = UpgradeRecords.Find(answer, notifications[0].PartnerReferenceNo!)!;

        var adoption = AdoptAsync(answer, row, notifications[0]);
        await UntilItWaitsAsync(database, adoption);
        orphan.Commit();

        Assert.True(await adoption);
        answer.Commit();
        Assert.Equal("approved", storing.ExecuteScalar<string>("SELECT status FROM upgrades"));
        Assert.Equal(1, storing.ExecuteScalar<long>("SELECT count(*) FROM notifications WHERE disposition = 'applied'"));
    }

    [PostgresTheory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_Notification_That_Crosses_Its_Records_Creation_Counts_As_Arriving_After_It(int size)
    {
        using var database = Open(PostgresServer.NewDatabase());
        var notifications = Crossing(size);
        using var storing = database.OpenConnection();
        using var adopting = database.OpenConnection();
        using var answer = database.BeginWrite(adopting, lockWaitMs: 30_000);
        answer.HoldOrphans(notifications[0].PartnerReferenceNo!);
        using var crossing = database.BeginWrite(storing, lockWaitMs: 30_000);

        var receiving = Task.Run(() => Inbox.Receive(crossing, notifications));
        await UntilItWaitsAsync(database, receiving);
        NotificationScript.Insert(adopting, [(notifications[0].PartnerReferenceNo!, "widgetIssued", notifications[0].PhoneHash!.Current)]);
        answer.Commit();

        Assert.Equal(Disposition.Applied, (await receiving)[0].Disposition);
        crossing.Commit();
        Assert.Equal("approved", storing.ExecuteScalar<string>("SELECT status FROM upgrades"));
    }

    [PostgresFact]
    public async Task An_Orphan_That_An_Operator_Has_Applied_Meanwhile_Is_Not_Adopted_Too()
    {
        using var database = Open(PostgresServer.NewDatabase());
        var orphan = Crossing(1)[0];
        using var applying = database.OpenConnection();
        using var adopting = database.OpenConnection();
        using (var before = database.BeginWrite(applying, lockWaitMs: 30_000))
        {
            Assert.Equal(Disposition.Orphan, Inbox.Receive(before, [orphan])[0].Disposition);
            before.Commit();
        }

        NotificationScript.Insert(adopting, [(orphan.PartnerReferenceNo!, "inProcess", orphan.PhoneHash!.Current)]);
        using var operators = database.BeginWrite(applying, lockWaitMs: 30_000);
        applying.Execute("UPDATE notifications SET disposition = 'applied'", transaction: operators);
        using var answer = database.BeginWrite(adopting, lockWaitMs: 30_000);
        var row = UpgradeRecords.Find(answer, orphan.PartnerReferenceNo!)!;

        var adoption = AdoptAsync(answer, row, orphan);
        await UntilItWaitsAsync(database, adoption);
        operators.Commit();

        Assert.False(await adoption);
        answer.Commit();
        Assert.Equal("inProcess", applying.ExecuteScalar<string>("SELECT status FROM upgrades"));
    }

    [PostgresTheory]
    [InlineData(0, "approved", "applied")]
    [InlineData(6, "widgetIssued", "orphan")]
    public async Task What_Is_Being_Stored_While_Its_Record_Is_Created_Counts_After_A_Widget_Too(
        int secondsBefore, string status, string disposition)
    {
        using var database = new PostgresTestDatabase();
        await using var host = RetentionTests.ByHandOn(database);
        host.Finnet.Issues();
        await host.NotifyAsync("KYC Approved");
        database.SetClock(ManualClock.Start.AddSeconds(secondsBefore));
        using var server = Open(database.ConnectionString);
        using var connection = server.OpenConnection();
        using var storing = server.BeginWrite(connection, lockWaitMs: 30_000);
        storing.HoldOrphans(Calls.Reference);

        var creating = host.CreateAsync();
        await UntilItWaitsAsync(server, creating);
        await storing.CommitAsync();

        Assert.InRange((await creating).Status, 200, 201);
        Assert.Equal(status, await host.StatusOfAsync());
        Assert.Equal([disposition], host.Query<string>("SELECT disposition FROM notifications"));
    }

    private static List<ReceivedNotification> Crossing(int size) => [.. Enumerable.Range(0, size)
        .Select(number => NotificationScript.Notification($"reference-{number}", KycOutcome.Approved, $"{number}", "because"))];

    private static Task<bool> AdoptAsync(DbTransaction answer, UpgradeRow row, ReceivedNotification orphan) => Task.Run(() =>
        Inbox.Adopt(answer, row, orphan.PhoneHash!, since: DateTimeOffset.UnixEpoch, now: ManualClock.Start));

    private static async Task UntilItWaitsAsync(PostgreSqlDatabase database, Task waiting)
    {
        using var connection = database.OpenConnection();
        while (!waiting.IsCompleted && connection.ExecuteScalar<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0)
            await Task.Yield();
    }

    private static PostgreSqlDatabase Open(string connectionString) =>
        PostgreSqlDatabase.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(connectionString) },
            new ManualClock());
}
