using System.Data.Common;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A write in the queue; its key is the reference that it is about. Its work may run again when it was rolled back.</summary>
internal class PendingWrite(string key, Action<DbTransaction> work)
{
    private readonly TaskCompletionSource completion = new();
    private volatile bool isAbandoned;

    public string Key => key;

    public Task Task => completion.Task;

    /// <summary>Where it waits, if it does.</summary>
    public LinkedListNode<PendingWrite> Place => field ??= new(this);

    /// <summary>When it came, if its caller is traced.</summary>
    public long? Enqueued { get; set; }

    /// <summary>Set once it is committed, if its caller is traced.</summary>
    public WriteTimes? Times { get; set; }

    /// <summary>Its record was locked by somebody.</summary>
    public bool IsSetAside { get; set; }

    public bool IsAbandoned => isAbandoned;

    /// <summary>Keeps it from being started or repeated; a write that runs already may still be committed.</summary>
    public void Abandon() => isAbandoned = true;

    /// <summary>Runs the write at <paramref name="index"/>, and with it those behind it that can share its statements.</summary>
    /// <returns>How many.</returns>
    public virtual int Execute(DbTransaction transaction, IReadOnlyList<PendingWrite> batch, int index)
    {
        work(transaction);
        return 1;
    }

    /// <summary>Completes the caller's task; the caller continues on this thread.</summary>
    public void Tell(Exception? failure)
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
