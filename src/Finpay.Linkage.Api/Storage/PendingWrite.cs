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

internal sealed class PendingWrite<T>(string key, Func<DbTransaction, T> work) : PendingWrite(key)
{
    private readonly TaskCompletionSource<T> completion = new();
    private T? result;

    public Task<T> Task => completion.Task;

    public override void Execute(DbTransaction transaction) => result = work(transaction);

    public override void Tell()
    {
        if (Failure is null)
            completion.SetResult(result!);
        else
            completion.SetException(Failure);
    }
}
