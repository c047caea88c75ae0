using System.Diagnostics;
using Dapper;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>PostgreSQL gets many notifications in five statements; what is stored is the same as one by one.</summary>
public sealed class NotificationBatchTests
{
    private const int Scripts = 40;
    private static readonly InboxStore Inbox = new(null!, null!, null!, EventOutbox.None);

    [PostgresFact]
    public async Task Together_And_One_By_One_Leave_The_Same_Behind()
    {
        // Servers whose clocks stand still.
        using var first = new PostgresTestDatabase();
        using var second = new PostgresTestDatabase();
        first.SetClock(ManualClock.Start);
        second.SetClock(ManualClock.Start);
        using var together = Open(first.ConnectionString);
        using var oneByOne = Open(second.ConnectionString);
        for (var seed = 0; seed < Scripts; seed++)
        {
            var script = new NotificationScript(seed);
            for (var batch = 0; batch < 4; batch++)
            {
                var upgrades = script.SomeUpgrades();
                var notifications = script.SomeNotifications();

                var results = await RunAsync(together, upgrades, notifications, notifications.Count);
                var expected = await RunAsync(oneByOne, upgrades, notifications, 1);

                Assert.True(expected.SequenceEqual(results), $"Script {seed}, batch {batch}");
                Assert.Equal(Content(oneByOne), Content(together));
            }
        }
    }

    [PostgresFact]
    public void Those_That_Do_Not_Touch_Each_Other_Take_Five_Statements()
    {
        using var database = Open(PostgresServer.NewDatabase());
        var notifications = Enumerable.Range(0, 50)
            .Select(number => NotificationScript.Notification($"reference-{number:00}", KycOutcome.Approved, $"{number}", "because"))
            .ToList();
        using var connection = database.OpenConnection();
        NotificationScript.Insert(
            connection, notifications.ConvertAll(one => (one.PartnerReferenceNo!, "widgetIssued", one.PhoneHash!.Current)));
        using var transaction = database.BeginWrite(connection, lockWaitMs: 1000);
        using var statements = new CountedStatements();

        var results = Inbox.Receive(transaction, notifications);
        var count = statements.Count;
        transaction.Commit();

        Assert.All(results, result => Assert.Equal(Disposition.Applied, result.Disposition));
        Assert.Equal(50, connection.ExecuteScalar<long>("SELECT count(*) FROM upgrades WHERE status = 'approved' AND version = 2"));
        Assert.Equal(notifications.ConvertAll(one => one.Id), results.Select(one => one.Id));
        Assert.Equal(5, count);
    }

    [PostgresFact]
    public async Task Those_About_A_Redacted_Upgrade_Are_Stored_Redacted_Among_Others()
    {
        using var database = Open(PostgresServer.NewDatabase());
        var notifications = Enumerable.Range(0, 5)
            .Select(number => NotificationScript.Notification($"reference-{number}", KycOutcome.Approved, $"{number}", "because")).ToList();
        var upgrades = notifications.ConvertAll(one => (one.PartnerReferenceNo!, "widgetIssued", one.PhoneHash!.Current));

        var results = await RunAsync(database, upgrades, notifications, notifications.Count);

        Assert.All(results, result => Assert.Equal(Disposition.Applied, result.Disposition));
        using var connection = database.OpenConnection();
        Assert.Equal(
            ["reference-3"],
            connection.Query<string>(
                """
                SELECT partner_reference_no FROM notifications
                WHERE raw IS NULL AND kyc_message IS NULL AND phone_hash IS NULL AND dedupe_key IS NULL
                """));
        Assert.Equal(
            4,
            connection.ExecuteScalar<long>(
                """
                SELECT count(*) FROM notifications
                WHERE raw IS NOT NULL AND kyc_message IS NOT NULL AND phone_hash IS NOT NULL AND dedupe_key IS NOT NULL
                """));
    }

    [PostgresFact]
    public async Task In_A_Batch_Too_One_With_Another_Phone_Settles_Only_The_Record_That_It_Names()
    {
        using var database = Open(PostgresServer.NewDatabase());
        ReceivedNotification[] notifications =
        [
            NotificationScript.Notification("same-2", KycOutcome.Approved, "2", "because"),
            NotificationScript.Notification("named-1", KycOutcome.Approved, "9", "because"),
        ];
        List<(string, string, byte[])> upgrades =
        [
            ("same-2", "widgetIssued", Phone("2")), ("named-1", "widgetIssued", Phone("1")), ("phone-1", "inProcess", Phone("1")),
            ("phone-2", "inProcess", Phone("2")), ("phone-9", "inProcess", Phone("9")),
        ];

        await RunAsync(database, upgrades, [.. notifications], notifications.Length);

        using var connection = database.OpenConnection();
        Assert.Equal(("approved", "approved"), (Status("same-2"), Status("phone-2")));
        Assert.Equal(("approved", "inProcess", "inProcess"), (Status("named-1"), Status("phone-1"), Status("phone-9")));

        static byte[] Phone(string phone) => NotificationScript.Notification("", KycOutcome.Approved, phone, "").PhoneHash!.Current;

        string Status(string reference) => connection.ExecuteScalar<string>(
            "SELECT status FROM upgrades WHERE partner_reference_no = @reference", new { reference })!;
    }

    private static PostgreSqlDatabase Open(string connectionString) =>
        PostgreSqlDatabase.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(connectionString) },
            new ManualClock());

    /// <summary>In batches of that size, in the order in which the queue writes them.</summary>
    private static async Task<List<StoredNotification>> RunAsync(
        IDatabase database, List<(string, string, byte[])> upgrades, List<ReceivedNotification> notifications, int size)
    {
        using (var connection = database.OpenConnection())
            NotificationScript.Insert(connection, upgrades);
        var writes = notifications
            .Select(one => new SharedWrite<ReceivedNotification, StoredNotification>(one.PartnerReferenceNo ?? "", one, Inbox.Receive))
            .OrderBy(write => write.Key, StringComparer.Ordinal).ToList();
        using var writer = new BatchWriter(database, new StoreMetrics(null, () => 0, TimeProvider.System), NullLogger.Instance);
        foreach (var batch in writes.Chunk(size))
            writer.Write(batch, _ => { });
        var results = new List<StoredNotification>();
        foreach (var write in writes)
        {
            await write.Task;
            results.Add(write.Result!);
        }

        return results;
    }

    private static List<string> Content(IDatabase database)
    {
        using var connection = database.OpenConnection();
        return
        [
            .. connection.Query<string>("SELECT upgrades::text FROM upgrades ORDER BY 1"),
            .. connection.Query<string>("SELECT notifications::text FROM notifications ORDER BY 1"),
            .. connection.Query<string>("SELECT upgrade_history::text FROM upgrade_history ORDER BY partner_reference_no, version"),
        ];
    }

    /// <summary>What is sent to a server from here while it lasts.</summary>
    private sealed class CountedStatements : IDisposable
    {
        private readonly Activity activity = new Activity(nameof(CountedStatements)).Start();
        private readonly ActivityListener listener;

        public CountedStatements()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStarted = started => Count += started.TraceId == activity.TraceId ? 1 : 0,
            };
            ActivitySource.AddActivityListener(listener);
        }

        public int Count { get; private set; }

        public void Dispose()
        {
            listener.Dispose();
            activity.Dispose();
        }
    }
}
