using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Finpay.Linkage.Benchmarks.Micro;

/// <summary>The parts of a request one by one, with what they allocate.</summary>
internal static class MicroBenchmarks
{
    /// <param name="filter">Names in BenchmarkDotNet's syntax (<c>*Cipher*</c>); empty for all.</param>
    public static int Run(string[] filter)
    {
        // In this process: a generated project would be built with the settings of this repository.
        var config = ManualConfig.Create(DefaultConfig.Instance)
            .WithArtifactsPath(Path.Combine(Repository.Artifacts, "micro"))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(10));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly)
            .Run(["--filter", .. filter.DefaultIfEmpty("*")], config);
        return summaries.All(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
