using System.Data.Common;
using System.Diagnostics.Metrics;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// All writes go through a few threads, one with SQLite. Writes that wait at the same time share one transaction and one flush to disk;
/// each caller is answered after its own batch is durable. A write that fails does not fail its neighbours.
/// </summary>
internal sealed partial class WriteQueue : IDisposable
{
    public const int LargestBatch = 128;
    private const int Capacity = 4096;

    /// <summary>A callback must be answered within 3 s (api.md); this leaves time to say 500.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Within the 10 s by which a lease exceeds the time for Finnet.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    /// <summary>So long after it was seen locked a record's writes are set aside, so that no batch waits for it again.</summary>
    private static readonly TimeSpan LockMemory = TimeSpan.FromSeconds(30);

    /// <summary>From a failure to the next try of what must not be lost.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.25);

    /// <summary>After the host's 30 s for requests under way, and within the 35 s that a container is given (compose.yaml).</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);

    private const string NotInTime = "The database did not take the write in time.";

    private readonly IDatabase database;
    private readonly TimeProvider clock;
    private readonly ILogger<WriteQueue> logger;
    private readonly StoreMetrics metrics;
    private readonly int largestBatch;
    // Of a command, whose writes wait behind those of a service.
    private readonly TimeSpan? patience;
    private readonly object gate = new();
    private readonly LinkedList<PendingWrite> waiting = new();

    // Writes whose record somebody has locked, and those that came for it since. A thread of their own tries them, while there are any.
    private readonly LinkedList<PendingWrite> setAside = new();
    private readonly Dictionary<string, DateTimeOffset> lockedKeys = [];
    private bool triesSetAside;

    private readonly CountdownEvent writers;
    private volatile bool isClosed;
    // Never disposed: a caller whose write has ended may still read its token.
    private readonly CancellationTokenSource closed = new();
    private volatile bool isFailing;

    public WriteQueue(
        IDatabase database, TimeProvider clock, ILogger<WriteQueue> logger, int largestBatch = LargestBatch, TimeSpan? patience = null,
        IMeterFactory? meters = null)
    {
        (this.database, this.clock, this.logger, this.largestBatch) = (database, clock, logger, largestBatch);
        this.patience = patience;
        metrics = new StoreMetrics(meters, () => waiting.Count + setAside.Count, clock);
        writers = new CountdownEvent(database.Writers);
        for (var number = 1; number <= database.Writers; number++)
            new Thread(Run) { Name = $"Store writer {number}", IsBackground = true }.Start();
    }

    /// <summary>A write about this reference is on disk, and its caller is about to go on.</summary>
    public Action<string>? Committed { get; set; }

    /// <summary>The last write that was tried could not be committed, or not in time.</summary>
    public bool IsFailing => isFailing;

    /// <summary>Runs the work in a transaction on the writer's thread; the result is handed out once it is on disk.</summary>
    /// <param name="key">The reference that it is about.</param>
    /// <param name="work">Statements only; the caller encrypts and hashes before. May run more than once.</param>
    /// <param name="persistent">
    /// True: it always has room, and is written also after its caller gave up (5 s). False: it is abandoned after 2 s.
    /// </param>
    /// <exception cref="StoreUnavailableException">It could not be committed, or not in time.</exception>
    public Task<T> ExecuteAsync<T>(string key, Func<DbTransaction, T> work, bool persistent = false) =>
        ExecuteAsync(key, work, persistent, patience ?? (persistent ? LongPatience : Patience));

    /// <summary>The same for a caller with a patience of its own.</summary>
    public async Task<T> ExecuteAsync<T>(string key, Func<DbTransaction, T> work, bool persistent, TimeSpan wait)
    {
        T? result = default;
        await EnqueueAsync(new PendingWrite(key, transaction => result = work(transaction)), persistent, wait);
        return result!;
    }

    /// <summary>The same for work that takes many items in one call, each of another key.</summary>
    public async Task<T> ExecuteAsync<TItem, T>(string key, TItem item, Func<DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> work)
    {
        var write = new SharedWrite<TItem, T>(key, item, work);
        await EnqueueAsync(write, persistent: false, patience ?? Patience);
        return write.Result!;
    }

    /// <summary>The same for work that must not be lost: it is tried until then, even when its caller has given up after 5 s.</summary>
    /// <param name="key">The reference that it is about.</param>
    /// <param name="work">It must notice that it is committed already: a commit may have been lost on its way back.</param>
    /// <param name="until">By our clock.</param>
    public async Task<T> RepeatAsync<T>(string key, Func<DbTransaction, T> work, DateTimeOffset until)
    {
        try
        {
            return await RepeatUntilAsync(key, work, until).WaitAsync(LongPatience, clock);
        }
        catch (TimeoutException exception)
        {
            throw new StoreUnavailableException(NotInTime, exception);
        }
    }

