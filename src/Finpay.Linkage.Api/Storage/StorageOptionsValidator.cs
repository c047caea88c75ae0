using Finpay.Linkage.Api.Settings;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Storage;

internal sealed class StorageOptionsValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    private const int KeyBytes = 32;

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
        for (var index = 0; index < encryption.Keys.Count; index++)
        {
            var id = encryption.Keys[index].Id;
            if (id.Length is 0 or > ColumnCipher.MaxKeyIdLength || !System.Text.Ascii.IsValid(id))
                failures.Add($"Encryption:Keys:{index}:Id", $"must be 1 to {ColumnCipher.MaxKeyIdLength} ASCII characters");
            CheckKey($"Encryption:Keys:{index}:Key", encryption.Keys[index].Key, required: true);
        }

        if (encryption.Keys.Select(key => key.Id).Distinct(StringComparer.Ordinal).Count() != encryption.Keys.Count)
            failures.Add("Encryption:Keys", "two keys have the same Id");
        CheckKey("Encryption:LookupKey", encryption.LookupKey, required);
        CheckKey("Encryption:PreviousLookupKey", encryption.PreviousLookupKey, required: false);
        return failures.ToResult();

        void CheckKey(string key, Secret? secret, bool required)
        {
            if (secret is null || secret.Reveal().Length == 0)
            {
                if (required)
                    failures.Add(key, "missing; 32 bytes in Base64");
            }
            else if (!Convert.TryFromBase64String(secret.Reveal(), new byte[KeyBytes + 1], out var length) || length != KeyBytes)
            {
                failures.Add(key, "must be 32 bytes in Base64");
            }
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
