using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// Callbacks while many upgrades become overdue at once, compared with callbacks before it. Each round has its own database.
/// </summary>
internal static class OverdueLoad
{
    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        List<(double Without, double With, double P99Without, double P99With)> rounds = [];
        for (var round = 1; round <= options.Rounds; round++)
        {
            // After two loads and the start; before the service looks by itself a minute after it.
            var overdueAfter = TimeSpan.FromSeconds((2 * options.Seconds) + 15);
            using var store = new FilledStore(options.Postgres);
            store.AddWaiting(0, 3 * options.Seconds * PerSecondAtMost);
            store.AddDue(options.Due);
            var filled = Stopwatch.GetTimestamp();
            using var server = await ServerProcess.StartAsync(
                store.Log, ["serve-linkage", .. store.Settings, $"--Upgrades:OverdueAfter={overdueAfter}"]);
            await LoadAsync(0);
            var without = await LoadAsync(1);
            if (overdueAfter - Stopwatch.GetElapsedTime(filled) is { Ticks: > 0 } left)
                await Task.Delay(left);
            var watching = server.WatchAsync();
            var with = await LoadAsync(2);
            var ended = watching.IsCompleted ? " (it ended before the load did)" : "";
            var took = await watching;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {without.PerSecond:0} callbacks/s, p99 {without.P99:0.0} ms; beside it {with.PerSecond:0}, p99 "
                + $"{with.P99:0.0} ms{ended}; {options.Due} upgrades: {took}"));
            rounds.Add((without.PerSecond, with.PerSecond, without.P99, with.P99));

            Task<LoadResult> LoadAsync(int part) => Wrk.PostCallbacksAsync(
                server.Address, options.Connections, options.Seconds, (long)part * options.Seconds * PerSecondAtMost);
        }

        Console.WriteLine(
            $"callbacks/s, beside it / without: {Rounds.Text(rounds, round => round.With / round.Without)}; p99 "
            + $"{Rounds.Text(rounds, round => round.P99With / round.P99Without)}");
        return 0;
    }
}
