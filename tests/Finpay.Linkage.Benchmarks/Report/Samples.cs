using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Report;

/// <summary>One figure, as often as it was measured.</summary>
internal sealed class Samples
{
    private readonly double[] inOrder;

    public Samples(IEnumerable<double> values)
    {
        Values = [.. values];
        inOrder = [.. Values.Order()];
        if (inOrder.Length == 0)
            throw new ArgumentException("Nothing was measured.", nameof(values));
    }

    /// <summary>In the order in which they were measured.</summary>
    public IReadOnlyList<double> Values { get; }

    public double Least => inOrder[0];

    public double Most => inOrder[^1];

    public double Median => (inOrder[(inOrder.Length - 1) / 2] + inOrder[inOrder.Length / 2]) / 2;

    /// <summary>A percentile: the smallest value that so many percent of the samples do not exceed.</summary>
    public double Percentile(int percent) => inOrder[Math.Max(0, (int)Math.Ceiling(inOrder.Length * percent / 100.0) - 1)];

    /// <summary>Divides round by round, because a disturbance affects both sides of a round.</summary>
    public Samples Over(Samples other) => Combine(other, (mine, its) => mine / its);

    /// <summary>Subtracts round by round.</summary>
    public Samples Less(Samples other) => Combine(other, (mine, its) => mine - its);

    /// <summary>The median and the range.</summary>
    public string ToString(string format) => Least == Most
        ? Text(Median, format)
        : $"{Text(Median, format)} ({Text(Least, format)} to {Text(Most, format)})";

    public override string ToString() => ToString("0.00");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private Samples Combine(Samples other, Func<double, double, double> combine) => Values.Count == other.Values.Count
        ? new Samples(Values.Zip(other.Values, combine))
        : throw new ArgumentException($"{Values.Count} rounds can't be compared with {other.Values.Count}.", nameof(other));
}
