using System.Diagnostics;
using System.Globalization;
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
        List<(double Without, double With, double Beside, double Meanwhile, double All)> rounds = [];
        for (var round = 1; round <= options.Rounds; round++)
        {
            var perPart = options.Seconds * PerSecondAtMost;
            using var receiver = await ServerProcess.StartAsync("/dev/null", "serve-receiver");
            using var returning = await ServerProcess.StartAsync("/dev/null", "serve-receiver", "away");
            using var storeWithout = Filled(pending: 0);
            using var storeWith = Filled(pending: 0);
            using var storeBeside = Filled(options.Due);
            using var without = await StartAsync(storeWithout, []);
            using var with = await StartAsync(storeWith, Settings(receiver));
            using var beside = await StartAsync(storeBeside, Settings(returning));
            // The first is for warming up.
            await LoadAsync(without, 0);
            var sent = (await LoadAsync(with, 0)).Requests;
            await UntilAsync(receiver, sent);
            var backlog = options.Due + (await LoadAsync(beside, 0)).Requests;

            var none = await LoadAsync(without, 1);
            var one = await LoadAsync(with, 1);
            await UntilAsync(receiver, sent + one.Requests);

            var (started, before) = (Stopwatch.GetTimestamp(), await returning.TakenAsync(ReceiverServer.Return));
            var both = await LoadAsync(beside, 1);
            var meanwhile = (await returning.TakenAsync() - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await UntilAsync(returning, backlog + both.Requests);
            var all = (backlog + both.Requests) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round}: {none.PerSecond:0} callbacks/s without an endpoint, {one.PerSecond:0} with one, {both.PerSecond:0} while "
                + $"{backlog} events are delivered to one that is back: {meanwhile:0} of them/s meanwhile, {all:0}/s in all"));
            rounds.Add((none.PerSecond, one.PerSecond, both.PerSecond, meanwhile, all));

            FilledStore Filled(int pending)
            {
                var store = new FilledStore(options.Postgres);
                store.AddPendingEvents(Endpoint, pending);
                store.AddWaiting(0, 2 * perPart);
                return store;
            }

            static Task<ServerProcess> StartAsync(FilledStore store, string[] endpoint) =>
                ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings, .. endpoint]);

            Task<LoadResult> LoadAsync(ServerProcess server, int part) =>
                Wrk.PostCallbacksAsync(server.Address, options.Connections, options.Seconds, (long)part * perPart);
        }

        Console.WriteLine(
            $"callbacks/s, with an endpoint / without: {Rounds.Text(rounds, round => round.With / round.Without)}; beside a backlog / with an "
            + $"endpoint: {Rounds.Text(rounds, round => round.Beside / round.With)}; delivered/s meanwhile: "
            + $"{Rounds.Text(rounds, round => round.Meanwhile, "0")}, in all: {Rounds.Text(rounds, round => round.All, "0")}");
        return 0;
    }

    private static string[] Settings(ServerProcess receiver) =>
    [
        $"--Events:Endpoints:0:Name={Endpoint}", $"--Events:Endpoints:0:Url={new Uri(receiver.Address, "/events")}",
        $"--Events:Endpoints:0:Secrets:0=whsec_{Convert.ToBase64String(new byte[32])}",
    ];

    private static async Task UntilAsync(ServerProcess receiver, long count)
    {
        while (await receiver.TakenAsync() < count)
            await Task.Delay(Look);
    }
}
