using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// Callbacks with an endpoint for events against callbacks without one, and while a backlog is delivered to an endpoint that is back.
/// Each round has its own databases.
/// </summary>
internal static class EventLoad
{
    private const string Endpoint = "shop";

    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        List<(double Without, double With, double Beside, double Drained)> rounds = [];
        for (var round = 1; round <= options.Rounds; round++)
        {
            using var store = new FilledStore(options.Postgres);
            using var storeWithout = new FilledStore(options.Postgres);
            var perPart = options.Seconds * PerSecondAtMost;
            store.AddPendingEvents(Endpoint, options.Due);
            store.AddWaiting(0, 3 * perPart);
            storeWithout.AddWaiting(0, 2 * perPart);
            using var receiver = await ServerProcess.StartAsync("/dev/null", "serve-receiver");
            using var with = await ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings, .. Settings(receiver)]);
            using var without = await ServerProcess.StartAsync(storeWithout.Log, ["serve-linkage", .. storeWithout.Settings]);
            var sent = (await LoadAsync(with, 0)).Requests;
            await UntilAsync(receiver, sent);
            await LoadAsync(without, 0);

            var none = await LoadAsync(without, 1);
            var one = await LoadAsync(with, 1);
            sent += one.Requests;
            await UntilAsync(receiver, sent);

            var started = Stopwatch.GetTimestamp();
            var returned = ReturnAsync(with);
            var beside = await LoadAsync(with, 2);
            var besideTaken = await receiver.TakenAsync() - sent;
            var besideSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            await returned;
            sent += beside.Requests + options.Due;
            await UntilAsync(receiver, sent);
            var drained = (beside.Requests + options.Due) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {none.PerSecond:0} callbacks/s without an endpoint, {one.PerSecond:0} with one, {beside.PerSecond:0} beside "
                + $"{options.Due} pending, of which {besideTaken / besideSeconds:0}/s were delivered meanwhile and {drained:0}/s in all"));
            rounds.Add((none.PerSecond, one.PerSecond, beside.PerSecond, drained));

            Task<LoadResult> LoadAsync(ServerProcess server, int part) =>
                Wrk.PostCallbacksAsync(server.Address, options.Connections, options.Seconds, (long)part * perPart);
        }

        Console.WriteLine(
            $"callbacks/s, with an endpoint / without: {Rounds.Text(rounds, round => round.With / round.Without)}; beside a backlog / with an "
            + $"endpoint: {Rounds.Text(rounds, round => round.Beside / round.With)}; delivered/s: "
            + Rounds.Text(rounds, round => round.Drained, "0"));
        return 0;
    }

    private static string[] Settings(ServerProcess receiver) =>
    [
        $"--Events:Endpoints:0:Name={Endpoint}", $"--Events:Endpoints:0:Url={new Uri(receiver.Address, "/events")}",
        $"--Events:Endpoints:0:Secrets:0=whsec_{Convert.ToBase64String(new byte[32])}",
    ];

    /// <summary>Makes the backlog due.</summary>
    private static async Task ReturnAsync(ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", TestSettings.OpsKey);
        using var response = await http.PostAsJsonAsync("/v1/events/redeliver", new { endpoint = Endpoint, state = "pending" });
        response.EnsureSuccessStatusCode();
    }

    private static async Task UntilAsync(ServerProcess receiver, long count)
    {
        while (await receiver.TakenAsync() < count)
            await Task.Delay(Look);
    }
}
