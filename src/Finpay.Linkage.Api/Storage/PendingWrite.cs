using System.Data.Common;

namespace Finpay.Linkage.Api.Storage;

/// <summary>A write on its way: waiting, then either running or abandoned by its caller.</summary>
/// <param name="key">What it is about: writes of one batch are done in the order of their keys, so that two batches never wait for each other crosswise.</param>
internal abstract class PendingWrite(string key)
{
    private const int Waiting = 0;
    private const int Running = 1;
    private const int Abandoned = 2;

    private int state;

    public string Key => key;

    /// <summary>Its caller has been told already.</summary>
    public bool IsOver => IsAnswered || Volatile.Read(ref state) == Abandoned;

    public bool TryStart() => Interlocked.CompareExchange(ref state, Running, Waiting) == Waiting;

    /// <summary>Keeps it from being started, or from being done again; one that runs already may still be committed.</summary>
    public void Abandon() => Interlocked.Exchange(ref state, Abandoned);

    /// <summary>May be done again when the transaction it was part of came to nothing.</summary>
    public abstract void Execute(DbTransaction transaction);

    /// <summary>The batch is durable: hands out the result, or the failure of this write alone.</summary>
    public abstract void Publish();

    public abstract void Fail(Exception exception);

    protected abstract bool IsAnswered { get; }
}

internal sealed class PendingWrite<T>(string key, Func<DbTransaction, T> work) : PendingWrite(key)
{
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Task => completion.Task;

    protected override bool IsAnswered => completion.Task.IsCompleted;

    public override void Execute(DbTransaction transaction) => result = work(transaction);

    public override void Publish() => completion.TrySetResult(result!);

    public override void Fail(Exception exception) => completion.TrySetException(exception);
}
