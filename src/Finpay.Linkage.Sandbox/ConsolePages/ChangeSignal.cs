namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>Signals that something in the console changed, not what: a listener reads everything again and so misses nothing.</summary>
internal sealed class ChangeSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource next = New();
    private long version;

    public void Raise()
    {
        TaskCompletionSource passed;
        lock (gate)
        {
            version++;
            (passed, next) = (next, New());
        }

        passed.SetResult();
    }

    /// <summary>The number of changes so far, and a task that ends with the next one.</summary>
    public (long Version, Task Next) Now()
    {
        lock (gate)
            return (version, next.Task);
    }

    // Asynchronous continuations, because Raise is called inside other locks.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
