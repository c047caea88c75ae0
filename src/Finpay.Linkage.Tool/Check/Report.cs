using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Tool.Check;

/// <summary>Warning: somebody has to decide. Failure: the service would not start, would lose or leak something, or be of no use.</summary>
internal enum Level
{
    Ok,
    Warning,
    Failure,
}

internal sealed record Finding(string Check, Level Level, string Text);

/// <summary>What the checks found, in their order. The texts name settings, hosts, files and figures, never a secret.</summary>
internal sealed class Report
{
    public List<Finding> Findings { get; } = [];

    public bool HasFailure => Count(Level.Failure) > 0;

    public void Ok(string check, string text) => Findings.Add(new Finding(check, Level.Ok, text));

    public void Warn(string check, string text) => Findings.Add(new Finding(check, Level.Warning, text));

    public void Fail(string check, string text) => Findings.Add(new Finding(check, Level.Failure, text));

    public void OkIfNothingFound(string check, string text)
    {
        if (!Findings.Exists(finding => finding.Check == check))
            Ok(check, text);
    }

    /// <summary>A line for each finding and one with the result.</summary>
    public override string ToString()
    {
        var lines = new StringBuilder();
        foreach (var finding in Findings)
            lines.AppendLine($"{finding.Level,-7}  {finding.Check,-12}  {Plain(finding.Text)}");
        var (failures, warnings) = (Count(Level.Failure), Count(Level.Warning));
        var result = failures > 0 ? "Not ready to go live."
            : warnings > 0 ? "Ready to go live once somebody has looked at the warnings."
            : "Ready to go live.";
        return lines.AppendLine().AppendLine($"Failures: {failures}, warnings: {warnings}. {result}").ToString();
    }

    private int Count(Level level) => Findings.Count(finding => finding.Level == level);

    // Paths and hosts come from elsewhere: no line breaks, no terminal commands, no text that runs backwards.
    private static string Plain(string text) => string.Concat(text.Select(character => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        ? '?' : character));
}
