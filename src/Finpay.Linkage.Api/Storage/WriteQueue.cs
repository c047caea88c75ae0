using System.Data.Common;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// All writes go through a few threads, one with SQLite. Writes that wait at the same time share one transaction and one flush to disk;
/// each caller is answered after its own batch is durable. A write that fails does not fail its neighbours.
/// </summary>
internal sealed partial class WriteQueue : IDisposable
{
    public const int LargestBatch = 128;
    private const int Capacity = 4096;

    // Waking a thread for each outcome costs more than telling it.
    private const int ToldTogether = 16;

    /// <summary>A callback must be answered within 3 s (api.md); this leaves time to say 500.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Within the 10 s by which a lease exceeds the time for Finnet.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    /// <summary>After the host's 30 s for requests under way, and within the 35 s that a container is given (compose.yaml).</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    private readonly IDatabase database;
    private readonly TimeProvider clock;
    private readonly ILogger<WriteQueue> logger;
    private readonly int largestBatch;
    // Of a command, whose writes wait behind those of a service.
    private readonly TimeSpan? patience;
    private readonly object gate = new();
    private readonly Queue<PendingWrite> waiting = new();
    private readonly CountdownEvent writers;
    private bool isClosed;
    // Never disposed: a caller whose write has ended may still read its token.
    private readonly CancellationTokenSource closed = new();
    private volatile bool isFailing;

    public WriteQueue(
        IDatabase database, TimeProvider clock, ILogger<WriteQueue> logger, int largestBatch = LargestBatch, TimeSpan? patience = null)
    {
        (this.database, this.clock, this.logger, this.largestBatch) = (database, clock, logger, largestBatch);
        this.patience = patience;
        writers = new CountdownEvent(database.Writers);
        for (var number = 1; number <= database.Writers; number++)
            new Thread(Run) { Name = $"Store writer {number}", IsBackground = true }.Start();
    }

    /// <summary>The last write that was tried could not be committed, or not in time.</summary>
    public bool IsFailing => isFailing;

    /// <summary>Runs the work in a transaction on the writer's thread; the result is handed out once it is on disk.</summary>
    /// <param name="key">The reference that it is about.</param>
    /// <param name="work">Statements only; the caller encrypts and hashes before. May run more than once.</param>
    /// <param name="persistent">True: it is written even if its caller gives up, after 5 s. False: it is abandoned after 2 s.</param>
    /// <exception cref="StoreUnavailableException">It could not be committed in time.</exception>
    public async Task<T> ExecuteAsync<T>(string key, Func<DbTransaction, T> work, bool persistent = false)
    {
        T? result = default;
        await EnqueueAsync(new PendingWrite(key, transaction => result = work(transaction)), persistent);
        return result!;
    }

    /// <summary>The same for work that takes many items in one call, each of another key.</summary>
    public async Task<T> ExecuteAsync<TItem, T>(string key, TItem item, Func<DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> work)
    {
        var write = new SharedWrite<TItem, T>(key, item, work);
        await EnqueueAsync(write, persistent: false);
        return write.Result!;
    }

    private async Task EnqueueAsync(PendingWrite write, bool persistent)
    {
        lock (gate)
        {
            if (isClosed || waiting.Count == Capacity)
                throw new StoreUnavailableException("The write queue is full or closed.");
            waiting.Enqueue(write);
            Monitor.Pulse(gate);
        }

        try
        {
            await write.Task.WaitAsync(patience ?? (persistent ? LongPatience : Patience), clock, closed.Token);
        }
        catch (TimeoutException exception)
        {
            if (!persistent)
                write.Abandon();
            isFailing = true;
            throw new StoreUnavailableException("The database did not take the write in time.", exception);
        }
        catch (OperationCanceledException exception) when (closed.IsCancellationRequested)
        {
            write.Abandon();
            throw new StoreUnavailableException("The service ended before the database took the write.", exception);
        }
    }

