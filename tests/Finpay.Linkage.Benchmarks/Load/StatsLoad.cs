using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// How long the statistics of 92 days with a million upgrades take, and callbacks beside them, compared with callbacks alone: a call every
/// five seconds, as if twelve consoles were open, and one call after the other.
/// </summary>
internal static class StatsLoad
{
    private const int Upgrades = 1_000_000;

    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        using var store = new FilledStore(options.Postgres);
        store.AddFinished(0, Upgrades);
        store.SpreadOver92Days();
        store.AddWaiting(0, ((3 * options.Rounds) + 1) * options.Seconds * PerSecondAtMost);
        using var server = await ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings]);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", TestSettings.OpsKey);
        foreach (var bucket in new[] { "day", "hour" })
        {
            await AskAsync(bucket);
            List<double> times = [];
            for (var call = 0; call < 5; call++)
                times.Add((await AskAsync(bucket)).TotalSeconds);
            Console.WriteLine($"by {bucket}: {Rounds.Text(times, time => time)} s");
        }

        await LoadAsync(0);
        List<(double Alone, double Now, double Always)> rounds = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            var alone = await LoadAsync((3 * round) + 1);
            var now = await BesideAsync((3 * round) + 2, Every);
            var always = await BesideAsync((3 * round) + 3, TimeSpan.Zero);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1}: {alone.PerSecond:0} callbacks/s alone, {now.PerSecond:0} beside a call every {Every.TotalSeconds} s, "
                + $"{always.PerSecond:0} beside one call after the other; p99 {alone.P99:0.0}, {now.P99:0.0}, {always.P99:0.0} ms"));
            rounds.Add((alone.PerSecond, now.PerSecond, always.PerSecond));
        }

        Console.WriteLine(
            $"beside / alone: {Rounds.Text(rounds, round => round.Now / round.Alone)}; one after the other / alone: "
            + Rounds.Text(rounds, round => round.Always / round.Alone));
        return 0;

        async Task<TimeSpan> AskAsync(string bucket)
        {
            var (from, to) = (Time(Sql.StartedAt), Time(Sql.StartedAt + (92 * 86_400_000L)));
            var began = Stopwatch.GetTimestamp();
            var answer = await http.GetStringAsync(new Uri($"/v1/stats?bucket={bucket}&from={from}&to={to}", UriKind.Relative));
            if (!answer.Contains("\"p95Seconds\":", StringComparison.Ordinal))
                throw new InvalidOperationException("The statistics are empty.");
            return Stopwatch.GetElapsedTime(began);
        }

        async Task<LoadResult> BesideAsync(int part, TimeSpan pause)
        {
            var load = LoadAsync(part);
            while (!load.IsCompleted)
            {
                var next = Task.Delay(pause);
                await AskAsync("day");
                await Task.WhenAny(load, next);
            }

            return await load;
        }

        Task<LoadResult> LoadAsync(int part) => Wrk.PostCallbacksAsync(
            server.Address, options.Connections, options.Seconds, (long)part * options.Seconds * PerSecondAtMost);
    }

    private static string Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).UtcDateTime
        .ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
