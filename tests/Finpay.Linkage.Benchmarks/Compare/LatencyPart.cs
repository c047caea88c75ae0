using System.Globalization;
using System.Net;
using Finpay.Linkage.Benchmarks.Report;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>The time that the service adds to a call to Finnet without other load, and the disk's share of it.</summary>
internal static class LatencyPart
{
    private const int Commits = 500;

    public static async Task<PartResults> RunAsync(CompareOptions options)
    {
        using var bodies = new CreateBodies();
        using var finnet = await FakeFinnet.StartAsync();
        using var store = new FilledStore(postgres: false);
        using var storeForCommits = new FilledStore(postgres: false);
        using var linkage = await LinkageServer.StartAsync(store, finnet.Address);
        using var forwarder = await ServerProcess.StartAsInImageAsync("/dev/null", "serve-forwarder", finnet.Address.ToString());
        (string Name, Uri Address, HttpStatusCode Expected)[] targets =
            [
                (Names.Direct, finnet.Address, HttpStatusCode.OK), (Names.Forwarder, forwarder.Address, HttpStatusCode.OK),
                (Names.Linkage, linkage.Address, HttpStatusCode.Created),
            ];
        (string Name, string Body)[] works = [(Names.WithoutImages, bodies.WithoutImages), (Names.WithImages, bodies.WithImages)];

        var series = new Dictionary<string, double[]>(StringComparer.Ordinal);
        var firstNumber = 0L;
        for (var round = 0; round <= options.Rounds; round++)
        {
            // The first is for warming up.
            Console.WriteLine(round == 0 ? "warm-up" : string.Create(CultureInfo.InvariantCulture, $"round {round}"));
            foreach (var (work, body) in works)
            {
                foreach (var (name, address, expected) in targets)
                {
                    firstNumber += 10_000_000;
                    Add(round, Names.P50(name, work), Names.P99(name, work), OneConnection.Post(
                        address, body, round == 0 ? Math.Min(5, options.Seconds) : options.Seconds, firstNumber, expected));
                }
            }

            Add(round, Names.CommitP50, Names.CommitP99, storeForCommits.TimeCommits(Commits));
        }

        return new PartResults(
            string.Create(CultureInfo.InvariantCulture, $"{options.Rounds} rounds of {options.Seconds} s, one connection"), series);

        void Add(int round, string p50, string p99, List<double> times)
        {
            var values = new Samples(times);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {p50} {values.Percentile(50):0.000}, p99 {values.Percentile(99):0.000}, {times.Count} times"));
            if (round == 0)
                return;
            series[p50] = [.. series.GetValueOrDefault(p50, []), values.Percentile(50)];
            series[p99] = [.. series.GetValueOrDefault(p99, []), values.Percentile(99)];
        }
    }
}
