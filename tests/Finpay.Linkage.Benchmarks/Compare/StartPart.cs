using System.Globalization;
using Finpay.Linkage.Benchmarks.Report;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>
/// The time from the start of the process until it is ready, and until its first create is answered. The
/// database exists already, as at a restart.
/// </summary>
internal static class StartPart
{
    public static async Task<PartResults> RunAsync(CompareOptions options)
    {
        var starts = (2 * options.Rounds) + 1;
        using var bodies = new CreateBodies();
        using var finnet = await FakeFinnet.StartAsync();
        var ahead = await PublishedApi.PublishAsync(plain: false);
        var plain = await PublishedApi.PublishAsync(plain: true);
        using var storeOfAhead = new FilledStore(postgres: false);
        using var storeOfPlain = new FilledStore(postgres: false);
        (PublishedApi Api, FilledStore Store, string Ready, string First)[] variants =
        [
            (ahead, storeOfAhead, Names.Ready, Names.FirstCreate),
            (plain, storeOfPlain, Names.Plain(Names.Ready), Names.Plain(Names.FirstCreate)),
        ];

        var series = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (var start = 0; start <= starts; start++)
        {
            foreach (var variant in variants)
            {
                var (ready, first) = await StartOnceAsync(variant.Api, variant.Store, finnet, bodies, start);
                // The first start fills the database and the page cache, and compiles this program's code.
                if (start == 0)
                    continue;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  start {start}: {variant.Ready} {ready:0} ms, {variant.First} {first:0} ms"));
                Add(variant.Ready, ready);
                Add(variant.First, first);
            }
        }

        return new PartResults(string.Create(CultureInfo.InvariantCulture, $"{starts} starts of each, alternating"), series);

        void Add(string name, double value) => series[name] = [.. series.GetValueOrDefault(name, []), value];
    }

    private static async Task<(double Ready, double First)> StartOnceAsync(
        PublishedApi published, FilledStore store, FakeFinnet finnet, CreateBodies bodies, int number)
    {
        using var api = await published.StartAsync(store.Log, LinkageServer.Settings(store, finnet.Address));
        using var client = new CreateClient(api.Address, bodies.WithoutImages);
        await client.SendAsync(number, 1, 1);
        return (api.UntilReady.TotalMilliseconds, api.SinceStart.TotalMilliseconds);
    }
}
