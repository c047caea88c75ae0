using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// How long the statistics of 92 days with a million upgrades take, and callbacks beside a call every five seconds, as if twelve consoles
/// were open, compared with callbacks alone.
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
        store.AddWaiting(0, ((2 * options.Rounds) + 1) * options.Seconds * PerSecondAtMost);
        // The rows are old; that a million of them were overdue would be another load.
        using var server = await ServerProcess.StartAsync(
            store.Log, ["serve-linkage", .. store.Settings, "--Upgrades:OverdueAfter=3650.00:00:00"]);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", TestSettings.OpsKey);
        foreach (var bucket in new[] { "day", "hour" })
        {
            await AskAsync(bucket);
            List<double> times = [];
            var began = server.ProcessorTime();
            for (var call = 0; call < 5; call++)
                times.Add((await AskAsync(bucket)).TotalSeconds);
            var busy = (server.ProcessorTime() - began) / times.Count;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"by {bucket}: {Rounds.Text(times, time => time)} s, {busy.TotalSeconds:0.00} s of the service's processor time"));
        }

        await LoadAsync(0);
        List<(double Alone, double Beside)> rounds = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            var alone = await LoadAsync((2 * round) + 1);
            var beside = await BesideAsync((2 * round) + 2);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1}: {alone.PerSecond:0} callbacks/s alone, {beside.PerSecond:0} beside the statistics; p99 "
                + $"{alone.P99:0.0}, {beside.P99:0.0} ms"));
            rounds.Add((alone.PerSecond, beside.PerSecond));
        }

        Console.WriteLine($"beside / alone: {Rounds.Text(rounds, round => round.Beside / round.Alone)}");
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

        async Task<LoadResult> BesideAsync(int part)
        {
            var load = LoadAsync(part);
            while (!load.IsCompleted)
            {
                var next = Task.Delay(Every);
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
