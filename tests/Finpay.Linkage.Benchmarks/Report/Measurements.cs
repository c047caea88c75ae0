using System.Text.Encodings.Web;
using System.Text.Json;

namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>What was measured in one part.</summary>
/// <param name="How">Rounds, connections and the like.</param>
/// <param name="Series">Name → what each round measured.</param>
internal sealed record PartResults(string How, IReadOnlyDictionary<string, double[]> Series)
{
    /// <summary>The commit.</summary>
    public string Version { get; init; } = "";

    /// <summary>The day.</summary>
    public string Measured { get; init; } = "";

    /// <summary>Where.</summary>
    public string Machine { get; init; } = "";

    public Samples this[string name] => new(Series[name]);
}

/// <summary>All parts that were measured, each when it was measured last: tables and picture are made from this alone.</summary>
/// <param name="Parts">Name → part.</param>
internal sealed record Measurements(IReadOnlyDictionary<string, PartResults> Parts)
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Measurements Load(string file) =>
        File.Exists(file) ? Parse(File.ReadAllText(file)) : new Measurements(new Dictionary<string, PartResults>(StringComparer.Ordinal));

    public static Measurements Parse(string json) => new(JsonSerializer.Deserialize<Dictionary<string, PartResults>>(json, Json)!);

    public Measurements With(string name, PartResults part) =>
        new(new Dictionary<string, PartResults>(Parts, StringComparer.Ordinal) { [name] = part });

    public void Save(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(Parts, Json) + "\n");
    }
}
