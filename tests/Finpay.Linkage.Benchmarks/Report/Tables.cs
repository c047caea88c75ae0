using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>The results in Markdown.</summary>
internal static class Tables
{
    /// <summary>Each goal, and what was measured.</summary>
    public static string Goals(Measurements results)
    {
        var text = new StringBuilder("| work | against | goal | measured |\n|---|---|---|---|\n");
        foreach (var goal in Goal.From(results))
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {goal.Work} | {Dash(goal.Against)} | {Dash(goal.Wanted)} | "
                + $"{goal.Measured}{(goal.IsMet == false ? ", **missed**" : "")} |\n");
        return text.ToString();
    }

    /// <summary>Every figure that was measured, and how.</summary>
    public static string Figures(Measurements results)
    {
        var text = new StringBuilder("| part | figure | median (least to most) |\n|---|---|---|\n");
        foreach (var (name, part) in results.Parts)
        {
            foreach (var (figure, values) in part.Series)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {figure} | {new Samples(values).ToString(values.Max() >= 100 ? "#,0" : "0.00")} |\n");
        }

        text.Append('\n');
        foreach (var (name, part) in results.Parts)
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {part.How}; version {part.Version}, {part.Measured}, {part.Machine}\n");
        return text.ToString();
    }

    private static string Dash(string text) => text.Length == 0 ? "–" : text;
}
