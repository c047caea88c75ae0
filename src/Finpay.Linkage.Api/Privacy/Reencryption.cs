using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>What a re-encryption came to.</summary>
/// <param name="Rows">Rows that were rewritten, at least in part.</param>
/// <param name="Unreadable">Values whose key is not configured, or that are damaged: left as they are.</param>
internal sealed record ReencryptionResult(int Rows, int Unreadable);

/// <summary>
/// Brings every encrypted column under the newest key, and keyed hashes under the newest lookup key, while the service runs. A value is replaced only where it is still the one
/// that was read; started again it passes over what is done. Fingerprints can't be made again: photos and personal data, which they were made from, are not stored.
/// </summary>
internal sealed class Reencryption(IDatabase database, WriteQueue writes, StorageKeySet keys)
{
    private const int BatchSize = 100;

    private static readonly Table[] Tables =
    [
        new("upgrades", "partner_reference_no", "partner_reference_no", ["phone_no", "widget_url"])
        {
            Hashes = [new("phone_hash", (lookup, phone, _) => lookup.Compute(UpgradeService.PhonePurpose, Encoding.UTF8.GetString(phone)))],
        },
        new("notifications", "id", "id", ["raw", "kyc_message"])
        {
            Hashes = [new("phone_hash", PhoneHash), new("dedupe_key", DedupeKey)],
        },
        // Its key has two parts; a zero-padded version behind the reference would not use the index.
        new("upgrade_history", "partner_reference_no", "id", ["message"], Version: true),
    ];

    public async Task<ReencryptionResult> RunAsync()
    {
        await writes.ExecuteAsync("", transaction => AuditTrail.Add(transaction, AuditTrail.Command, AuditAction.Reencrypt, null, TimeProvider.System.GetUtcNow()), persistent: true);
        var total = new ReencryptionResult(0, 0);
        foreach (var table in Tables)
        {
            for (var after = new Position("", 0); ;)
            {
                var (changes, last, unreadable) = await ReadAsync(table, after);
                total = new ReencryptionResult(total.Rows + await WriteAsync(changes), total.Unreadable + unreadable);
                if (last is null)
                    break;
                after = last;
            }
        }

        return total;
    }

    /// <summary>What the first batch of each table would change.</summary>
    internal async Task<List<RowChange>> ReadAllAsync() => [.. (await Task.WhenAll(Tables.Select(table => ReadAsync(table, new Position("", 0))))).SelectMany(read => read.Changes)];

    /// <returns>How many rows were changed.</returns>
    internal async Task<int> WriteAsync(List<RowChange> changes)
    {
        var changed = await Task.WhenAll(changes.Select(row => writes.ExecuteAsync(row.Key, transaction => row.Values.Sum(value => value.Execute(transaction, row)), persistent: true)));
        return changed.Count(count => count > 0);
    }

    private async Task<(List<RowChange> Changes, Position? Last, int Unreadable)> ReadAsync(Table table, Position after)
    {
        var changes = new List<RowChange>();
        Position? last = null;
        var unreadable = 0;
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = database.BeginRead(connection);
        await using var command = connection.CreateCommand();
        command.CommandText = table.Select;
        command.Transaction = transaction;
        Add("@key", after.Key);
        Add("@version", after.Version);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            last = new Position(reader.GetString(0), reader.GetInt64(1));
            var row = reader.GetString(2);
            var values = new List<ValueChange>();
            for (var index = 0; index < table.Columns.Length; index++)
            {
                if (reader.Bytes(3 + index) is { } value)
                    unreadable += Reencrypt(table, index, row, value, values);
            }

            if (table.Hashes.Length > 0 && reader.Bytes(3) is { } source)
                Rehash(table, row, source, reader, values);
            if (values.Count > 0)
                changes.Add(new RowChange(last.Key, last.Version, values));
        }

        return (changes, last, unreadable);

        void Add(string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }

