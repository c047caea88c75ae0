using System.Globalization;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// The full callback path (authentication, checks, deduplication, state change, encryption, log lines, a commit on
/// disk), compared with the lower bound and with itself at one transaction per request. The rounds alternate, so that
/// other load on the machine affects all of them.
/// </summary>
internal static class CallbackLoad
{
    // More than any round needs.
    private const int PerSecondAtMost = 25_000;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var perRound = options.Seconds * PerSecondAtMost;
        using var store = new FilledStore(options.Postgres);
        using var storeOfSingles = new FilledStore(options.Postgres);
        store.AddWaiting(0, perRound * (options.Rounds + 1));
        storeOfSingles.AddWaiting(0, perRound / 3 * (options.Rounds + 1));
        using var bare = await ServerProcess.StartAsync("/dev/null", "serve-bare");
        using var full = await ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings]);
        using var single = await ServerProcess.StartAsync(
            storeOfSingles.Log, ["serve-linkage", .. storeOfSingles.Settings, $"--{LinkageServer.Batch}=1"]);

        Console.WriteLine(
            $"{(options.Postgres ? "PostgreSQL" : "SQLite")}, {options.Connections} connections, {options.Rounds} rounds of "
            + $"{options.Seconds} s, requests/s (p50, p99 in ms)");
        List<(LoadResult Bare, LoadResult Full, LoadResult Single)> rounds = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            var seconds = round == 0 ? Math.Min(5, options.Seconds) : options.Seconds;
            var results = (
                Bare: await Wrk.PostCallbacksAsync(bare.Address, options.Connections, seconds, 0),
                Full: await Wrk.PostCallbacksAsync(full.Address, options.Connections, seconds, (long)round * perRound),
                Single: await Wrk.PostCallbacksAsync(single.Address, options.Connections, seconds, (long)round * (perRound / 3)));
            // The first is for warming up.
            Console.WriteLine(
                $"{(round == 0 ? "warm-up" : $"round {round}")}: bare {Text(results.Bare)}, full {Text(results.Full)}, one transaction "
                + $"per request {Text(results.Single)}");
            if (round > 0)
                rounds.Add(results);
        }

        full.Dispose();
        single.Dispose();
        var acknowledged = rounds.Sum(round => round.Full.Requests);
        var applied = store.CountApplied(perRound);
        if (applied < acknowledged)
            throw new InvalidOperationException($"{acknowledged} acknowledged, {applied} applied.");
        Console.WriteLine($"full / bare: {Rounds.Text(rounds, round => round.Full.PerSecond / round.Bare.PerSecond)}");
        Console.WriteLine(
            $"full / one transaction per request: {Rounds.Text(rounds, round => round.Full.PerSecond / round.Single.PerSecond)}");
        Console.WriteLine($"full, p99: {Rounds.Text(rounds, round => round.Full.P99)} ms; {acknowledged} acknowledged, {applied} applied");
        return 0;
    }

    private static string Text(LoadResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.PerSecond:0} ({result.P50:0.0}, {result.P99:0.0})");
}
