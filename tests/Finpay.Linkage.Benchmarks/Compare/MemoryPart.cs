using System.Globalization;
using Finpay.Linkage.Benchmarks.Report;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>
/// The managed memory that image requests allocate, and the resident memory of the published service.
/// </summary>
internal static class MemoryPart
{
    private const int Connections = 8;
    private const int Steps = 5;

    // Long enough for the garbage of the start to be collected, if it ever is.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    public static async Task<PartResults> RunAsync(CompareOptions options)
    {
        using var bodies = new CreateBodies();
        using var finnet = await FakeFinnet.StartAsync();
        var (counted, held) = (options.Scale(1_000), options.Scale(20_000));
        var series = new Dictionary<string, double[]>(StringComparer.Ordinal);
        await CountAllocationsAsync(series, finnet, bodies, counted, options.Rounds);
        await FollowResidentMemoryAsync(series, finnet, bodies, held);
        return new PartResults(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Rounds} rounds of {counted:#,0} image requests, then {held:#,0} to the published service, {Connections} "
                + $"connections"),
            series);
    }

    private static async Task CountAllocationsAsync(
        Dictionary<string, double[]> series, FakeFinnet finnet, CreateBodies bodies, int requests, int rounds)
    {
        using var store = new FilledStore(postgres: false);
        using var server = await LinkageServer.StartAsync(store, finnet.Address);
        using var client = new CreateClient(server.Address, bodies.WithImages);
        await client.SendAsync(0, requests, Connections);
        List<double> allocated = [], gen0 = [], gen2 = [];
        for (var round = 1; round <= rounds; round++)
        {
            var before = await server.CountersAsync();
            await client.SendAsync((long)round * requests, requests, Connections);
            var after = await server.CountersAsync();
            allocated.Add((double)(after.AllocatedBytes - before.AllocatedBytes) / requests);
            gen0.Add((after.Gen0 - before.Gen0) * 1000.0 / requests);
            gen2.Add((after.Gen2 - before.Gen2) * 1000.0 / requests);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  round {round}: {allocated[^1] / 1000:#,0.0} KB per request, {gen0[^1]:0} collections per 1,000, {gen2[^1]:0} of them "
                + $"full"));
        }

        series[Names.Allocated] = [.. allocated];
        series[Names.Collections] = [.. gen0];
        series[Names.FullCollections] = [.. gen2];
    }

    private static async Task FollowResidentMemoryAsync(
        Dictionary<string, double[]> series, FakeFinnet finnet, CreateBodies bodies, int requests)
    {
        var published = await PublishedApi.PublishAsync(plain: false);
        using var store = new FilledStore(postgres: false);
        using var api = await published.StartAsync(store.Log, LinkageServer.Settings(store, finnet.Address));
        await Task.Delay(Idle);
        series[Names.ResidentIdle] = [api.ResidentMegabytes()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  idle: {series[Names.ResidentIdle][0]:0} MB"));
        using var client = new CreateClient(api.Address, bodies.WithImages);
        var resident = new List<double>();
        for (var step = 0; step < Steps; step++)
        {
            await client.SendAsync((long)step * requests / Steps, requests / Steps, Connections);
            resident.Add(api.ResidentMegabytes());
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  after {(step + 1) * requests / Steps:#,0}: {resident[^1]:0} MB"));
        }

        series[Names.Resident] = [.. resident];
    }
}
