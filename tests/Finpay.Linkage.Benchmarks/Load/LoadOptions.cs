using System.Globalization;

namespace Finpay.Linkage.Benchmarks.Load;

/// <param name="Postgres">Storage on a PostgreSQL server of our own on this machine instead of SQLite.</param>
/// <param name="Seconds">Seconds per round.</param>
/// <param name="Rounds">The number of rounds; every server runs in each.</param>
/// <param name="Connections">The number of connections.</param>
/// <param name="Sizes">How many notifications are stored already.</param>
/// <param name="Due">How many upgrades retention finds due, or events wait.</param>
/// <param name="Streams">How many pages are open.</param>
internal sealed record LoadOptions(
    bool Postgres, int Seconds, int Rounds, int Connections, IReadOnlyList<int> Sizes, int Due, int Streams)
{
    public static LoadOptions Parse(string[] arguments)
    {
        return new LoadOptions(
            arguments.Contains("--postgres"), Number("--seconds", 10), Number("--rounds", 3), Number("--connections", 64), Sizes(),
            Number("--due", 100_000), Number("--streams", 5000));

        IReadOnlyList<int> Sizes()
        {
            var index = Array.IndexOf(arguments, "--sizes");
            return [.. (index < 0 ? "10000,1000000,5000000" : arguments[index + 1]).Split(',')
                .Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        }

        int Number(string name, int otherwise)
        {
            var index = Array.IndexOf(arguments, name);
            return index < 0 ? otherwise : int.Parse(arguments[index + 1], CultureInfo.InvariantCulture);
        }
    }
}
