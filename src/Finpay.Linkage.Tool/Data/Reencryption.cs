using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Tool.Data;

/// <summary>What a re-encryption came to.</summary>
/// <param name="Rows">Rows that were rewritten, at least in part.</param>
/// <param name="Unreadable">Values whose key is not configured, or that are damaged: left as they are.</param>
internal sealed record ReencryptionResult(int Rows, int Unreadable);

/// <summary>
/// Brings every encrypted column under the newest key, and keyed hashes under the newest lookup key, while the service runs. A value is
/// replaced only if it is still the one that was read; a second run skips what is done. Fingerprints stay: their photos are not stored.
/// </summary>
internal sealed class Reencryption(IDatabase database, WriteQueue writes, StorageKeySet keys)
{
    private const int BatchSize = 100;

    private static readonly Table[] Tables =
    [
        new("upgrades", "partner_reference_no", "partner_reference_no", ["phone_no", "widget_url"])
        {
            Hashes = [new("phone_hash", (lookup, phone, _) => lookup.Compute(UpgradeRecords.PhonePurpose, Encoding.UTF8.GetString(phone)))],
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
        var now = TimeProvider.System.GetUtcNow();
        await writes.ExecuteAsync(
            "", transaction => AuditTrail.Add(transaction, AuditTrail.Command, AuditAction.Reencrypt, null, now), persistent: true);
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
    internal async Task<List<RowChange>> ReadAllAsync()
    {
        var batches = await Task.WhenAll(Tables.Select(table => ReadAsync(table, new Position("", 0))));
        return [.. batches.SelectMany(batch => batch.Changes)];
    }

    /// <returns>How many rows were changed.</returns>
    internal async Task<int> WriteAsync(List<RowChange> changes)
    {
        var changed = await Task.WhenAll(changes.Select(row => writes.ExecuteAsync(
            row.Key, transaction => row.Values.Sum(value => value.Execute(transaction, row)), persistent: true)));
        return changed.Count(count => count > 0);
    }

    private async Task<(List<RowChange> Changes, Position? Last, int Unreadable)> ReadAsync(Table table, Position after)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = database.BeginRead(connection);
        var rows = await table.Select.QueryAsync(
            connection,
            transaction,
            reader => Read(table, reader),
            CancellationToken.None,
            ("@key", after.Key),
            ("@version", after.Version));
        return ([.. rows.Select(row => row.Change).Where(change => change.Values.Count > 0)], rows.LastOrDefault().Position, rows.Sum(
            row => row.Unreadable));
    }

    private (Position? Position, RowChange Change, int Unreadable) Read(Table table, DbDataReader reader)
    {
        var position = new Position(reader.GetString(0), reader.GetInt64(1));
        var row = reader.GetString(2);
        var values = new List<ValueChange>();
        var unreadable = 0;
        for (var index = 0; index < table.Columns.Length; index++)
        {
            if (reader.Bytes(3 + index) is { } value)
                unreadable += Reencrypt(table, index, row, value, values);
        }

        if (table.Hashes.Length > 0 && reader.Bytes(3) is { } source)
            Rehash(table, row, source, reader, values);
        return (position, new RowChange(position.Key, position.Version, values), unreadable);
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
                if (stored is not null && table.Hashes[index].Make(keys.Lookup, clear, stored) is { } current
                    && !current.AsSpan().SequenceEqual(stored))
                    values.Add(new ValueChange(table.HashUpdates[index], stored, current));
            }
        }
        catch (CryptographicException)
        {
            // Counted with the column itself.
        }
    }

    private static byte[]? PhoneHash(LookupHash lookup, byte[] raw, byte[] stored) =>
        Read(raw) is { } notification ? NotificationHashes.Phone(lookup, notification)?.Current : null;

    // An invalid notification is deduplicated by its bytes, also if it can be read: it may name another merchant.
    private static byte[] DedupeKey(LookupHash lookup, byte[] raw, byte[] stored) =>
        Read(raw) is { } notification && stored.Length > HMACSHA256.HashSizeInBytes
            ? NotificationHashes.Content(lookup, notification).Current
            : NotificationHashes.Invalid(lookup, raw).Current;

    private static KycNotification? Read(byte[] raw) =>
        KycNotificationReader.Read(raw, out var notification, out _) == KycNotificationProblem.None ? notification : null;

    internal sealed record RowChange(string Key, long Version, List<ValueChange> Values);

    internal sealed record ValueChange(Statement Update, byte[] Old, byte[] New)
    {
        public int Execute(DbTransaction transaction, RowChange row) => Update.Execute(
            transaction, ("@new", New), ("@key", row.Key), ("@version", row.Version), ("@old", Old));
    }

    private sealed record Position(string Key, long Version);

    /// <param name="Column">A keyed hash.</param>
    /// <param name="Make">From the lookup keys, the table's first column in clear and the hash as it is stored.</param>
    private sealed record Hash(string Column, Func<LookupHash, byte[], byte[], byte[]?> Make);

    private sealed record Table(string Name, string Key, string Row, string[] Columns, bool Version = false)
    {
        public Hash[] Hashes { get; init; } = [];

        public Statement Select => field ??= new(
            $"""
             SELECT {Key}, {(Version ? "version" : "CAST(@version AS bigint)")}, {Row},
               {string.Join(", ", Columns.Concat(Hashes.Select(hash => hash.Column)))} FROM {Name}
             WHERE {(Version ? $"({Key}, version) > (@key, @version)" : $"{Key} > @key")}
             ORDER BY {Key}{(Version ? ", version" : "")} LIMIT {BatchSize}
             """);

        public Statement[] Updates => field ??= [.. Columns.Select(column => Update(column, "@new"))];

        // During a rolling restart two instances may have stored one content under either key: one row is enough to recognise a repeat.
        public Statement[] HashUpdates => field ??= [.. Hashes.Select(hash => Update(hash.Column, hash.Column == "dedupe_key"
            ? $"CASE WHEN EXISTS (SELECT 1 FROM {Name} WHERE dedupe_key = @new) THEN NULL ELSE @new END"
            : "@new"))];

        private Statement Update(string column, string value) => new(
            $"""
             UPDATE {Name} SET {column} = {value}
             WHERE {Key} = @key AND {(Version ? "version" : "0")} = @version AND {column} = @old
             """);
    }
}
