namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>One script, played against both; after every command the answers and all rows must agree.</summary>
internal sealed class Play(StoreUnderTest store)
{
    private int notified;

    /// <returns>The interesting things that it met.</returns>
    public async Task<IReadOnlyCollection<string>> RunAsync(Script script)
    {
        await store.StartAgainAsync();
        var oracle = new Oracle(store.Now);
        var before = store.See();
        foreach (var (index, command) in script.Commands.Index())
        {
            var (expected, actual) = await StepAsync(command, oracle);
            var after = store.See();
            var difference = (Equals(expected, actual) ? "" : $"\n  expected the answer {expected}\n  but was             {actual}") + Seen.Difference(oracle.Seen, after);
            Assert.True(difference.Length == 0, $"After command {index + 1}, {command}:{difference}");
            Invariants.Check(before, after, notified);
            before = after;
        }

        return oracle.Met;
    }

    private async Task<(object? Expected, object? Actual)> StepAsync(Command command, Oracle oracle)
    {
        switch (command)
        {
            case Begin begin:
                return (oracle.Begin(begin), await store.BeginAsync(begin));
            case End end:
                return (oracle.End(end), await store.EndAsync(end));
            case Notify notify:
                notified++;
                var answers = (oracle.Notify(notify), await store.NotifyAsync(notify));
                // No two come in one millisecond: which of them was first would be anybody's guess.
                oracle.Advance(1);
                store.Advance(1);
                return answers;
            case Advance advance:
                oracle.Advance(advance.Milliseconds);
                store.Advance(advance.Milliseconds);
                return default;
            case Crash crash:
                oracle.Crash(crash.Merchant);
                store.Crash(crash);
                return default;
            default:
                throw new ArgumentOutOfRangeException(nameof(command));
        }
    }
}
