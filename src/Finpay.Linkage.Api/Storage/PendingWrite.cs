using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A write in the queue: waiting, then either running or abandoned by its caller.</summary>
/// <param name="key">The reference that it is about: a batch is written in the order of keys, so that two batches
/// never wait for each other crosswise.</param>
internal abstract class PendingWrite(string key)
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int Abandoned = 2;

    private int state;
    private bool hasOutcome;

    public string Key => key;

    public bool IsOver => hasOutcome || Volatile.Read(ref state) == Abandoned;

    public bool IsLost => Failure is StoreUnavailableException;

    protected Exception? Failure { get; private set; }

    public bool TryStart() => Interlocked.CompareExchange(ref state, Running, Waiting) == Waiting;

    /// <summary>Keeps it from being started or repeated; a write that runs already may still be committed.</summary>
    public void Abandon() => Interlocked.Exchange(ref state, Abandoned);

    /// <summary>May run again when its transaction was rolled back.</summary>
    public abstract void Execute(DbTransaction transaction);

    public void Succeed() => hasOutcome = true;

    public void Fail(Exception exception)
    {
        Failure ??= exception;
        hasOutcome = true;
    }

    /// <summary>Completes the caller's task; the caller continues on this thread.</summary>
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
