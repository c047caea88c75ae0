using System.Data.Common;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Storage;

/// <summary>Which scripts a database has, and whether this program can use it.</summary>
internal static class Schema
{
    /// <summary>«oldest» is the oldest version whose programs can use the database after that script; null: none but its own.</summary>
    public const string CreateVersions =
        "CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL PRIMARY KEY, applied_at bigint NOT NULL, oldest bigint)";

    private static readonly Statement InsertVersion =
        new("INSERT INTO schema_version (version, applied_at, oldest) VALUES (@version, @now, @oldest) ON CONFLICT DO NOTHING");

    /// <summary>How long a start waits for a script.</summary>
    public const int PatienceSeconds = 120;

    /// <summary>The version that this program makes.</summary>
    public static long Newest => SchemaScript.OfPostgreSql[^1].Version;

    public static string TooNew(long version) =>
        $"The database has schema version {version}, this program knows {Newest}: it is older than the database.";

    /// <summary>Applies on SQLite what is missing, in one transaction: nobody else uses the file.</summary>
    public static void Apply(DbTransaction transaction, DateTimeOffset now, IReadOnlyList<SchemaScript> scripts)
    {
        var connection = transaction.Connection!;
        connection.Run(CreateVersions, transaction);
        foreach (var script in Missing(connection, transaction, scripts))
        {
            foreach (var (sql, isRepeated) in script.Statements)
            {
                while (connection.Run(sql, transaction, PatienceSeconds) > 0 && isRepeated)
                {
                }
            }

            Note(transaction, script, now);
        }
    }

    /// <summary>What a database that has a table of versions still needs.</summary>
    /// <exception cref="SettingsException">It is of a later release, which this program can't go on beside.</exception>
    public static List<SchemaScript> Missing(DbConnection connection, DbTransaction? transaction, IReadOnlyList<SchemaScript> scripts)
    {
        var current = Version(connection, transaction);
        if (!CanUse(connection, transaction, scripts[^1].Version))
            throw new SettingsException(TooNew(current));
        return [.. scripts.Where(script => script.Version > current)];
    }

    public static void Note(DbTransaction transaction, SchemaScript script, DateTimeOffset now) =>
        InsertVersion.Execute(transaction, ("@version", script.Version), ("@now", now), ("@oldest", script.Oldest));

    /// <summary>Whether a program that knows so many scripts can use it: none that it does not know asks for a newer one.</summary>
    public static bool CanUse(DbConnection connection, DbTransaction? transaction, long known) => connection.Scalar(
        $"SELECT count(*) FROM schema_version WHERE version > {known} AND (oldest IS NULL OR oldest > {known})", transaction) is 0L;

    /// <summary>A command changes no schema: a service of another version may be running on it.</summary>
    /// <exception cref="SettingsException">The database is of another version.</exception>
    public static void ThrowIfOther(DbConnection connection, bool hasVersions)
    {
        var version = hasVersions ? Version(connection, null) : 0;
        if (version != Newest)
            throw new SettingsException(
                $"The database has schema version {version}, this command is made for {Newest} and changes no schema: use the command of "
                + "the service's version, or start this version of the service first.");
    }

    private static long Version(DbConnection connection, DbTransaction? transaction) =>
        (long?)connection.Scalar("SELECT max(version) FROM schema_version", transaction) ?? 0;
}
