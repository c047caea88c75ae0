using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>The report as aligned columns that fit into 100 characters.</summary>
internal static class FindingTable
{
    private const int Width = 100;
    private const string Gap = "  ";

    public static string Write(IReadOnlyCollection<Finding> findings)
    {
        var checkWidth = findings.Max(finding => finding.Check.Length);
        const int LevelWidth = 7;
        var indent = checkWidth + LevelWidth + (2 * Gap.Length);
        var table = new StringBuilder();
        AddRow("check", "result", ["what was found, what to do"]);
        foreach (var finding in findings)
            AddRow(finding.Check, Word(finding.Level), Wrap(Plain(finding.Text), Width - indent));
        return table.AppendLine().AppendLine(Sum(findings)).ToString();

        void AddRow(string check, string level, IEnumerable<string> lines)
        {
            var begin = check.PadRight(checkWidth) + Gap + level.PadRight(LevelWidth) + Gap;
            foreach (var line in lines)
            {
                table.Append(begin).AppendLine(line);
                begin = new string(' ', indent);
            }
        }
    }

    private static string Sum(IReadOnlyCollection<Finding> findings)
    {
        var (failures, warnings) = (findings.Count(finding => finding.Level == Level.Failure), findings.Count(finding => finding.Level == Level.Warning));
        return $"{Count(failures, "failure")}, {Count(warnings, "warning")}. {(failures > 0 ? "Not ready to go live." : warnings > 0 ? "Ready to go live, when somebody has looked at the warnings." : "Ready to go live.")}";
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    private static string Word(Level level) => level switch
    {
        Level.Failure => "FAILURE",
        Level.Warning => "warning",
        _ => "ok",
    };

    // Paths and hosts are others' words: no line breaks, no terminal commands, no text that runs backwards.
    private static string Plain(string text) =>
        string.Concat(text.Select(character => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : character));

    // A word that is too long for a line (a path) is cut.
    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ').SelectMany(word => word.Length == 0 ? [""] : word.Chunk(width).Select(part => new string(part))))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length > 0 ? $"{line} {word}" : word;
            }
        }

        yield return line;
    }
}
