using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// All writes go through one thread. Those that wait at the same time share a transaction, hence a flush to disk; each caller is answered
/// after its own batch is durable. A write that fails is rolled back to its savepoint and takes no neighbour with it.
/// </summary>
internal sealed partial class WriteQueue : IDisposable
{
    private const int Capacity = 4096;
    private const int MaxBatch = 128;

    /// <summary>A callback must be answered within 3 s (api.md); this leaves time to say 500.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private readonly SqliteDatabase database;
    private readonly TimeProvider clock;
    private readonly ILogger<WriteQueue> logger;
    private readonly BlockingCollection<PendingWrite> queue = new(Capacity);
    private readonly Thread writer;
    private SqliteConnection? connection;
    private bool disposed;

    public WriteQueue(SqliteDatabase database, TimeProvider clock, ILogger<WriteQueue> logger)
    {
        this.database = database;
        this.clock = clock;
        this.logger = logger;
        writer = new Thread(Run) { Name = "Store writer", IsBackground = true };
        writer.Start();
    }

    /// <summary>Runs <paramref name="work"/> in a transaction on the writer's thread; the result is handed out once it is on disk.</summary>
    /// <param name="work">Statements only: whatever can be computed before is computed by the caller.</param>
    /// <param name="persistent">True: wait until it is done, for what must not be lost. False: give up after 2.5 s.</param>
    /// <exception cref="StoreUnavailableException">It could not be committed in time.</exception>
    public async Task<T> ExecuteAsync<T>(Func<DbTransaction, T> work, bool persistent = false)
    {
        var write = new PendingWrite<T>(work);
        if (!TryEnqueue(write))
            throw new StoreUnavailableException("The write queue is full or closed.");
        try
        {
            return await (persistent ? write.Task : write.Task.WaitAsync(Patience, clock));
        }
        catch (TimeoutException exception)
        {
            write.Abandon();
            throw new StoreUnavailableException("The database did not take the write in time.", exception);
        }
    }

    /// <summary>Ends after what is queued is written.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        queue.CompleteAdding();
        writer.Join();
        connection?.Dispose();
        queue.Dispose();
    }

    private bool TryEnqueue(PendingWrite write)
    {
        try
        {
            return queue.TryAdd(write);
        }
        catch (InvalidOperationException)
        {
            // Completed: the service is stopping.
            return false;
        }
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(MaxBatch);
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxBatch && queue.TryTake(out var next))
                batch.Add(next);
            batch.RemoveAll(write => !write.TryStart());
            if (batch.Count > 0)
                Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<PendingWrite> batch)
    {
        try
        {
            connection ??= database.OpenConnection();
            using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            foreach (var write in batch)
                Execute(write, transaction);
            transaction.Commit();
            foreach (var write in batch)
                write.Publish();
        }
        catch (Exception exception)
        {
            LogBatchFailed(exception, batch.Count);
            foreach (var write in batch)
                write.Fail(new StoreUnavailableException("The database could not commit.", exception));
            connection?.Dispose();
            connection = null;
        }
    }

    private static void Execute(PendingWrite write, SqliteTransaction transaction)
    {
        transaction.Save("write");
        try
        {
            write.Execute(transaction);
            transaction.Release("write");
        }
        catch (Exception exception) when (exception is not SqliteException { SqliteErrorCode: not SqliteConstraint })
        {
            transaction.Rollback("write");
            transaction.Release("write");
            write.Fail(exception);
        }
    }

    // Errors of the engine itself (disk, corruption, lock) concern the whole batch; a constraint concerns the one write.
    private const int SqliteConstraint = 19;

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "{Count} writes could not be committed")]
    private partial void LogBatchFailed(Exception exception, int count);
}
