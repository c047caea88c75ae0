namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>A count that can be waited for.</summary>
internal sealed class Counter
{
    private readonly Lock gate = new();
    private readonly List<(int Target, TaskCompletionSource Reached)> waiting = [];

    public int Value { get; private set; }

    public void Increment()
    {
        lock (gate)
        {
            Value++;
            foreach (var (_, reached) in waiting.Where(waiter => waiter.Target <= Value))
                reached.SetResult();
            waiting.RemoveAll(waiter => waiter.Target <= Value);
        }
    }

    /// <summary>Ends when it has grown by <paramref name="steps"/>.</summary>
    public Task GrowsByAsync(int steps)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            waiting.Add((Value + steps, reached));
        return reached.Task;
    }
}
