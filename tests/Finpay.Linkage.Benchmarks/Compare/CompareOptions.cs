using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <param name="Parts">Which of the parts; all when none is named.</param>
/// <param name="Seconds">Of each server's turn in a round. Fewer than 10 also mean fewer requests where these are counted.</param>
/// <param name="Rounds">Each server has its turn in each.</param>
/// <param name="Results">The file that keeps what was measured, JSON; parts that are not measured now stay in it.</param>
/// <param name="Markdown">Where the tables go beside standard output.</param>
internal sealed record CompareOptions(IReadOnlyList<string> Parts, int Seconds, int Rounds, string Results, string? Markdown)
{
    /// <summary>For a part that counts requests rather than seconds.</summary>
    /// <param name="requests">With rounds of 10 s or more.</param>
    public int Scale(int requests) => requests * Math.Min(10, Seconds) / 10;

    public static CompareOptions Parse(string[] arguments)
    {
        var options = arguments.SkipWhile(argument => !argument.StartsWith('-')).ToArray();
        return new CompareOptions(
            [.. arguments.TakeWhile(argument => !argument.StartsWith('-'))],
            Number("--seconds", 10),
            Number("--rounds", 3),
            Value("--results") ?? Path.Combine(Repository.Artifacts, "performance.json"),
            Value("--markdown"));

        int Number(string name, int otherwise) => Value(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        string? Value(string name) => Array.IndexOf(options, name) is >= 0 and var index ? options[index + 1] : null;
    }
}
