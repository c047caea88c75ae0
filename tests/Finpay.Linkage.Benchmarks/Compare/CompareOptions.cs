using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <param name="Parts">The parts to run; empty for all.</param>
/// <param name="Seconds">Seconds per server and round. Below 10, parts that count requests send fewer of them.</param>
/// <param name="Rounds">The number of rounds; every server runs in each.</param>
/// <param name="Results">The JSON file of the results; parts that are not measured now stay in it.</param>
/// <param name="Markdown">A file for the tables, which are also printed.</param>
internal sealed record CompareOptions(IReadOnlyList<string> Parts, int Seconds, int Rounds, string Results, string? Markdown)
{
    /// <summary>For a part that counts requests rather than seconds.</summary>
    /// <param name="requests">The number for rounds of 10 s or more.</param>
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