    private async Task<T> RepeatUntilAsync<T>(string key, Func<DbTransaction, T> work, DateTimeOffset until)
    {
        while (true)
        {
            try
            {
                return await ExecuteAsync(key, work, persistent: true, Timeout.InfiniteTimeSpan);
            }
            catch (StoreUnavailableException) when (!isClosed && clock.GetUtcNow() < until)
            {
                await Task.Delay(Pause, clock, closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task EnqueueAsync(PendingWrite write, bool persistent, TimeSpan wait)
    {
        using var span = metrics.Trace(write);
        try
        {
            await WaitAsync(write, persistent, wait);
        }
        finally
        {
            StoreMetrics.Describe(span, write);
        }
    }

    private async Task WaitAsync(PendingWrite write, bool persistent, TimeSpan wait)
    {
        lock (gate)
        {
            // Of those that must not be lost there are at most as many as calls under way.
            if (isClosed || (waiting.Count + setAside.Count >= Capacity && !persistent))
                throw new StoreUnavailableException("The write queue is full or closed.");
            if (lockedKeys.TryGetValue(write.Key, out var until) && clock.GetUtcNow() < until)
            {
                SetAside(write);
            }
            else
            {
                waiting.AddLast(write.Place);
                Monitor.Pulse(gate);
            }
        }

        try
        {
            await write.Task.WaitAsync(wait, clock, closed.Token);
            Committed?.Invoke(write.Key);
        }
        catch (TimeoutException exception)
        {
            if (!persistent)
                Abandon(write);
            // A locked record says nothing about the database.
            if (!write.IsSetAside)
                isFailing = true;
            throw new StoreUnavailableException(NotInTime, exception);
        }
        catch (OperationCanceledException exception) when (closed.IsCancellationRequested)
        {
            Abandon(write);
            throw new StoreUnavailableException("The service ended before the database took the write.", exception);
        }
    }

    private void Abandon(PendingWrite write)
    {
        lock (gate)
        {
            write.Abandon();
            write.Place.List?.Remove(write.Place);
        }
    }

    private void SetAside(PendingWrite write)
    {
        write.IsSetAside = true;
        setAside.AddLast(write.Place);
        if (triesSetAside)
            return;
        triesSetAside = true;
        writers.AddCount();
        new Thread(TrySetAside) { Name = "Store writer of locked records", IsBackground = true }.Start();
    }

    // Called by a writer, so not all of them have ended.
    private void OnLocked(PendingWrite write)
    {
        lock (gate)
        {
            lockedKeys[write.Key] = clock.GetUtcNow() + LockMemory;
            if (isClosed)
                write.Tell(new StoreUnavailableException("The record is locked, and the service ends."));
            else if (!write.IsAbandoned)
                SetAside(write);
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
            LogNotDrained(waiting.Count + setAside.Count);
            closed.Cancel();
            return;
        }

        writers.Dispose();
    }

    private void Run()
    {
        using (var writer = new BatchWriter(database, metrics, logger))
        {
            while (Take() is { Count: > 0 } batch)
            {
                var works = writer.Write(batch, OnLocked);
                if (isFailing && works)
                    LogWorksAgain();
                isFailing = !works;
            }
        }

        writers.Signal();
    }

    private void TrySetAside()
    {
        using (var writer = new BatchWriter(database, metrics, logger))
        {
            while (TakeSetAside() is { Count: > 0 } batch)
            {
                if (!writer.Write(batch, OnLocked))
                    isFailing = true;
            }
        }

        writers.Signal();
    }

    /// <summary>The writes of one record; those of the others have their turn before it comes again.</summary>
    private List<PendingWrite> TakeSetAside()
    {
        lock (gate)
        {
            var key = setAside.First?.Value.Key;
            List<PendingWrite> batch = [.. setAside.Where(write => write.Key == key).Take(largestBatch)];
            batch.ForEach(write => setAside.Remove(write.Place));
            triesSetAside = batch.Count > 0;
            if (!triesSetAside)
                lockedKeys.Keys.Where(old => lockedKeys[old] <= clock.GetUtcNow()).ToList().ForEach(old => lockedKeys.Remove(old));
            return batch;
        }
    }

    /// <summary>What waits, as soon as something does; nothing once the queue is closed and empty.</summary>
    private List<PendingWrite> Take()
    {
        var batch = new List<PendingWrite>();
        lock (gate)
        {
            while (true)
            {
                while (batch.Count < largestBatch && waiting.First is { Value: var write })
                {
                    waiting.RemoveFirst();
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

/// <summary>Nothing was committed, as far as the caller may assume: the database is gone, slow, or has too much to do.</summary>
internal sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
