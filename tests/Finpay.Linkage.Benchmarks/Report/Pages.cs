using System.Reflection;
using Finpay.Linkage.Api.Tests.Documentation;

namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>
/// What is published of the results: docs/performance.json as measured, the picture and the table of docs/performance.md as made from it.
/// </summary>
internal static class Pages
{
    private const string Begin = "<!-- performance: made from docs/performance.json; LINKAGE_UPDATE_DOCS=1 dotnet test rewrites it -->";
    private const string End = "<!-- end of performance -->";

    private static readonly string Docs = Path.Combine(
        typeof(Pages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SourceRoot").Value!,
        "docs");

    public static string ResultsFile => Path.Combine(Docs, "performance.json");

    public static string PictureFile => Path.Combine(Docs, "performance.svg");

    /// <summary>The table as it stands on the page.</summary>
    public static string PublishedTable => Document.Performance.Between(Begin, End);

    public static string Table(Measurements results) => $"\n{Tables.Goals(results)}\n";

    public static void Update()
    {
        var results = Measurements.Load(ResultsFile);
        File.WriteAllText(PictureFile, Picture.Draw(results));
        Document.Performance.Replace(Begin, End, Table(results));
    }

    /// <summary>Publishes what was measured.</summary>
    /// <param name="results">The file that a comparison wrote.</param>
    public static int Publish(string results)
    {
        Measurements.Load(results).Save(ResultsFile);
        Update();
        return 0;
    }
}
