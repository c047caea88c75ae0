using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>What stands in the database, on either engine, by statements that only read.</summary>
internal static class StoreFindings
{
    public const string Check = "database";
    public const string KeyCheck = "storage keys";

    /// <summary>The version of the schema; null before the first start.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="hasSchema">The statement that says whether there is one.</param>
    public static long? SchemaVersion(DbConnection connection, string hasSchema) =>
        connection.ExecuteScalar<bool>(hasSchema) ? connection.ExecuteScalar<long?>("SELECT max(version) FROM schema_version") : null;

    public static Finding OnSchema(string place, long? version) =>
        version is null ? Finding.Ok(Check, $"{place} is empty: the first start makes the schema")
        : version > Schema.Newest ? Finding.Failure(Check, Schema.TooNew(version.Value))
        : version < Schema.Newest ? Finding.Warning(Check, $"{place} has schema version {version}, the next start makes it {Schema.Newest}, and older programs can't use it any more: make a backup first")
        : Finding.Ok(Check, $"{place}, schema version {version}");

    /// <summary>Whether the configured keys are those that the newest record was written with.</summary>
    public static IEnumerable<Finding> OnStoredKeys(DbConnection connection, LiveSettings settings)
    {
        if (settings.IsWrong("Storage:Encryption"))
            return [];
        var newest = connection.QueryFirstOrDefault<(string Reference, byte[] Phone, byte[]? Hash)>(
            "SELECT partner_reference_no, phone_no, phone_hash FROM upgrades WHERE phone_no IS NOT NULL ORDER BY created_at DESC, partner_reference_no DESC LIMIT 1");
        if (newest.Phone is null)
            return [];
        var keys = StorageKeys.Load(settings.Storage.Encryption, databaseFolder: null, NullLogger.Instance);
        try
        {
            var phone = keys.Cipher.DecryptText(newest.Phone, UpgradeReader.PhoneColumn, newest.Reference)!;
            return [newest.Hash is null || keys.Lookup.ComputeAll(UpgradeService.PhonePurpose, phone).Matches(newest.Hash)
                ? Finding.Ok(KeyCheck, "the newest record can be read with them")
                : Finding.Failure(KeyCheck, "the newest record was written with another Storage:Encryption:LookupKey: repeated calls and phone numbers would not be recognised")];
        }
        catch (CryptographicException)
        {
            return [Finding.Failure(KeyCheck, "the newest record can't be read with Storage:Encryption:Keys: the key that wrote it is missing or another one")];
        }
    }
}
