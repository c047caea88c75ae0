using System.Collections.Concurrent;
using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// All writes go through a few threads, one with SQLite. Those that wait at the same time share a transaction, hence a flush to disk; each caller is
/// answered after its own batch is durable. A write that fails is rolled back to its savepoint and takes no neighbour with it.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    private const int Capacity = 4096;
    private const int MaxBatch = 128;

    /// <summary>A callback must be answered within 3 s (api.md); this leaves time to say 500.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    /// <summary>Within the 10 s by which a lease exceeds the time for Finnet.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(5);

    private readonly IDatabase database;
    private readonly TimeProvider clock;
    private readonly ILogger<WriteQueue> logger;
    private readonly BlockingCollection<PendingWrite> queue = new(Capacity);
    private readonly Thread[] writers;
    private bool disposed;

    public WriteQueue(IDatabase database, TimeProvider clock, ILogger<WriteQueue> logger)
    {
        this.database = database;
        this.clock = clock;
        this.logger = logger;
        writers = [.. Enumerable.Range(1, database.Writers).Select(number => new Thread(Run) { Name = $"Store writer {number}", IsBackground = true })];
        foreach (var writer in writers)
            writer.Start();
    }

    /// <summary>Runs <paramref name="work"/> in a transaction on the writer's thread; the result is handed out once it is on disk.</summary>
    /// <param name="key">The reference that it is about.</param>
    /// <param name="work">Statements only: whatever can be computed before is computed by the caller. May be called again.</param>
    /// <param name="persistent">True: it is done also when its caller has given up, after 5 s: for what must not be lost. False: given up after 2.5 s.</param>
    /// <exception cref="StoreUnavailableException">It could not be committed in time.</exception>
    public async Task<T> ExecuteAsync<T>(string key, Func<DbTransaction, T> work, bool persistent = false)
    {
        var write = new PendingWrite<T>(key, work);
        if (!TryEnqueue(write))
            throw new StoreUnavailableException("The write queue is full or closed.");
        try
        {
            return await write.Task.WaitAsync(persistent ? LongPatience : Patience, clock);
        }
        catch (TimeoutException exception)
        {
            if (!persistent)
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
        foreach (var writer in writers)
            writer.Join();
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
        using var writer = new BatchWriter(database, logger);
        var batch = new List<PendingWrite>(MaxBatch);
        foreach (var first in queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MaxBatch && queue.TryTake(out var next))
                batch.Add(next);
            writer.Write([.. InOrder(batch.Where(write => write.TryStart()))]);
            batch.Clear();
        }
    }

    // Among several writers in the order of keys (stable: what came first for a reference is done first); a single one has nobody to wait for.
    private IEnumerable<PendingWrite> InOrder(IEnumerable<PendingWrite> batch) =>
        database.Writers == 1 ? batch : batch.OrderBy(write => write.Key, StringComparer.Ordinal);
}
