using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>One thing that the service is to reach.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Against">What it is compared with; empty for an absolute figure.</param>
/// <param name="Wanted">The goal, in words.</param>
/// <param name="Measured">The figure with its range.</param>
/// <param name="IsMet">Judged by the median; null where there is no goal.</param>
internal sealed record Goal(string Work, string Against, string Wanted, string Measured, bool? IsMet)
{
    /// <summary>Those of the parts that were measured.</summary>
    public static IEnumerable<Goal> From(Measurements results) => Makers
        .Where(maker => results.Parts.ContainsKey(maker.Part))
        .SelectMany(maker => maker.Make(results.Parts[maker.Part]));

    private static readonly (string Part, Func<PartResults, IEnumerable<Goal>> Make)[] Makers =
    [
        (Names.ImagesPart, OfImages),
        (Names.CreatesPart, OfCreates),
        (Names.LatencyPart, OfLatency),
        (Names.MemoryPart, OfMemory),
        (Names.StartPart, OfStart),
    ];

    private static IEnumerable<Goal> OfImages(PartResults part)
    {
        const string Create = "create with two images (a body of 1.87 MB), 8 connections";
        yield return AtLeast(Create, part, "a bare forwarder that streams the body on, unread", 0.7, Names.Forwarder);
        yield return AtLeast(Create, part, "Fastify, storing nothing, in one process", 3, Names.Fastify);
        yield return AtLeast(Create, part, "Fastify, storing nothing, in two processes", 2.5, Names.FastifyTwice);
    }

    private static IEnumerable<Goal> OfCreates(PartResults part)
    {
        const string Create = "create without images, 32 connections, two commits on disk";
        yield return AtLeast(Create, part, "the bare forwarder, storing nothing", 0.3, Names.Forwarder);
        yield return AtLeast(Create, part, "Fastify, storing nothing, in one process", 0.6, Names.Fastify);
        yield return AtLeast(Create, part, "Fastify, storing nothing, in two processes", 0.6, Names.FastifyTwice);
        yield return AtLeast(Create, part, "Fastify with two rows on disk, in one process", 2.5, Names.FastifyRows);
        yield return AtLeast(Create, part, "Fastify with two rows on disk, in two processes", 2.5, Names.FastifyRowsTwice);
    }

    private static IEnumerable<Goal> OfLatency(PartResults part)
    {
        var (p50, p99) = Added(Names.WithoutImages);
        yield return new Goal(
            "latency added at one connection, without images: p50, p99", "Finnet called directly", "below 1 ms, below 3 ms",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{p50} ms, {p99} ms (two commits of one row, by themselves: {2 * part[Names.CommitP50].Median:0.00} ms)"),
            p50.Median < 1 && p99.Median < 3);
        (p50, p99) = Added(Names.WithImages);
        yield return new Goal(
            "latency added at one connection, with two images: p50, p99", "Finnet called directly", "", $"{p50} ms, {p99} ms", IsMet: null);

        (Samples P50, Samples P99) Added(string work) => (
            part[Names.P50(Names.Linkage, work)].Less(part[Names.P50(Names.Direct, work)]),
            part[Names.P99(Names.Linkage, work)].Less(part[Names.P99(Names.Direct, work)]));
    }

    private static IEnumerable<Goal> OfMemory(PartResults part)
    {
        var (allocated, full, idle, resident) =
            (part[Names.Allocated], part[Names.FullCollections], part[Names.ResidentIdle], part[Names.Resident]);
        yield return new Goal(
            "managed memory allocated per image request", "", "at most the body and 128 KB", $"{Thousands(allocated)} KB",
            allocated.Median < 1_867_067 + 128_000);
        yield return new Goal("full (generation 2) collections in 1,000 image requests", "", "", full.ToString("0"), IsMet: null);
        yield return new Goal("resident memory, idle", "", "at most 110 MB", $"{idle.ToString("0")} MB", idle.Most <= 110);
        yield return new Goal(
            "resident memory during image requests, 8 connections: after each fifth", "", "at most 350 MB, and flat",
            $"{string.Join(", ", resident.Values.Select(value => value.ToString("0", CultureInfo.InvariantCulture)))} MB",
            resident.Most <= 350 && IsFlat(resident));
    }

    private static IEnumerable<Goal> OfStart(PartResults part)
    {
        foreach (var (work, name) in new[]
        {
            ("process start until ready", Names.Ready), ("process start until the first create is answered", Names.FirstCreate),
        })
        {
            var (ahead, plain) = (part[name], part[Names.Plain(name)]);
            var times = plain.Over(ahead);
            yield return new Goal(
                work, "the same, not compiled ahead", "",
                $"{times} times as fast: {ahead.ToString("0")} ms against {plain.ToString("0")} ms", IsMet: null);
        }
    }

    private static Goal AtLeast(string work, PartResults part, string against, double factor, string other)
    {
        var times = part[Names.Linkage].Over(part[other]);
        return new Goal(
            work, against, string.Create(CultureInfo.InvariantCulture, $"at least {factor} times as many requests/s"),
            $"{times}: {part[Names.Linkage].ToString("#,0")}/s against {part[other].ToString("#,0")}/s", times.Median >= factor);
    }

    /// <summary>
    /// At the end it holds at most a tenth more than after the second fifth. The first fifth still fills
    /// caches, such as SQLite's 16 MB of pages.
    /// </summary>
    private static bool IsFlat(Samples resident) => resident.Values[^1] <= resident.Values[1] * 1.1;

    private static string Thousands(Samples bytes) => new Samples(bytes.Values.Select(value => value / 1000)).ToString("#,0.0");
}
