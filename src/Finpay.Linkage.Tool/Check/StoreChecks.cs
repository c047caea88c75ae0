using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Tool.Check;

/// <summary>The database, by statements that only read.</summary>
internal static class StoreChecks
{
    public const string Check = "database";
    public const string KeyCheck = "storage keys";

    public static async Task RunAsync(LiveSettings settings, Report report, TimeProvider clock, TimeSpan patience)
    {
        if (settings.IsWrong("Storage:Provider", "Storage:ConnectionString", "Storage:DataFolder"))
            report.Warn(Check, "not checked: its settings are wrong");
        else if (settings.Storage.Provider == StorageProvider.PostgreSql)
            await PostgreSqlChecks.RunAsync(settings, report, clock, patience);
        else
            SqliteChecks.Run(settings, report);
    }

    /// <returns>Whether there is a schema, which the engine's own statement <paramref name="hasSchema"/> tells.</returns>
    public static bool CheckSchema(DbConnection connection, string hasSchema, string place, Report report)
    {
        // Truth is a bool of PostgreSQL's and a number of SQLite's.
        var version = connection.Scalar(hasSchema) is true or 1L
            ? (long?)connection.Scalar("SELECT max(version) FROM schema_version")
            : null;
        if (version is null)
            report.Ok(Check, $"{place} is empty: the first start creates the schema");
        else if (!Schema.CanUse(connection, null, Schema.Newest))
            report.Fail(Check, Schema.TooNew(version.Value));
        else if (version > Schema.Newest)
            report.Warn(Check, $"{place} has schema version {version}, of a later release; this version can still use it");
        else if (version < Schema.Newest)
            report.Warn(Check, $"{place} has schema version {version}; the next start changes it to {Schema.Newest}: make a backup first");
        else
            report.Ok(Check, $"{place}, schema version {version}");
        return version is not null;
    }

    /// <summary>Whether the configured keys are those that wrote the data.</summary>
    public static void CheckKeys(DbConnection connection, LiveSettings settings, Report report)
    {
        if (settings.IsWrong("Storage:Encryption"))
            return;
        using DbTransaction transaction =
            connection is SqliteConnection sqlite ? sqlite.BeginTransaction(deferred: true) : connection.BeginTransaction();
        var stored = KeyChecks.Read(transaction);
        // No service has started on it yet.
        if (stored.Count == 0)
            return;
        var folder = settings.Storage.Provider == StorageProvider.Sqlite
            ? Path.GetDirectoryName(SqliteDatabase.FileOf(settings.Storage).DataSource)
            : null;
        var marks = StorageKeys.Load(settings.Storage.Encryption, folder, NullLogger.Instance, isNew: false).Marks;
        foreach (var problem in KeyChecks.Misfits(stored, marks).Concat(KeyChecks.Missing(stored, marks)))
            report.Fail(KeyCheck, problem);
        foreach (var problem in settings.Storage.Provider == StorageProvider.PostgreSql ? KeyChecks.TooEarly(stored, marks) : [])
            report.Warn(KeyCheck, $"{problem}, unless the service is stopped");
        var previous = marks.FirstOrDefault(mark => mark is { Kind: KeyKind.Lookup, Writes: false });
        report.OkIfNothingFound(KeyCheck, previous is null ? "those that wrote the data"
            : KeyChecks.Find(stored, previous) is { Seq: > 0 } ? "PreviousLookupKey is the key before: reencrypt, then remove it"
            : "PreviousLookupKey is the next key: when all instances have it, swap the two");
    }
}
