using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>What a re-encryption came to.</summary>
/// <param name="Rows">Rows that were rewritten, at least in part.</param>
/// <param name="Unreadable">Values whose key is not configured, or that are damaged: left as they are.</param>
internal sealed record ReencryptionResult(int Rows, int Unreadable);

/// <summary>
/// Brings every encrypted column under the newest key, and the phone hashes of upgrades under the newest lookup key, while the service runs. A value is replaced only where it is
/// still the one that was read; started again it passes over what is done. Fingerprints and dedupe keys can't be made again: what they were made from is not stored.
/// </summary>
internal sealed class Reencryption(IDatabase database, WriteQueue writes, StorageKeySet keys)
{
    private const int BatchSize = 100;

    private static readonly Table[] Tables =
    [
        new("upgrades", "partner_reference_no", "partner_reference_no", ["phone_no", "widget_url"], "phone_hash"),
        new("notifications", "id", "id", ["kyc_message", "raw"]),
        // Its key has two parts; a zero-padded version behind the reference would not use the index.
        new("upgrade_history", "partner_reference_no", "id", ["message"], Version: true),
    ];

    public async Task<ReencryptionResult> RunAsync()
    {
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

            if (table.HashColumn is not null && reader.Bytes(3) is { } phone && reader.Bytes(3 + table.Columns.Length) is { } hash)
                Rehash(table, row, phone, hash, values);
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

    private void Rehash(Table table, string row, byte[] phone, byte[] hash, List<ValueChange> values)
    {
        try
        {
            var current = keys.Lookup.Compute(UpgradeService.PhonePurpose, keys.Cipher.DecryptText(phone, UpgradeReader.PhoneColumn, row)!);
            if (!current.AsSpan().SequenceEqual(hash))
                values.Add(new ValueChange(table.Updates[^1], hash, current));
        }
        catch (CryptographicException)
        {
            // Counted with the column itself.
        }
    }

    internal sealed record RowChange(string Key, long Version, List<ValueChange> Values);

    internal sealed record ValueChange(Statement Update, byte[] Old, byte[] New)
    {
        public int Execute(DbTransaction transaction, RowChange row) => Update.Execute(transaction, New, row.Key, row.Version, Old);
    }

    private sealed record Position(string Key, long Version);

    private sealed record Table(string Name, string Key, string Row, string[] Columns, string? HashColumn = null, bool Version = false)
    {
        public string Select { get; } = string.Create(
            CultureInfo.InvariantCulture,
            $"""
             SELECT {Key}, {(Version ? "version" : "CAST(@version AS bigint)")}, {Row}, {string.Join(", ", Columns)}{(HashColumn is null ? "" : ", " + HashColumn)} FROM {Name}
             WHERE {(Version ? $"({Key}, version) > (@key, @version)" : $"{Key} > @key")} ORDER BY {Key}{(Version ? ", version" : "")} LIMIT {BatchSize}
             """);

        public Statement[] Updates { get; } = [.. (HashColumn is null ? Columns : [.. Columns, HashColumn]).Select(column => new Statement(
            $"UPDATE {Name} SET {column} = @new WHERE {Key} = @key AND {(Version ? "version" : "0")} = @version AND {column} = @old", "@new", "@key", "@version", "@old"))];
    }
}
