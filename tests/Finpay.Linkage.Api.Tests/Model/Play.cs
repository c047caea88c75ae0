namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>One script, played against both; after every commit the answers and all rows must agree.</summary>
internal sealed class Play(StoreUnderTest store, Script script)
{
    private readonly int atOnce = store.SharesCommits ? script.AtOnce : 1;
    private readonly Oracle oracle = new(store.Now);
    private readonly List<(object? Expected, Task<object?> Actual)> waiting = [];
    private Seen before = new([], [], []);
    private int notified;

    /// <returns>The interesting situations that occurred.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync()
    {
        await store.StartAgainAsync();
        foreach (var (index, command) in script.Commands.Index())
        {
            // Time does not pass, nor does the process end, before what waits is on disk: whoever waits would give up.
            // Nor does a call end before it has begun, on disk.
            if (command is Advance or Crash || (command is End ending && oracle.Ending(ending) is { } attempt && !store.HasBegun(attempt)))
                await CommitAsync(index);
            if (command is not (Advance or Crash) && waiting.Count == 0 && atOnce > 1)
                store.Hold();
            Step(command, $"attempt-{index + 1}");
            // A server reads its clock when it writes.
            if (waiting.Count >= atOnce || (command is Notify && !store.SharesCommits))
                await CommitAsync(index + 1);
            // Never two in one millisecond, because their order would be undefined.
            if (command is Notify)
                Pass(1);
        }

        await CommitAsync(script.Commands.Count);
        return oracle.Met;
    }

    private void Step(Command command, string attemptName)
    {
        switch (command)
        {
            case Begin begin:
                Expect(oracle.Begin(begin, attemptName), store.BeginAsync(begin, attemptName));
                break;
            case End end when oracle.Ending(end) is { } attempt:
                Expect(oracle.End(attempt, end.Answer), store.EndAsync(attempt, end.Answer));
                break;
            case Notify notify:
                notified++;
                Expect(oracle.Notify(notify), store.NotifyAsync(notify));
                break;
            case Advance advance:
                Pass(advance.Milliseconds);
                break;
            case Crash crash:
                oracle.Crash(crash.Merchant);
                store.Crash(crash.Merchant);
                break;
        }
    }

    private void Pass(int milliseconds)
    {
        oracle.Advance(milliseconds);
        store.Advance(milliseconds);
    }

    private void Expect<T>(T expected, Task<T> actual) => waiting.Add((expected, BoxAsync(actual)));

    private static async Task<object?> BoxAsync<T>(Task<T> task) => await task;

    /// <summary>Runs the waiting calls in one transaction and checks the result.</summary>
    private async Task CommitAsync(int commands)
    {
        await store.LetGoAsync();
        var wrong = "";
        foreach (var (expected, task) in waiting)
        {
            if (await task is var actual && !Equals(expected, actual))
                wrong += $"\n  expected the answer {expected}\n  but was             {actual}";
        }

        waiting.Clear();
        var after = store.See();
        var difference = wrong + Seen.Difference(oracle.Seen, after);
        Assert.True(difference.Length == 0, $"After command {commands}:{difference}");
        Invariants.Check(before, after, notified);
        before = after;
    }
}
