using System.Globalization;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>
/// The same work on databases of different sizes, in alternating rounds: callbacks, reads of one upgrade, and first pages of the lists.
/// </summary>
internal static class GrowthLoad
{
    // More than any round needs.
    private const int PerSecondAtMost = 20_000;

    /// <summary>Few connections, so that latency shows the work and not the waiting for others.</summary>
    private const int Readers = 2;

    private static readonly (string Name, Func<Database, LoadOptions, int, Task<LoadResult>> Run)[] Works =
    [
        ("callbacks", (database, options, round) => Wrk.PostCallbacksAsync(
            database.Server.Address, options.Connections, options.Seconds, (long)round * options.Seconds * PerSecondAtMost)),
        ("read one", (database, options, _) => Wrk.GetAsync(
            database.Server.Address, Readers, options.Seconds, "/v1/account-upgrades/20260101%012d", database.Size)),
        ("list upgrades", (database, options, _) => Wrk.GetAsync(
            database.Server.Address, Readers, options.Seconds, "/v1/account-upgrades?limit=50", 1)),
        ("list notifications", (database, options, _) => Wrk.GetAsync(
            database.Server.Address, Readers, options.Seconds, "/v1/kyc-notifications?limit=50", 1)),
        ("notifications of one", (database, options, _) =>
            Wrk.GetAsync(
                database.Server.Address, Readers, options.Seconds, "/v1/kyc-notifications?partnerReferenceNo=20260101%012d",
                database.Size)),
    ];

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var databases = new List<Database>();
        foreach (var size in options.Sizes)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"filling a database with {size:#,0} notifications"));
            databases.Add(await Database.FillAsync(size, options));
        }

        try
        {
            Console.WriteLine(
                $"{(options.Postgres ? "PostgreSQL" : "SQLite")}, {options.Rounds} rounds of {options.Seconds} s; medians; latencies in "
                + "ms, in brackets against the smallest database");
            foreach (var (name, run) in Works)
                await CompareAsync(name, run, databases, options);
            return 0;
        }
        finally
        {
            databases.ForEach(database => database.Dispose());
        }
    }

    private static async Task CompareAsync(
        string name, Func<Database, LoadOptions, int, Task<LoadResult>> run, List<Database> databases, LoadOptions options)
    {
        var results = databases.ConvertAll(_ => new List<LoadResult>());
        for (var round = 0; round <= options.Rounds; round++)
        {
            for (var index = 0; index < databases.Count; index++)
            {
                var result = await run(databases[index], options, round);
                // The first is for warming up.
                if (round > 0)
                    results[index].Add(result);
            }
        }

        var (perSecond, p50, p99) = (Medians(result => result.PerSecond), Medians(result => result.P50), Medians(result => result.P99));
        for (var index = 0; index < databases.Count; index++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} at {databases[index].Size:#,0}: {perSecond[index]:0}/s ({perSecond[index] / perSecond[0]:0.00}), p50 "
                + $"{p50[index]:0.00} ({p50[index] / p50[0]:0.00}), p99 {p99[index]:0.00} ({p99[index] / p99[0]:0.00})"));
        }

        List<double> Medians(Func<LoadResult, double> of) =>
            results.ConvertAll(rounds => rounds.Select(of).Order().ElementAt(rounds.Count / 2));
    }

    private sealed class Database(int size, FilledStore store, ServerProcess server) : IDisposable
    {
        public int Size => size;

        public ServerProcess Server => server;

        public static async Task<Database> FillAsync(int size, LoadOptions options)
        {
            var store = new FilledStore(options.Postgres);
            store.AddFinished(0, size);
            store.AddWaiting(0, options.Seconds * PerSecondAtMost * (options.Rounds + 1));
            return new Database(size, store, await ServerProcess.StartAsync(store.Log, ["serve-linkage", .. store.Settings]));
        }

        public void Dispose()
        {
            server.Dispose();
            store.Dispose();
        }
    }
}
