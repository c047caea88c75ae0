using System.Data.Common;
using System.Globalization;
using Finpay.Linkage.Api.Settings;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// Applies the numbered scripts that a database does not have yet, in one transaction that no other process can start at the same time.
/// Where one text does not fit both engines (triggers), each engine has its own script of that number.
/// </summary>
internal static class Schema
{
    private const string Prefix = "Finpay.Linkage.Api.Storage.Scripts.";
    private const string OfSqlite = ".sqlite.sql";
    private const string OfPostgreSql = ".postgresql.sql";

    private static readonly Statement InsertVersion = new("INSERT INTO schema_version (version, applied_at) VALUES (@version, @now)");

    /// <summary>How long a start waits for a script, its own or another instance's.</summary>
    public const int PatienceSeconds = 120;

    /// <summary>The version that this program makes.</summary>
    public static long Newest => Scripts(OfPostgreSql)[^1].Version;

    public static string TooNew(long version) =>
        $"The database has schema version {version}, this program knows {Newest}: it is older than the database.";

    public static void Apply(DbTransaction transaction, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        connection.Run(
            "CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL PRIMARY KEY, applied_at bigint NOT NULL)", transaction);
        var current = (long?)connection.Scalar("SELECT max(version) FROM schema_version", transaction) ?? 0;
        if (current > Newest)
            throw new SettingsException(TooNew(current));
        foreach (var (version, sql) in Scripts(transaction is NpgsqlTransaction ? OfSqlite : OfPostgreSql)
            .Where(script => script.Version > current))
        {
            connection.Run(sql, transaction, PatienceSeconds);
            InsertVersion.Execute(transaction, ("@version", version), ("@now", now));
        }
    }

    private static List<(long Version, string Sql)> Scripts(string ofTheOther) =>
    [
        .. typeof(Schema).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !name.EndsWith(ofTheOther, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (long.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), Embedded.Text(name))),
    ];
}
