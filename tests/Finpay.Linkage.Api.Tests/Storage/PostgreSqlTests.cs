using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Cases that only PostgreSQL has: opening, collisions, lost connections.</summary>
public sealed class PostgreSqlTests
{
    private static readonly Statement AddHit = new("UPDATE marks SET hits = hits + 1 WHERE id = @id");

    private readonly ManualClock clock = new();

    [PostgresFact]
    public async Task Many_Instances_That_Start_Together_Apply_The_Schema_Once()
    {
        var connectionString = PostgresServer.NewDatabase();

        var instances = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open(connectionString))));

        using var connection = instances[0].OpenConnection();
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], connection.Query<long>("SELECT version FROM schema_version"));
        foreach (var instance in instances)
            instance.Dispose();
    }

    [PostgresFact]
    public void A_Server_That_Acknowledges_Before_It_Has_Written_Is_Refused()
    {
        var connectionString = PostgresServer.NewDatabase();
        using (var connection = new NpgsqlConnection(connectionString))
            connection.Execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");

        var refused = Assert.Throws<SettingsException>(() => Open(connectionString + "Pooling=false"));

        Assert.Contains("synchronous_commit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Server_That_Does_Not_Answer_Is_Told_By_Host_And_Without_The_Password()
    {
        var refused = Assert.Throws<SettingsException>(
            () => Open("Host=127.0.0.1;Port=1;Database=linkage;Username=u;Password=planted-password"));

        Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", refused.ToString(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Two_Batches_That_Want_The_Same_Records_Crosswise_Are_Both_Done()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using (var connection = database.OpenConnection())
            connection.Execute(
                "CREATE TABLE marks (id bigint NOT NULL PRIMARY KEY, hits bigint NOT NULL); INSERT INTO marks VALUES (1, 0), (2, 0)");
        using var queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
        using var both = new Barrier(2);
        using var running = new ManualResetEventSlim();
        var firstTime = 2;

        var one = queue.ExecuteAsync("a", transaction => HitBoth(transaction, 1, 2));
        // Not in one batch.
        Assert.True(running.Wait(TimeSpan.FromSeconds(30)));
        var two = queue.ExecuteAsync("b", transaction => HitBoth(transaction, 2, 1));
        await Task.WhenAll(one, two);

        using var reading = database.OpenConnection();
        Assert.Equal([2L, 2L], reading.Query<long>("SELECT hits FROM marks ORDER BY id"));

        bool HitBoth(DbTransaction transaction, long first, long second)
        {
            Hit(transaction, first);
            running.Set();
            // Only when both run for the first time: each has locked one record and waits for the other's.
            if (Interlocked.Decrement(ref firstTime) >= 0)
                both.SignalAndWait(TimeSpan.FromSeconds(5));
            Hit(transaction, second);
            return true;
        }
    }

    [PostgresFact]
    public async Task A_Write_That_Collides_Is_Tried_Until_Its_Caller_Gives_Up()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
        var tries = 0;

        Assert.Equal(51, await WriteAsync(collisions: 50));
        var endless = WriteAsync(collisions: int.MaxValue);
        clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => endless);
        // The database is as well as before.
        Assert.False(queue.IsFailing);

        Task<int> WriteAsync(int collisions) => queue.ExecuteAsync("key", transaction => ++tries > collisions
            ? tries
            : transaction.Connection!.Execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", transaction: transaction));
    }

    [PostgresFact]
    public async Task The_Writes_To_A_Record_That_Was_Locked_Are_In_No_Batch_For_30_Seconds()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var queue = new WriteQueue(new OneWriter(database), clock, NullLogger<WriteQueue>.Instance);
        var collisions = 2;
        await queue.ExecuteAsync("key", Collide);

        Assert.NotEqual(await ThreadOfAsync("other"), await ThreadOfAsync("key"));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(await ThreadOfAsync("other"), await ThreadOfAsync("key"));

        Task<string?> ThreadOfAsync(string key) => queue.ExecuteAsync(key, _ => Thread.CurrentThread.Name);

        bool Collide(DbTransaction transaction)
        {
            if (--collisions >= 0)
                transaction.Connection!.Execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", transaction: transaction);
            return true;
        }
    }

    [PostgresFact]
    public async Task A_Queue_That_Closes_Gives_Up_What_Is_Locked_At_Once()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var foreign = Marks(database);
        await using var locking = await foreign.BeginTransactionAsync();
        await foreign.ExecuteAsync("SELECT hits FROM marks WHERE id = 1 FOR UPDATE", transaction: locking);
        var queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
        var tries = 0;
        var locked = queue.ExecuteAsync("key", transaction =>
        {
            Interlocked.Increment(ref tries);
            return Hit(transaction, 1);
        });
        while (Volatile.Read(ref tries) < 3)
            await Task.Yield();

        // The clock stands still, so it does not wait for the limit either.
        queue.Dispose();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => locked);
    }

    [PostgresFact]
    public async Task Of_A_Batch_Only_The_Write_To_A_Locked_Record_Fails()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var foreign = Marks(database);
        await using var locking = await foreign.BeginTransactionAsync();
        await foreign.ExecuteAsync("SELECT hits FROM marks WHERE id = 4 FOR UPDATE", transaction: locking);
        using var queue = new WriteQueue(new OneWriter(database), clock, NullLogger<WriteQueue>.Instance);
        using var gate = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("", _ => gate.Wait(TimeSpan.FromSeconds(30)));

        var writes = Enumerable.Range(1, 8).Select(id => queue.ExecuteAsync("key", transaction => Hit(transaction, id))).ToList();
        gate.Set();
        await Task.WhenAll([blocker, .. writes.Where((_, index) => index != 3)]);

        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writes[3]);
        // Its last try ends.
        queue.Dispose();
        await locking.RollbackAsync();
        Assert.Equal([1L, 1L, 1L, 0L, 1L, 1L, 1L, 1L], foreign.Query<long>("SELECT hits FROM marks ORDER BY id"));
    }

    [PostgresFact]
    public async Task Neighbours_Of_A_Locked_Record_Are_Told_Before_It_Is_Tried_Again()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var foreign = Marks(database);
        await using var locking = await foreign.BeginTransactionAsync();
        await foreign.ExecuteAsync("SELECT hits FROM marks WHERE id = 1 FOR UPDATE", transaction: locking);
        using var queue = new WriteQueue(new OneWriter(database), clock, NullLogger<WriteQueue>.Instance);
        using var gate = new ManualResetEventSlim();
        var (tries, triedAlone, told) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var blocker = queue.ExecuteAsync("", _ => gate.Wait(TimeSpan.FromSeconds(30)));

        var locked = queue.ExecuteAsync("key", transaction =>
        {
            // Its second try alone: then its neighbour knows.
            if (++tries == 3)
            {
                triedAlone.SetResult();
                Assert.True(told.Task.Wait(TimeSpan.FromSeconds(30)));
            }

            return Hit(transaction, 1);
        });
        var neighbour = queue.ExecuteAsync("key", transaction => Hit(transaction, 2));
        gate.Set();
        await blocker;
        Assert.Equal(1, await neighbour);
        await triedAlone.Task.WaitAsync(TimeSpan.FromSeconds(30));
        told.SetResult();

        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => locked);
    }

    [PostgresFact]
    public async Task An_Instance_That_Stops_Inside_Of_A_Transaction_Loses_Its_Locks_And_Does_It_Again_When_It_Goes_On()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var other = Marks(database);
        using var queue = new WriteQueue(new OneWriter(database), clock, NullLogger<WriteQueue>.Instance);
        using var stopped = new ManualResetEventSlim();
        using var goesOn = new ManualResetEventSlim();
        var tries = 0;
        var write = queue.ExecuteAsync("key", transaction =>
        {
            Hit(transaction, 1);
            stopped.Set();
            goesOn.Wait(TimeSpan.FromSeconds(30));
            tries++;
            return Hit(transaction, 2);
        });
        stopped.Wait(TimeSpan.FromSeconds(30));

        // It waits without an end of its own, so the server has ended the other's transaction.
        await other.ExecuteAsync("UPDATE marks SET hits = hits + 10 WHERE id = 1", commandTimeout: 20);
        goesOn.Set();

        Assert.Equal(1, await write);
        Assert.Equal(2, tries);
        Assert.Equal([11L, 1L], other.Query<long>("SELECT hits FROM marks WHERE id < 3 ORDER BY id"));
    }

    [PostgresFact]
    public async Task A_Constraint_Fails_Its_Write_Alone()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using (var connection = database.OpenConnection())
            connection.Execute("CREATE TABLE marks (id bigint NOT NULL PRIMARY KEY)");
        using var queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);

        var writes = new[] { 1L, 1L, 2L, 3L }
            .Select(id => queue.ExecuteAsync(
                "key", transaction => transaction.Connection!.Execute("INSERT INTO marks VALUES (@id)", new { id }, transaction)))
            .ToList();

        Assert.Equal(1, await CountFailuresAsync<PostgresException>(writes));
        using var reading = database.OpenConnection();
        Assert.Equal([1L, 2L, 3L], reading.Query<long>("SELECT id FROM marks ORDER BY id"));
    }

    [PostgresFact]
    public async Task A_Connection_That_Is_Ended_Fails_What_Was_On_It_And_The_Next_Write_Works()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.ExecuteAsync("key", transaction =>
        {
            var own = transaction.Connection!.ExecuteScalar<int>("SELECT pg_backend_pid()", transaction: transaction);
            using var other = database.OpenConnection();
            other.Execute("SELECT pg_terminate_backend(@own)", new { own });
            return transaction.Connection!.Execute("SELECT 1", transaction: transaction);
        }));

        Assert.Equal(1, await queue.ExecuteAsync(
            "key", transaction => transaction.Connection!.ExecuteScalar<int>("SELECT 1", transaction: transaction)));
    }

    [PostgresFact]
    public async Task Idle_Connections_That_Were_Ended_Cost_No_Caller()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
        await OneForEachWriterAsync();
        using (var other = database.OpenConnection())
            Assert.Equal(
                database.Writers,
                other.Query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
                    .Count());

        Assert.All(await OneForEachWriterAsync(), Assert.True);

        async Task<bool[]> OneForEachWriterAsync()
        {
            using var all = new Barrier(database.Writers);
            var writes = new List<Task<bool>>();
            while (writes.Count < database.Writers)
            {
                // One after the other, so that no batch contains two.
                var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                writes.Add(queue.ExecuteAsync("key", transaction =>
                {
                    transaction.Connection!.Execute("SELECT 1", transaction: transaction);
                    running.TrySetResult();
                    return all.SignalAndWait(TimeSpan.FromSeconds(30));
                }));
                await Task.WhenAny(running.Task, writes[^1]);
            }

            return await Task.WhenAll(writes);
        }
    }

    [PostgresFact]
    public async Task A_Commit_That_Broke_Off_Is_Not_Done_Again()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using (var connection = database.OpenConnection())
        {
            connection.Execute("""
                CREATE TABLE marks (id bigint NOT NULL PRIMARY KEY);
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql
                  AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER dying AFTER INSERT ON marks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
                """);
        }

        using var queue = new WriteQueue(new OneWriter(database), clock, NullLogger<WriteQueue>.Instance);
        await queue.ExecuteAsync("key", _ => true);
        var done = 0;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.ExecuteAsync("key", transaction =>
        {
            done++;
            return transaction.Connection!.Execute("INSERT INTO marks VALUES (1)", transaction: transaction);
        }));

        Assert.Equal(1, done);
    }

    [PostgresFact]
    public async Task A_Write_Whose_Connection_Is_Lost_Is_Not_Done_Again_For_A_Caller_Who_Gave_Up()
    {
        using var database = Open(PostgresServer.NewDatabase());
        using var queue = new WriteQueue(new OneWriter(database), clock, NullLogger<WriteQueue>.Instance);
        await queue.ExecuteAsync("key", _ => true);
        using var running = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var done = 0;
        var impatient = queue.ExecuteAsync("key", transaction =>
        {
            done++;
            running.Set();
            gate.Wait(TimeSpan.FromSeconds(30));
            using var other = database.OpenConnection();
            other.Execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            return transaction.Connection!.Execute("SELECT 1", transaction: transaction);
        });
        running.Wait(TimeSpan.FromSeconds(30));

        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient);
        gate.Set();
        queue.Dispose();

        Assert.Equal(1, done);
    }

    private static NpgsqlConnection Marks(PostgreSqlDatabase database)
    {
        var connection = (NpgsqlConnection)database.OpenConnection();
        connection.Execute(
            "CREATE TABLE marks (id bigint NOT NULL PRIMARY KEY, hits bigint NOT NULL); "
            + "INSERT INTO marks SELECT id, 0 FROM generate_series(1, 8) AS id");
        return connection;
    }

    private static int Hit(DbTransaction transaction, long id) =>
        AddHit.Execute(transaction, ("@id", id));

    private static async Task<int> CountFailuresAsync<T>(List<Task<int>> tasks)
        where T : Exception
    {
        var failures = 0;
        foreach (var task in tasks)
        {
            try
            {
                await task;
            }
            catch (T)
            {
                failures++;
            }
        }

        return failures;
    }

    private PostgreSqlDatabase Open(string connectionString) =>
        PostgreSqlDatabase.Open(
            new StorageOptions { Provider = StorageProvider.PostgreSql, ConnectionString = new Secret(connectionString) }, clock);

    /// <summary>So that one write follows another on the same connection.</summary>
    private sealed class OneWriter(IDatabase database) : IDatabase
    {
        public int Writers => 1;

        public DbConnection OpenConnection() => database.OpenConnection();

        public Task<DbConnection> OpenConnectionAsync(CancellationToken cancellationToken) =>
            database.OpenConnectionAsync(cancellationToken);

        public DbTransaction BeginWrite(DbConnection connection, int lockWaitMs) => database.BeginWrite(connection, lockWaitMs);

        public DbTransaction BeginRead(DbConnection connection) => database.BeginRead(connection);

        public void Commit(DbTransaction transaction) => database.Commit(transaction);

        public bool TryErase() => database.TryErase();

        public bool IsEngineFault(Exception exception) => database.IsEngineFault(exception);

        public void Dispose()
        {
        }
    }
}