    private int Reencrypt(Table table, int index, string row, byte[] value, List<ValueChange> values)
    {
        if (keys.Cipher.IsNewest(value))
            return 0;
        var name = $"{table.Name}.{table.Columns[index]}";
        try
        {
            values.Add(new ValueChange(table.Updates[index], value, keys.Cipher.Encrypt(keys.Cipher.Decrypt(value, name, row), name, row)));
            return 0;
        }
        catch (CryptographicException)
        {
            return 1;
        }
    }

    private void Rehash(Table table, string row, byte[] source, DbDataReader reader, List<ValueChange> values)
    {
        try
        {
            var clear = keys.Cipher.Decrypt(source, $"{table.Name}.{table.Columns[0]}", row);
            for (var index = 0; index < table.Hashes.Length; index++)
            {
                var stored = reader.Bytes(3 + table.Columns.Length + index);
                if (stored is not null && table.Hashes[index].Make(keys.Lookup, clear, stored) is { } current && !current.AsSpan().SequenceEqual(stored))
                    values.Add(new ValueChange(table.HashUpdates[index], stored, current));
            }
        }
        catch (CryptographicException)
        {
            // Counted with the column itself.
        }
    }

    private static byte[]? PhoneHash(LookupHash lookup, byte[] raw, byte[] stored) => Read(raw) is { } notification ? NotificationHashes.Phone(lookup, notification)?.Current : null;

    // What was kept as invalid is known by its bytes alone, also when it can be read: one that names another merchant.
    private static byte[] DedupeKey(LookupHash lookup, byte[] raw, byte[] stored) => Read(raw) is { } notification && stored.Length > HMACSHA256.HashSizeInBytes
        ? NotificationHashes.Content(lookup, notification).Current
        : NotificationHashes.Invalid(lookup, raw).Current;

    private static KycNotification? Read(byte[] raw) => KycNotificationReader.Read(raw, out var notification, out _) == KycNotificationProblem.None ? notification : null;

    internal sealed record RowChange(string Key, long Version, List<ValueChange> Values);

    internal sealed record ValueChange(Statement Update, byte[] Old, byte[] New)
    {
        public int Execute(DbTransaction transaction, RowChange row) => Update.Execute(transaction, New, row.Key, row.Version, Old);
    }

    private sealed record Position(string Key, long Version);

    /// <param name="Column">A keyed hash.</param>
    /// <param name="Make">From the lookup keys, the table's first column in clear and the hash as it is stored.</param>
    private sealed record Hash(string Column, Func<LookupHash, byte[], byte[], byte[]?> Make);

    private sealed record Table(string Name, string Key, string Row, string[] Columns, bool Version = false)
    {
        public Hash[] Hashes { get; init; } = [];

        public string Select => string.Create(
            CultureInfo.InvariantCulture,
            $"""
             SELECT {Key}, {(Version ? "version" : "CAST(@version AS bigint)")}, {Row}, {string.Join(", ", Columns.Concat(Hashes.Select(hash => hash.Column)))} FROM {Name}
             WHERE {(Version ? $"({Key}, version) > (@key, @version)" : $"{Key} > @key")} ORDER BY {Key}{(Version ? ", version" : "")} LIMIT {BatchSize}
             """);
        public Statement[] Updates => field ??= [.. Columns.Select(column => Update(column, "@new"))];

        // While instances were restarted one after the other, one content may have been stored by two of them, under either key: one row is enough to know a repeat by.
        public Statement[] HashUpdates => field ??= [.. Hashes.Select(hash => Update(hash.Column, hash.Column == "dedupe_key" ? $"CASE WHEN EXISTS (SELECT 1 FROM {Name} WHERE dedupe_key = @new) THEN NULL ELSE @new END" : "@new"))];

        private Statement Update(string column, string value) => new(
            $"UPDATE {Name} SET {column} = {value} WHERE {Key} = @key AND {(Version ? "version" : "0")} = @version AND {column} = @old", "@new", "@key", "@version", "@old");
    }
}
