using System.Reflection;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>A page of the documentation, as text and as tables.</summary>
/// <param name="path">From the root of the repository.</param>
internal sealed class Document(string path)
{
    // First: the documents below need it.
    private static readonly string Root =
        typeof(Document).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "SourceRoot").Value!;

    public static readonly Document Readme = new("README.md");
    public static readonly Document Api = new("docs/api.md");
    public static readonly Document Contract = new("docs/finnet-contract.md");
    public static readonly Document Operations = new("docs/operations.md");
    public static readonly Document Performance = new("docs/performance.md");
    public static readonly Document Settings = new("docs/settings.md");
    public static readonly Document StateMachine = new("docs/state-machine.md");

    private readonly string file = Path.Combine(Root, path);

    /// <summary>README and the pages of docs, without the decisions, which say what was true once.</summary>
    public static IEnumerable<Document> All => Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md")
        .Select(found => $"docs/{Path.GetFileName(found)}").Append("README.md").Select(found => new Document(found));

    public string Name => path;

    /// <summary>Whether a part that is made from the code is written rather than compared.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("LINKAGE_UPDATE_DOCS") == "1";

    public string Text
    {
        get => File.ReadAllText(file).ReplaceLineEndings("\n");
        set => File.WriteAllText(file, value);
    }

    /// <summary>All but what stands between ``` and ```.</summary>
    public string Prose => string.Concat(Text.Split("```").Where((_, index) => index % 2 == 0));

    /// <summary>The rows of every table with these columns, cell by cell.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Table(string header)
    {
        var lines = Text.Split('\n');
        return [.. lines.Index().Where(line => line.Item == header)
            .SelectMany(line => lines.Skip(line.Index + 2).TakeWhile(row => row.StartsWith('|')))
            .Select(Cells)];
    }

    /// <summary>The lines inside of ``` without a language: commands, and what they print.</summary>
    public IEnumerable<string> Console()
    {
        var language = default(string);
        foreach (var line in Text.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                language = language is null ? line[3..] : null;
            else if (language is "")
                yield return line;
        }
    }

    /// <summary>What stands between two lines.</summary>
    public string Between(string begin, string end)
    {
        var (from, to) = Range(begin, end);
        return Text[from..to];
    }

    public void Replace(string begin, string end, string content)
    {
        var (from, to) = Range(begin, end);
        Text = Text[..from] + content + Text[to..];
    }

    /// <summary>What a cell, a heading or a line has in backticks.</summary>
    public static IReadOnlyList<string> Code(string text) => [.. text.Split('`').Where((_, index) => index % 2 == 1)];

    // A | inside a cell is written \|.
    private static IReadOnlyList<string> Cells(string line) =>
        [.. line.Replace("\\|", "\u0000", StringComparison.Ordinal).Trim('|').Split('|')
            .Select(cell => cell.Replace('\u0000', '|').Trim())];

    private (int From, int To) Range(string begin, string end)
    {
        var text = Text;
        var from = text.IndexOf(begin + "\n", StringComparison.Ordinal);
        var to = text.IndexOf(end + "\n", StringComparison.Ordinal);
        return from >= 0 && to > from
            ? (from + begin.Length + 1, to)
            : throw new InvalidOperationException($"{path} has no part from {begin} to {end}");
    }
}
