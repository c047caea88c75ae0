using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>Callbacks with SQLite's secure_delete, as the service has it, against callbacks without.</summary>
internal static class SecureDeleteLoad
{
    // More than any round needs.
    private const int PerSecondAtMost = 15_000;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var perRound = options.Seconds * PerSecondAtMost;
        using var storeWith = new FilledStore(postgres: false);
        using var storeWithout = new FilledStore(postgres: false);
        storeWith.AddWaiting(0, perRound * (options.Rounds + 1));
        storeWithout.AddWaiting(0, perRound * (options.Rounds + 1));
        using var with = await ServerProcess.StartAsync(storeWith.Log, ["serve-linkage", .. storeWith.Settings]);
        using var without = await ServerProcess.StartAsync(
            storeWithout.Log, ["serve-linkage", .. storeWithout.Settings, $"--{LinkageServer.SecureDelete}=false"]);
        List<(double With, double Without)> rounds = [];
        for (var round = 0; round <= options.Rounds; round++)
        {
            var results = (
                (await Wrk.PostCallbacksAsync(with.Address, options.Connections, options.Seconds, (long)round * perRound)).PerSecond,
                (await Wrk.PostCallbacksAsync(without.Address, options.Connections, options.Seconds, (long)round * perRound)).PerSecond);
            // The first is for warming up.
            if (round > 0)
                rounds.Add(results);
        }

        Console.WriteLine(
            $"callbacks/s with secure_delete {Rounds.Text(rounds, round => round.With, "0")}, without "
            + $"{Rounds.Text(rounds, round => round.Without, "0")}, with / without "
            + $"{Rounds.Text(rounds, round => round.With / round.Without)}");
        return 0;
    }
}
