using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A write in the queue; its key is the reference that it is about.</summary>
internal abstract class PendingWrite(string key)
{
    private volatile bool isAbandoned;
    private bool hasOutcome;

    public string Key => key;

    public bool IsOver => hasOutcome || isAbandoned;

    public bool IsLost => Failure is StoreUnavailableException;

    protected Exception? Failure { get; private set; }

    /// <summary>Keeps it from being started or repeated; a write that runs already may still be committed.</summary>
    public void Abandon() => isAbandoned = true;

    /// <summary>May run again when its transaction was rolled back.</summary>
    public abstract void Execute(DbTransaction transaction);

    public void Succeed() => hasOutcome = true;

    public void Fail(Exception exception) => (Failure, hasOutcome) = (exception, true);

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
