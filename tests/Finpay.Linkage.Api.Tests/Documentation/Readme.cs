using System.Reflection;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>README.md, as text and as tables.</summary>
internal static class Readme
{
    private static readonly string File = Path.Combine(
        typeof(Readme).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "SourceRoot").Value!, "README.md");

    /// <summary>Whether a part that is made from the code is to be written rather than compared.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("LINKAGE_UPDATE_DOCS") == "1";

    public static string Text => System.IO.File.ReadAllText(File).ReplaceLineEndings("\n");

    /// <summary>The rows of the table with these columns, cell by cell.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Table(string header) =>
        [.. Text.Split('\n').SkipWhile(line => line != header).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(Cells)];

    /// <summary>What stands between two lines.</summary>
    public static string Between(string begin, string end)
    {
        var (from, to) = Range(Text, begin, end);
        return Text[from..to];
    }

    public static void Replace(string begin, string end, string content)
    {
        var (from, to) = Range(Text, begin, end);
        System.IO.File.WriteAllText(File, Text[..from] + content + Text[to..]);
    }

    // A | inside a cell is written \|.
    private static IReadOnlyList<string> Cells(string line) =>
        [.. line.Replace("\\|", "\u0000", StringComparison.Ordinal).Trim('|').Split('|').Select(cell => cell.Replace('\u0000', '|').Trim())];

    private static (int From, int To) Range(string text, string begin, string end)
    {
        var from = text.IndexOf(begin + "\n", StringComparison.Ordinal);
        var to = text.IndexOf(end + "\n", StringComparison.Ordinal);
        return from >= 0 && to > from ? (from + begin.Length + 1, to) : throw new InvalidOperationException($"README.md has no part from {begin} to {end}");
    }
}