    /// <summary>Ends when what is queued is written, or after 3 s: then the rest is given up, and its callers are told.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isClosed)
                return;
            isClosed = true;
            Monitor.PulseAll(gate);
        }

        using var limit = new CancellationTokenSource(DrainLimit, clock);
        try
        {
            writers.Wait(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A writer still runs, so nothing that it uses is disposed; it ends with the process.
            LogNotDrained(waiting.Count);
            closed.Cancel();
            return;
        }

        writers.Dispose();
    }

    private void Run()
    {
        using (var writer = new BatchWriter(database, logger))
        {
            while (Take() is { Count: > 0 } batch)
            {
                writer.Write(batch);
                var fails = batch.Exists(write => write.IsLost);
                if (isFailing && !fails)
                    LogWorksAgain();
                isFailing = fails;
                foreach (var part in batch.Chunk(ToldTogether))
                    ThreadPool.UnsafeQueueUserWorkItem(writes => Array.ForEach(writes, write => write.Tell()), part, preferLocal: false);
            }
        }

        writers.Signal();
    }

    /// <summary>What waits, as soon as something does; nothing once the queue is closed and empty.</summary>
    private List<PendingWrite> Take()
    {
        var batch = new List<PendingWrite>();
        lock (gate)
        {
            while (true)
            {
                while (batch.Count < largestBatch && waiting.TryDequeue(out var write))
                {
                    if (!write.IsOver)
                        batch.Add(write);
                }

                if (batch.Count > 0 || isClosed)
                    break;
                Monitor.Wait(gate);
            }
        }

        // Several writers need one order of keys; the sort is stable, so writes of one reference keep their order.
        return database.Writers > 1 ? [.. batch.OrderBy(write => write.Key, StringComparer.Ordinal)] : batch;
    }

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "Writes are committed again")]
    private partial void LogWorksAgain();

    [LoggerMessage(EventId = 3005, Level = LogLevel.Error,
        Message = "The service ends before the database has taken all writes: {Count} waiting writes and the running ones are given up; "
            + "none was acknowledged")]
    private partial void LogNotDrained(int count);
}

/// <summary>A write in the queue; its key is the reference that it is about. Its work may run again when it was rolled back.</summary>
internal class PendingWrite(string key, Action<DbTransaction> work)
{
    private readonly TaskCompletionSource completion = new();
    private volatile bool isAbandoned;
    private bool hasOutcome;
    private Exception? failure;

    public string Key => key;

    public Task Task => completion.Task;

    public bool IsOver => hasOutcome || isAbandoned;

    public bool IsLost => failure is StoreUnavailableException;

    /// <summary>Keeps it from being started or repeated; a write that runs already may still be committed.</summary>
    public void Abandon() => isAbandoned = true;

    /// <summary>Runs the write at <paramref name="index"/>, and with it those behind it that can share its statements.</summary>
    /// <returns>How many.</returns>
    public virtual int Execute(DbTransaction transaction, IReadOnlyList<PendingWrite> batch, int index)
    {
        work(transaction);
        return 1;
    }

    public void Succeed() => hasOutcome = true;

    public void Fail(Exception exception) => (failure, hasOutcome) = (exception, true);

    /// <summary>Completes the caller's task; the caller continues on this thread.</summary>
    public void Tell()
    {
        if (failure is null)
            completion.SetResult();
        else
            completion.SetException(failure);
    }
}

/// <summary>A write whose work takes many items at once: over a network that saves round trips.</summary>
internal sealed class SharedWrite<TItem, T>(
    string key, TItem item, Func<DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> work) : PendingWrite(key, _ => { })
{
    private TItem Item => item;

    public T? Result { get; private set; }

    public override int Execute(DbTransaction transaction, IReadOnlyList<PendingWrite> batch, int index)
    {
        // A batch for PostgreSQL is ordered by key. With SQLite there is no round trip to save.
        var together = new List<SharedWrite<TItem, T>> { this };
        while (transaction is NpgsqlTransaction && index + together.Count < batch.Count
            && batch[index + together.Count] is SharedWrite<TItem, T> next && next.Key != together[^1].Key)
            together.Add(next);
        foreach (var (write, result) in together.Zip(work(transaction, together.ConvertAll(write => write.Item))))
            write.Result = result;
        return together.Count;
    }
}

/// <summary>Nothing was committed, as far as the caller may assume: the database is gone, slow, or has too much to do.</summary>
internal sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
