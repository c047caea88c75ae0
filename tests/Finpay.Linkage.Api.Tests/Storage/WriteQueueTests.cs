using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Api.Tests.Storage;

public sealed class WriteQueueTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-queue-").FullName;
    private readonly ManualClock clock = new();
    private readonly SqliteDatabase database;
    private readonly WriteQueue queue;

    public WriteQueueTests()
    {
        database = SqliteDatabase.Open(new StorageOptions { DataFolder = folder }, clock);
        using var connection = database.OpenConnection();
        connection.Execute("CREATE TABLE marks (id bigint NOT NULL PRIMARY KEY)");
        queue = new WriteQueue(database, clock, NullLogger<WriteQueue>.Instance);
    }

    [Fact]
    public async Task A_Result_Is_Handed_Out_After_The_Commit()
    {
        var seen = await queue.ExecuteAsync(
            "key", transaction => transaction.Connection!.Execute("INSERT INTO marks VALUES (1)", transaction: transaction));

        Assert.Equal(1, seen);
        Assert.Equal([1L], Marks());
    }

    [Fact]
    public void A_Database_That_Stays_Locked_Fails_Though_Nobody_Waits_Any_More()
    {
        using var writer = new BatchWriter(database, new StoreMetrics(null, () => 0, clock), NullLogger.Instance);
        using var other = database.OpenConnection();
        other.Execute("BEGIN IMMEDIATE");
        Assert.False(writer.Write([GivenUp()], _ => { }));
        other.Execute("ROLLBACK");
        Assert.True(writer.Write([GivenUp()], _ => { }));

        static PendingWrite GivenUp()
        {
            var write = new PendingWrite("key", _ => { });
            write.Abandon();
            return write;
        }
    }

    [Fact]
    public async Task Nothing_Is_Handed_Out_Before_The_Whole_Batch_Is_Committed()
    {
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => gate.Wait(TimeSpan.FromSeconds(30)));
        var first = queue.ExecuteAsync("key", transaction => Insert(transaction, 1));
        using var second = new ManualResetEventSlim();
        var last = queue.ExecuteAsync("key", transaction =>
        {
            entered.Set();
            second.Wait(TimeSpan.FromSeconds(30));
            return Insert(transaction, 2);
        });

        gate.Set();
        entered.Wait(TimeSpan.FromSeconds(30));
        var early = (first.IsCompleted, Marks().Count);
        second.Set();
        await Task.WhenAll(blocker, first, last);

        Assert.Equal((false, 0), early);
        Assert.Equal([1L, 2L], Marks());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Failing_Write_Is_Rolled_Back_Alone(bool constraint)
    {
        using var gate = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => gate.Wait(TimeSpan.FromSeconds(30)));
        var before = queue.ExecuteAsync("key", transaction => Insert(transaction, 1));
        var failing = queue.ExecuteAsync("key", transaction =>
        {
            Insert(transaction, 2);
            return constraint ? Insert(transaction, 1) : throw new InvalidOperationException("planned");
        });
        var after = queue.ExecuteAsync("key", transaction => Insert(transaction, 3));

        gate.Set();
        await Task.WhenAll(blocker, before, after);

        if (constraint)
            await Assert.ThrowsAsync<SqliteException>(() => failing);
        else
            Assert.Equal("planned", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing)).Message);
        Assert.Equal([1L, 3L], Marks());
    }

    [Fact]
    public async Task When_The_Engine_Fails_The_Batch_Fails_And_The_Next_One_Works()
    {
        var failing = queue.ExecuteAsync(
            "key", transaction => transaction.Connection!.Execute("INSERT INTO missing VALUES (1)", transaction: transaction));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => failing);

        await queue.ExecuteAsync("key", transaction => Insert(transaction, 4));
        Assert.Equal([4L], Marks());
    }

    [Fact]
    public async Task An_Impatient_Caller_Gives_Up_And_Its_Write_Is_Not_Started()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var impatient = queue.ExecuteAsync("key", transaction => Insert(transaction, 1));
        var persistent = queue.ExecuteAsync("key", transaction => Insert(transaction, 2), persistent: true);

        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient);
        gate.Set();
        await Task.WhenAll(blocker, persistent);

        Assert.Equal([2L], Marks());
    }

    [Fact]
    public async Task What_Must_Not_Be_Lost_Is_Done_After_Its_Caller_Gave_Up()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var waiting = queue.RepeatAsync("key", transaction => Insert(transaction, 1), clock.GetUtcNow().AddMinutes(1));

        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        gate.Set();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => blocker);
        queue.Dispose();

        Assert.Equal([1L], Marks());
    }

    [Fact]
    public async Task A_Full_Queue_Refuses_At_Once()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var waiting = Enumerable.Range(1, 4096)
            .Select(id => queue.ExecuteAsync("key", transaction => Insert(transaction, id), persistent: true)).ToList();

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => queue.ExecuteAsync("key", transaction => Insert(transaction, 0)));
        gate.Set();
        await blocker;
        await Task.WhenAll(waiting);

        Assert.Contains("full", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4096, Marks().Count);
    }

    [Fact]
    public async Task A_Full_Queue_Has_Room_For_What_Must_Not_Be_Lost()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var waiting = Enumerable.Range(1, 4096).Select(id => queue.ExecuteAsync("key", transaction => Insert(transaction, id))).ToList();

        var outcome = queue.RepeatAsync("key", transaction => Insert(transaction, 5000), clock.GetUtcNow());
        gate.Set();
        await Task.WhenAll([blocker, outcome, .. waiting]);

        Assert.Equal(4097, Marks().Count);
    }

    [Fact]
    public async Task Writes_Whose_Callers_Gave_Up_Take_No_Room()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        for (var round = 0; round < 2; round++)
        {
            var abandoned = Enumerable.Range(1, 4096)
                .Select(_ => queue.ExecuteAsync("key", transaction => Insert(transaction, 1))).ToList();
            clock.Advance(TimeSpan.FromSeconds(2));
            foreach (var write in abandoned)
                Assert.Contains(
                    "in time", (await Assert.ThrowsAsync<StoreUnavailableException>(() => write)).Message, StringComparison.Ordinal);
        }

        var next = Enumerable.Range(2, 4096).Select(id => queue.ExecuteAsync("key", transaction => Insert(transaction, id))).ToList();
        var last = queue.ExecuteAsync("key", transaction => Insert(transaction, 1));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => last);
        gate.Set();
        await Task.WhenAll([blocker, .. next]);

        Assert.Equal(Enumerable.Range(2, 4096).Select(id => (long)id), Marks());
    }

    [Fact]
    public async Task What_Must_Not_Be_Lost_Is_Repeated_Until_Its_Time_Ends()
    {
        var tries = 0;
        var mended = queue.RepeatAsync(
            "key", transaction => tries++ < 3 ? Fail(transaction) : Insert(transaction, 1), clock.GetUtcNow().AddSeconds(45));
        Assert.Equal((1, 4), (await mended, tries));

        tries = 0;
        // Each try takes a while: the first two, in a batch and then alone, leave time for two more.
        var broken = queue.RepeatAsync("key", Try, clock.GetUtcNow().AddSeconds(0.6));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => broken);
        Assert.Equal(4, tries);

        int Try(DbTransaction transaction)
        {
            tries++;
            clock.Advance(TimeSpan.FromSeconds(0.15));
            return Fail(transaction);
        }

        static int Fail(DbTransaction transaction) =>
            transaction.Connection!.Execute("INSERT INTO missing VALUES (1)", transaction: transaction);
    }

    [Fact]
    public async Task Closing_Writes_What_Waits_And_Refuses_What_Comes_After()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var waiting = queue.ExecuteAsync("key", transaction => Insert(transaction, 1));
        gate.Set();

        queue.Dispose();

        await Task.WhenAll(blocker, waiting);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.ExecuteAsync("key", transaction => Insert(transaction, 2)));
        Assert.Equal([1L], Marks());
    }

    [Fact]
    public async Task Closing_Ends_At_Its_Limit_And_Tells_Everybody_Who_Still_Waits()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var stuck = queue.ExecuteAsync("key", transaction => HoldAndInsert(transaction, running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var waiting = queue.ExecuteAsync("key", transaction => Insert(transaction, 2), persistent: true);

        var closing = Task.Run(queue.Dispose);
        while (!clock.IsAwaitedIn(TimeSpan.FromSeconds(3)))
            await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(2.9));
        var early = closing.IsCompleted || stuck.IsCompleted || waiting.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await closing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(early);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => stuck.WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        // The writer finishes its batch and skips writes that were given up.
        gate.Set();
        while (Marks().Count == 0)
            await Task.Yield();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.ExecuteAsync("key", transaction => Insert(transaction, 3)));
        Assert.Equal([1L], Marks());
    }

    [Fact]
    public async Task It_Is_Failing_From_A_Failure_Of_The_Engine_To_The_Next_Commit()
    {
        var seen = new List<bool> { queue.IsFailing };
        await Assert.ThrowsAsync<SqliteException>(() => queue.ExecuteAsync("key", transaction => Insert(transaction, null)));
        seen.Add(queue.IsFailing);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.ExecuteAsync(
            "key", transaction => transaction.Connection!.Execute("INSERT INTO missing VALUES (1)", transaction: transaction)));
        await UntilAsync(() => queue.IsFailing);
        await queue.ExecuteAsync("key", transaction => Insert(transaction, 1));
        await UntilAsync(() => !queue.IsFailing);

        Assert.Equal([false, false], seen);
    }

    [Fact]
    public async Task It_Is_Failing_While_The_Database_Takes_Longer_Than_A_Caller_Waits()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = queue.ExecuteAsync("key", _ => Hold(running, gate), persistent: true);
        running.Wait(TimeSpan.FromSeconds(30));
        var impatient = queue.ExecuteAsync("key", transaction => Insert(transaction, 1));

        var before = queue.IsFailing;
        clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => impatient);
        var during = queue.IsFailing;
        gate.Set();
        await blocker;
        await UntilAsync(() => !queue.IsFailing);

        Assert.Equal((false, true), (before, during));
    }

    [Fact]
    public void Closing_Twice_Is_Harmless()
    {
        queue.Dispose();
        queue.Dispose();

        Assert.Empty(Marks());
    }

    public void Dispose()
    {
        queue.Dispose();
        database.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static bool Hold(ManualResetEventSlim running, ManualResetEventSlim gate)
    {
        running.Set();
        return gate.Wait(TimeSpan.FromSeconds(30));
    }

    private static bool HoldAndInsert(DbTransaction transaction, ManualResetEventSlim running, ManualResetEventSlim gate) =>
        Hold(running, gate) && Insert(transaction, 1) == 1;

    // The writer reports the result slightly after its callers get theirs.
    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Yield();
    }

    private static int Insert(DbTransaction transaction, long? id) =>
        transaction.Connection!.Execute("INSERT INTO marks VALUES (@id)", new { id }, transaction);

    private List<long> Marks()
    {
        using var connection = database.OpenConnection();
        return connection.Query<long>("SELECT id FROM marks ORDER BY id").AsList();
    }
}
