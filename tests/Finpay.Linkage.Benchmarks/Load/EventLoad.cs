using System.Diagnostics;
using System.Globalization;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// Callbacks with an endpoint for events against callbacks without one, and while a backlog is delivered to an endpoint that is back. The
/// rounds alternate, and the endpoint with the backlog is away while the others are measured.
/// </summary>
internal static class EventLoad
{
    private const string Endpoint = "shop";

    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var perRound = options.Seconds * PerSecondAtMost;
        using var storeWithout = Filled(pending: 0);
        using var storeWith = Filled(pending: 0);
        using var storeBeside = Filled(options.Due);
        using var receiver = await ServerProcess.StartAsync("/dev/null", "serve-receiver");
        using var returning = await ServerProcess.StartAsync("/dev/null", "serve-receiver", "away");
        using var without = await StartAsync(storeWithout, []);
        using var with = await StartAsync(storeWith, Settings(receiver));
        using var beside = await StartAsync(storeBeside, Settings(returning));
        var (sent, backlog) = (0L, (long)options.Due);
        List<(double Without, double With, double Beside, double Delivered)> rounds = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            var none = await LoadAsync(without, round);
            var one = await LoadAsync(with, round);
            sent += one.Requests;
            await UntilAsync(receiver, sent);
            var (started, before) = (Stopwatch.GetTimestamp(), await returning.TakenAsync(ReceiverServer.Return));
            var both = await LoadAsync(beside, round);
            var delivered = (await returning.TakenAsync(ReceiverServer.Leave) - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            backlog += both.Requests;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(round == 0 ? "warm-up" : $"round {round}")}: {none.PerSecond:0} callbacks/s without an endpoint, "
                + $"{one.PerSecond:0} with one, {both.PerSecond:0} while {delivered:0} events/s of a backlog are delivered"));
            // The first is for warming up.
            if (round > 0)
                rounds.Add((none.PerSecond, one.PerSecond, both.PerSecond, delivered));
        }

        var (last, taken) = (Stopwatch.GetTimestamp(), await returning.TakenAsync(ReceiverServer.Return));
        await UntilAsync(returning, backlog);
        var alone = (backlog - taken) / Stopwatch.GetElapsedTime(last).TotalSeconds;
        Console.WriteLine(
            $"callbacks/s, with an endpoint / without: {Rounds.Text(rounds, round => round.With / round.Without)}; beside a backlog / "
            + $"with an endpoint: {Rounds.Text(rounds, round => round.Beside / round.With)}; events/s delivered beside callbacks: "
            + Rounds.Text(rounds, round => round.Delivered, "0"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the last {backlog - taken} events alone: {alone:0}/s"));
        return 0;

        FilledStore Filled(int pending)
        {
            var store = new FilledStore(options.Postgres);
            store.AddPendingEvents(Endpoint, pending);
            store.AddWaiting(0, (options.Rounds + 1) * perRound);
            return store;
        }

        static Task<ServerProcess> StartAsync(FilledStore store, string[] endpoint) =>
            ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings, .. endpoint]);

        Task<LoadResult> LoadAsync(ServerProcess server, int round) =>
            Wrk.PostCallbacksAsync(server.Address, options.Connections, options.Seconds, (long)round * perRound);
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
