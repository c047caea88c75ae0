using System.Globalization;
using System.Net;
using Finpay.Linkage.Benchmarks.Load;
using Finpay.Linkage.Benchmarks.Report;
using Finpay.Linkage.Benchmarks.Servers;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>
/// Creates per second of the service and of its peers, in alternating rounds, so that other load on the machine affects all of them.
/// </summary>
internal sealed class ThroughputPart : IDisposable
{
    /// <summary>Makes the references of two runs different.</summary>
    private const long RunApart = 10_000_000;

    private readonly CompareOptions options;
    private readonly int connections;
    private readonly CreateBodies bodies = new();
    private readonly FilledStore store = new(postgres: false);
    private readonly List<(string Name, ServerProcess Server)> contestants = [];
    private readonly FakeFinnet finnet;
    private readonly string body;
    private long firstNumber = RunApart;

    private ThroughputPart(CompareOptions options, int connections, bool images, FakeFinnet finnet)
    {
        (this.options, this.connections, this.finnet) = (options, connections, finnet);
        body = images ? bodies.WithImages : bodies.WithoutImages;
    }

    public static Task<PartResults> ImagesAsync(CompareOptions options) => MeasureAsync(options, connections: 8, images: true);

    public static Task<PartResults> CreatesAsync(CompareOptions options) => MeasureAsync(options, connections: 32, images: false);

    private static async Task<PartResults> MeasureAsync(CompareOptions options, int connections, bool images)
    {
        using var fake = await FakeFinnet.StartAsync();
        using var part = new ThroughputPart(options, connections, images, fake);
        var fastify = await FastifyServer.InstallAsync();
        await part.StartAsync(fastify, withRows: !images);
        var series = await part.RunRoundsAsync();
        var node = await Repository.RunAsync(Repository.Root, fastify.Node, "--version");
        return new PartResults(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Rounds} rounds of {options.Seconds} s, {connections} connections, bodies of "
                + $"{CreateBodies.Length(part.body):#,0} bytes, Node.js {node}"),
            series);
    }

    private async Task StartAsync(FastifyServer fastify, bool withRows)
    {
        contestants.Add((Names.Linkage, await LinkageServer.StartAsync(store, finnet.Address)));
        contestants.Add(
            (Names.Forwarder, await ServerProcess.StartAsInImageAsync("/dev/null", "serve-forwarder", finnet.Address.ToString())));
        contestants.Add((Names.Fastify, await fastify.StartAsync(finnet.Address, workers: 1)));
        contestants.Add((Names.FastifyTwice, await fastify.StartAsync(finnet.Address, workers: 2)));
        if (withRows)
        {
            contestants.Add((Names.FastifyRows, await fastify.StartAsync(
                finnet.Address, workers: 1, Path.Combine(Path.GetDirectoryName(store.Log)!, "one.db"))));
            contestants.Add((Names.FastifyRowsTwice, await fastify.StartAsync(
                finnet.Address, workers: 2, Path.Combine(Path.GetDirectoryName(store.Log)!, "two.db"))));
        }

        // wrk only checks the class of a status (2xx).
        foreach (var (name, server) in contestants)
        {
            using var client = new CreateClient(server.Address, body);
            await client.SendAsync(firstNumber++, 1, 1, name == Names.Forwarder ? HttpStatusCode.OK : HttpStatusCode.Created);
        }
    }

    private async Task<Dictionary<string, double[]>> RunRoundsAsync()
    {
        var results = contestants.ToDictionary(
            contestant => contestant.Name, _ => new List<(LoadResult Load, double ProcessorMs)>(), StringComparer.Ordinal);
        var acknowledged = 0L;
        for (var round = 0; round <= options.Rounds; round++)
        {
            // The first is for warming up.
            Console.WriteLine(round == 0 ? "warm-up" : string.Create(CultureInfo.InvariantCulture, $"round {round}"));
            foreach (var (name, server) in contestants)
            {
                var result = await RunOneAsync(name, server, round == 0 ? Math.Min(8, options.Seconds) : options.Seconds);
                if (round > 0)
                    results[name].Add(result);
                if (name == Names.Linkage)
                    acknowledged += result.Load.Requests;
            }
        }

        CheckStored(acknowledged);
        return results
            .SelectMany(result => new[]
            {
                KeyValuePair.Create(result.Key, result.Value.Select(one => one.Load.PerSecond).ToArray()),
                KeyValuePair.Create(Names.ProcessorTime(result.Key), result.Value.Select(one => one.ProcessorMs).ToArray()),
            })
            .ToDictionary(StringComparer.Ordinal);
    }

    private async Task<(LoadResult Load, double ProcessorMs)> RunOneAsync(string name, ServerProcess server, int seconds)
    {
        firstNumber += RunApart;
        var (before, beforeCpu) = (await finnet.CountAsync(), server.ProcessorTime());
        var load = await Wrk.PostCreatesAsync(server.Address, connections, seconds, firstNumber, body);
        var (after, cpu) = (await finnet.CountAsync(), server.ProcessorTime() - beforeCpu);

        // Finnet must have received at least one complete request per answer; requests cut off at the end may come on top.
        var (requests, bytes) = (after.Requests - before.Requests, after.Bytes - before.Bytes);
        if (requests < load.Requests || requests > load.Requests + (2 * connections) || bytes < requests * CreateBodies.Length(body))
            throw new InvalidOperationException(
                $"{name} answered {load.Requests} requests with 2xx, but Finnet had {requests} with {bytes} bytes.");
        var processorMs = cpu.TotalMilliseconds / requests;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}: {load.PerSecond:0.0}/s, p50 {load.P50:0.0} ms, p99 {load.P99:0.0} ms, {processorMs:0.00} ms of processor time "
            + $"each"));
        return (load, processorMs);
    }

    private void CheckStored(long acknowledged)
    {
        contestants[0].Server.Dispose();
        var stored = store.CountIssued();
        if (stored < acknowledged)
            throw new InvalidOperationException($"{acknowledged} acknowledged, {stored} stored.");
    }

    public void Dispose()
    {
        contestants.ForEach(contestant => contestant.Server.Dispose());
        store.Dispose();
        bodies.Dispose();
    }
}
