using System.Data.Common;
using System.Security.Cryptography;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Tool.Check;

/// <summary>The database, by statements that only read.</summary>
internal static class StoreChecks
{
    public const string Check = "database";
    public const string KeyCheck = "storage keys";

    private const string SelectNewest =
        """
        SELECT partner_reference_no, phone_no, phone_hash FROM upgrades WHERE phone_no IS NOT NULL
        ORDER BY created_at DESC, partner_reference_no DESC LIMIT 1
        """;

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

    /// <summary>Whether the configured keys read the newest record.</summary>
    public static void CheckKeys(DbConnection connection, LiveSettings settings, Report report)
    {
        if (settings.IsWrong("Storage:Encryption"))
            return;
        using var command = connection.CreateCommand();
        command.CommandText = SelectNewest;
        using var reader = command.ExecuteReader();
        if (!reader.Read())
            return;
        var newest = (Reference: reader.GetString(0), Phone: reader.Bytes(1), Hash: reader.Bytes(2));
        var keys = StorageKeys.Load(settings.Storage.Encryption, databaseFolder: null, NullLogger.Instance);
        try
        {
            var phone = keys.Cipher.DecryptText(newest.Phone, EncryptedColumns.Phone, newest.Reference)!;
            if (newest.Hash is null || keys.Lookup.ComputeAll(UpgradeRecords.PhonePurpose, phone).Matches(newest.Hash))
                report.Ok(KeyCheck, "they read the newest record");
            else
                report.Fail(KeyCheck, "the newest record has another Storage:Encryption:LookupKey: repeated calls would not be recognised");
        }
        catch (CryptographicException)
        {
            report.Fail(KeyCheck, "Storage:Encryption:Keys can't read the newest record: the key that wrote it is missing or wrong");
        }
    }
}
