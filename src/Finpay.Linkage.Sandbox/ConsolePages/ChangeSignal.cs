namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>Says that something the console shows has changed, not what: whoever waits reads the whole again, so nothing can be missed.</summary>
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

    // Continuations elsewhere: Raise is called inside other locks.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
