using System.Globalization;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// Callbacks while retention redacts old upgrades, compared with callbacks before it. Each round has its own
/// database.
/// </summary>
internal static class RetentionLoad
{
    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        List<(double Without, double With, double P99Without, double P99With)> rounds = [];
        for (var round = 1; round <= options.Rounds; round++)
        {
            using var store = new FilledStore(options.Postgres);
            store.AddFinished(0, options.Due);
            store.AddWaiting(0, 3 * options.Seconds * PerSecondAtMost);
            using var server = await ServerProcess.StartAsync(
                store.Log, ["serve-linkage", .. store.Settings, $"--Upgrades:RetentionDays={FilledStore.DaysSinceFinished}"]);
            await LoadAsync(0);
            var without = await LoadAsync(1);
            var retaining = server.RetainAsync();
            var with = await LoadAsync(2);
            var ended = retaining.IsCompleted ? " (it ended before the load did)" : "";
            var took = await retaining;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {without.PerSecond:0} callbacks/s, p99 {without.P99:0.0} ms; beside retention {with.PerSecond:0}, p99 "
                + $"{with.P99:0.0} ms{ended}; {options.Due} upgrades took {took}"));
            rounds.Add((without.PerSecond, with.PerSecond, without.P99, with.P99));

            Task<LoadResult> LoadAsync(int part) => Wrk.PostCallbacksAsync(
                server.Address, options.Connections, options.Seconds, (long)part * options.Seconds * PerSecondAtMost);
        }

        Console.WriteLine(
            $"callbacks/s, beside retention / without: {Rounds.Text(rounds, round => round.With / round.Without)}; p99 "
            + $"{Rounds.Text(rounds, round => round.P99With / round.P99Without)}");
        return 0;
    }
}
