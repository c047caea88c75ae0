using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Load;

/// <summary>The result of several rounds: the median and the range.</summary>
internal static class Rounds
{
    public static string Text<T>(IReadOnlyList<T> rounds, Func<T, double> of, string format = "0.00")
    {
        var values = rounds.Select(of).Order().Select(value => value.ToString(format, CultureInfo.InvariantCulture)).ToList();
        return $"{values[values.Count / 2]} ({values[0]}–{values[^1]})";
    }
}
