using System.Globalization;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// A numbered script. Comment lines at its top say how it may be run (docs/operations.md): «-- oldest: N» is the oldest schema version
/// whose programs can use the database afterwards; «-- online» runs each statement (they are separated by empty lines) by itself, with
/// PostgreSQL outside of a transaction; one that begins with «-- repeat» is run until it changes nothing.
/// </summary>
internal sealed record SchemaScript(long Version, string Sql)
{
    private const string Prefix = "Finpay.Linkage.Api.Storage.Scripts.";
    private const string OldestHeader = "-- oldest: ";

    private string[] Lines => Sql.ReplaceLineEndings("\n").Split('\n');

    public long? Oldest => Array.Find(Lines, line => line.StartsWith(OldestHeader, StringComparison.Ordinal)) is { } line
        ? long.Parse(line.AsSpan(OldestHeader.Length), CultureInfo.InvariantCulture)
        : null;

    public bool IsOnline => Lines.Contains("-- online", StringComparer.Ordinal);

    public IEnumerable<(string Sql, bool IsRepeated)> Statements => IsOnline
        ? string.Join('\n', Lines).Split("\n\n").Where(HasStatement)
            .Select(block => (block, block.TrimStart('\n').StartsWith("-- repeat\n", StringComparison.Ordinal)))
        : [(Sql, false)];

    /// <summary>Where one text does not fit both engines (triggers), each engine has its own script of that number.</summary>
    public static IReadOnlyList<SchemaScript> OfSqlite { get; } = Read(".postgresql.sql");

    /// <inheritdoc cref="OfSqlite"/>
    public static IReadOnlyList<SchemaScript> OfPostgreSql { get; } = Read(".sqlite.sql");

    private static bool HasStatement(string block) =>
        block.Split('\n').Any(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal));

    private static List<SchemaScript> Read(string ofTheOther) =>
    [
        .. typeof(SchemaScript).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !name.EndsWith(ofTheOther, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new SchemaScript(
                long.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), Embedded.Text(name))),
    ];
}
