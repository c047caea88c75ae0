namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>Names of parts and of what is measured in them, as they stand in the file of results.</summary>
internal static class Names
{
    public const string ImagesPart = "images";
    public const string CreatesPart = "creates";
    public const string LatencyPart = "latency";
    public const string MemoryPart = "memory";
    public const string StartPart = "start";

    public const string Linkage = "Finpay.Linkage";
    public const string Forwarder = "bare forwarder";
    public const string Fastify = "Fastify";
    public const string FastifyTwice = "Fastify, 2 processes";
    public const string FastifyRows = "Fastify with 2 rows";
    public const string FastifyRowsTwice = "Fastify with 2 rows, 2 processes";
    public const string Direct = "Finnet directly";

    public const string WithImages = "with images";
    public const string WithoutImages = "without images";

    public const string Allocated = "bytes allocated per image request";
    public const string Collections = "collections per 1,000 image requests";
    public const string FullCollections = "full collections per 1,000 image requests";
    public const string ResidentIdle = "MB resident, idle";
    public const string Resident = "MB resident, five times during the image requests";

    public const string Ready = "ready (ms)";
    public const string FirstCreate = "first create answered (ms)";

    public const string CommitP50 = "one row committed alone: p50 (ms)";
    public const string CommitP99 = "one row committed alone: p99 (ms)";

    public static string ProcessorTime(string contestant) => $"{contestant}: ms of processor time per request";

    public static string P50(string target, string work) => $"{target}, {work}: p50 (ms)";

    public static string P99(string target, string work) => $"{target}, {work}: p99 (ms)";

    public static string Plain(string name) => $"{name}, not compiled ahead";
}
