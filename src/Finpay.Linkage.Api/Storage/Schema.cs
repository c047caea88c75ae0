using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Dapper;
using Finpay.Linkage.Api.Settings;
using Npgsql;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// Applies the numbered scripts that a database has not seen yet, all in one transaction that nobody else can start at the same time. What can't be one text for both engines
/// (triggers) is a script for each of one number.
/// </summary>
internal static class Schema
{
    private const string Prefix = "Finpay.Linkage.Api.Storage.Scripts.";
    private const string OfSqlite = ".sqlite.sql";
    private const string OfPostgreSql = ".postgresql.sql";

    /// <summary>How long a start waits for a script, its own or another instance's. A script may have much to do; a request may not wait so long.</summary>
    public const int PatienceSeconds = 120;

    /// <summary>The version that this program makes.</summary>
    public static long Newest => Scripts(OfPostgreSql)[^1].Version;

    public static string TooNew(long version) => $"The database has schema version {version}, this program knows {Newest}: it is older than the database.";

    public static void Apply(DbTransaction transaction, DateTimeOffset now)
    {
        var connection = transaction.Connection!;
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL PRIMARY KEY, applied_at bigint NOT NULL)", transaction: transaction);
        var current = connection.ExecuteScalar<long?>("SELECT max(version) FROM schema_version", transaction: transaction) ?? 0;
        if (current > Newest)
            throw new SettingsException(TooNew(current));
        foreach (var (version, sql) in Scripts(transaction is NpgsqlTransaction ? OfSqlite : OfPostgreSql).Where(script => script.Version > current))
        {
            connection.Execute(sql, transaction: transaction, commandTimeout: PatienceSeconds);
            connection.Execute(
                "INSERT INTO schema_version (version, applied_at) VALUES (@version, @appliedAt)",
                new { version, appliedAt = now.ToUnixTimeMilliseconds() },
                transaction);
        }
    }

    private static List<(long Version, string Sql)> Scripts(string ofTheOther)
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal) && !name.EndsWith(ofTheOther, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (long.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), Read(assembly, name)))];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
