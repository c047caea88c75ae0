using Finpay.Linkage.Api.Settings;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

public enum StorageProvider
{
    Sqlite,
    PostgreSql,
}

/// <summary>Configuration section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string SectionName = "Storage";

    public StorageProvider Provider { get; set; }

    /// <summary>Where the SQLite file stands.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>PostgreSQL: required; several hosts may be named, the writable one is used. SQLite: overrides the file.</summary>
    public Secret? ConnectionString { get; set; }

    public StorageEncryptionOptions Encryption { get; set; } = new();
}

public sealed class StorageEncryptionOptions
{
    /// <summary>AES-256-GCM keys: the first writes, all read.</summary>
    public IList<StorageKeyOptions> Keys { get; } = [];

    /// <summary>HMAC-SHA256 key for fingerprints, deduplication and phone search.</summary>
    public Secret? LookupKey { get; set; }

    /// <summary>A second lookup key for reading only: while a key is replaced, first the next one, then the one before.</summary>
    public Secret? PreviousLookupKey { get; set; }
}

public sealed class StorageKeyOptions
{
    public string Id { get; set; } = "";

    /// <summary>32 bytes, Base64.</summary>
    public Secret? Key { get; set; }
}

internal sealed class StorageOptionsValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var failures = new SettingsFailures(StorageOptions.SectionName);
        if (options.Provider == StorageProvider.PostgreSql)
            CheckPostgreSql(options.ConnectionString?.Reveal(), failures);
        else if (options.ConnectionString is { } text)
            CheckSqlite(text, failures);
        else if (string.IsNullOrWhiteSpace(options.DataFolder))
            failures.Add("DataFolder", "missing; the folder of the database file");

        var encryption = options.Encryption;
        var required = configuration.IsProduction() || options.Provider != StorageProvider.Sqlite;
        if (required && encryption.Keys.Count == 0)
            failures.Add("Encryption:Keys:0", "missing; an Id and a Key of 32 bytes in Base64");
        foreach (var (index, key) in encryption.Keys.Index())
        {
            if (key.Id.Length is 0 or > ColumnCipher.MaxKeyIdLength || !System.Text.Ascii.IsValid(key.Id))
                failures.Add($"Encryption:Keys:{index}:Id", $"must be 1 to {ColumnCipher.MaxKeyIdLength} ASCII characters");
            CheckKey($"Encryption:Keys:{index}:Key", key.Key, required: true);
        }

        if (encryption.Keys.Select(key => key.Id).Distinct(StringComparer.Ordinal).Count() != encryption.Keys.Count)
            failures.Add("Encryption:Keys", "two keys have the same Id");
        CheckKey("Encryption:LookupKey", encryption.LookupKey, required);
        CheckKey("Encryption:PreviousLookupKey", encryption.PreviousLookupKey, required: false);
        return failures.ToResult();

        void CheckKey(string key, Secret? secret, bool required)
        {
            var isMissing = string.IsNullOrEmpty(secret?.Reveal());
            if (isMissing ? required : !StorageKeys.IsKey(secret!.Reveal()))
                failures.Add(key, isMissing ? "missing; 32 bytes in Base64" : "must be 32 bytes in Base64");
        }
    }

    private static void CheckPostgreSql(string? text, SettingsFailures failures)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(text))
                failures.Add("ConnectionString", "missing; Host=…;Database=…;Username=…;Password=…");
            else if (PostgreSqlDatabase.Complete(text) is { Host: null or "" } or { Database: null or "" })
                failures.Add("ConnectionString", "must name Host and Database");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            failures.Add("ConnectionString", "is not a PostgreSQL connection string");
        }
    }

    private static void CheckSqlite(Secret text, SettingsFailures failures)
    {
        try
        {
            var builder = new SqliteConnectionStringBuilder(text.Reveal());
            if (string.IsNullOrWhiteSpace(builder.DataSource) || builder.DataSource.Contains(":memory:", StringComparison.Ordinal)
                || builder.Mode == SqliteOpenMode.Memory)
                failures.Add("ConnectionString", "must name a file (Data Source=…)");
        }
        catch (ArgumentException)
        {
            failures.Add("ConnectionString", "is not an SQLite connection string");
        }
    }
}
