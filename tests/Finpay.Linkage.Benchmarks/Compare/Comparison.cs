using System.Globalization;
using System.Runtime.InteropServices;
using Finpay.Linkage.Benchmarks.Report;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>Measures the parts, stores the results in a file, and prints the tables made from it.</summary>
internal static class Comparison
{
    private static readonly Dictionary<string, Func<CompareOptions, Task<PartResults>>> Parts = new(StringComparer.Ordinal)
    {
        [Names.ImagesPart] = ThroughputPart.ImagesAsync,
        [Names.CreatesPart] = ThroughputPart.CreatesAsync,
        [Names.LatencyPart] = LatencyPart.RunAsync,
        [Names.MemoryPart] = MemoryPart.RunAsync,
        [Names.StartPart] = StartPart.RunAsync,
    };

    public static async Task<int> RunAsync(CompareOptions options)
    {
        if (options.Parts.FirstOrDefault(name => !Parts.ContainsKey(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"Unknown part '{unknown}'. There are: {string.Join(", ", Parts.Keys)}.");
            return 2;
        }

        var version = await Repository.VersionAsync();
        var results = Measurements.Load(options.Results);
        foreach (var name in options.Parts.DefaultIfEmpty().SelectMany(name => name is null ? Parts.Keys.ToArray() : [name]))
        {
            Console.WriteLine(name);
            var part = await Parts[name](options) with
            {
                Version = version,
                Measured = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Machine = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}"),
            };
            results = results.With(name, part);
            // Saved at once, so that a later part that fails loses nothing.
            results.Save(options.Results);
        }

        var tables = $"{Tables.Goals(results)}\n{Tables.Figures(results)}";
        Console.WriteLine();
        Console.WriteLine(tables);
        if (options.Markdown is not null)
            await File.WriteAllTextAsync(options.Markdown, tables);
        return 0;
    }
}
