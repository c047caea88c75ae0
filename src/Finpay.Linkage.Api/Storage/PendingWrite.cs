using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A write on its way: waiting, then either running or abandoned by its caller. Its outcome is known first, then told.</summary>
/// <param name="key">What it is about: writes of one batch are done in the order of their keys, so that two batches never wait for each other crosswise.</param>
internal abstract class PendingWrite(string key)
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int Abandoned = 2;

    private int state;
    private bool hasOutcome;

    public string Key => key;

    /// <summary>There is nothing left to do for it.</summary>
    public bool IsOver => hasOutcome || Volatile.Read(ref state) == Abandoned;

    /// <summary>The engine could not commit it.</summary>
    public bool IsLost => Failure is StoreUnavailableException;

    protected Exception? Failure { get; private set; }

    public bool TryStart() => Interlocked.CompareExchange(ref state, Running, Waiting) == Waiting;

    /// <summary>Keeps it from being started, or from being done again; one that runs already may still be committed.</summary>
    public void Abandon() => Interlocked.Exchange(ref state, Abandoned);

    /// <summary>May be done again when the transaction it was part of came to nothing.</summary>
    public abstract void Execute(DbTransaction transaction);

    /// <summary>Executes what stands at <paramref name="index"/>, and with it what follows and is done by the same statements.</summary>
    /// <returns>How many.</returns>
    public virtual int ExecuteWithNext(DbTransaction transaction, IReadOnlyList<PendingWrite> batch, int index)
    {
        Execute(transaction);
        return 1;
    }

    /// <summary>Its batch is durable.</summary>
    public void Succeed() => hasOutcome = true;

    /// <summary>It failed, alone or with its batch.</summary>
    public void Fail(Exception exception)
    {
        Failure ??= exception;
        hasOutcome = true;
    }

    /// <summary>Tells the outcome; who waits for it goes on on this thread.</summary>
    public abstract void Tell();
}

internal abstract class PendingWrite<T>(string key) : PendingWrite(key)
{
    private readonly TaskCompletionSource<T> completion = new();

    public Task<T> Task => completion.Task;

    protected T? Result { get; set; }

    public override void Tell()
    {
        if (Failure is null)
            completion.SetResult(Result!);
        else
            completion.SetException(Failure);
    }
}

/// <summary>One that is done by itself.</summary>
internal sealed class SingleWrite<T>(string key, Func<DbTransaction, T> work) : PendingWrite<T>(key)
{
    public override void Execute(DbTransaction transaction) => Result = work(transaction);
}

/// <summary>One that many of its kind can be done with at once.</summary>
internal sealed class SharedWrite<TItem, T>(string key, TItem item, Func<DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> work) : PendingWrite<T>(key)
{
    private readonly Func<DbTransaction, IReadOnlyList<TItem>, IReadOnlyList<T>> work = work;
    private readonly TItem item = item;

    public override void Execute(DbTransaction transaction) => Result = work(transaction, [item])[0];

    public override int ExecuteWithNext(DbTransaction transaction, IReadOnlyList<PendingWrite> batch, int index)
    {
        var alike = new List<SharedWrite<TItem, T>> { this };
        while (index + alike.Count < batch.Count && batch[index + alike.Count] is SharedWrite<TItem, T> next && next.work == work)
            alike.Add(next);
        var results = work(transaction, alike.ConvertAll(write => write.item));
        for (var number = 0; number < alike.Count; number++)
            alike[number].Result = results[number];
        return alike.Count;
    }
}
