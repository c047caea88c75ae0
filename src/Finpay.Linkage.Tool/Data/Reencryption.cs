using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Tool.Data;

/// <summary>
/// Brings every encrypted column under the newest key, and keyed hashes under the newest lookup key, while the service runs. A value is
/// replaced only if it is still the one that was read; a second run skips what is done. Fingerprints stay: their photos are not stored.
/// </summary>
internal sealed class Reencryption(IDatabase database, WriteQueue writes, StorageKeySet keys)
{
    private const string PhoneHash = "upgrades.phone_hash";
    private const string InboxPhoneHash = "notifications.phone_hash";
    private const string DedupeKey = "notifications.dedupe_key";

    private static readonly Statement SelectUpgrades = new(
        """
        SELECT partner_reference_no, phone_no, widget_url, phone_hash FROM upgrades
        WHERE partner_reference_no > @after ORDER BY partner_reference_no LIMIT 100
        """);

    private static readonly Statement SelectNotifications = new(
        "SELECT id, raw, kyc_message, phone_hash, dedupe_key, evidence FROM notifications WHERE id > @after ORDER BY id LIMIT 100");

    private static readonly Statement SelectHistory = new(
        """
        SELECT partner_reference_no, version, id, message FROM upgrade_history
        WHERE (partner_reference_no, version) > (@after, @version) ORDER BY partner_reference_no, version LIMIT 100
        """);

    private static readonly Statement SelectReasons =
        new("SELECT id, reason FROM audit WHERE id > @after AND reason IS NOT NULL ORDER BY id LIMIT 100");

    private static readonly ConcurrentDictionary<string, Statement> Updates = new(StringComparer.Ordinal);

    private int rows;
    private int unreadable;

    /// <returns>How many rows were rewritten, and how many values no configured key reads: those stay as they are.</returns>
    public async Task<(int Rows, int Unreadable)> RunAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await writes.ExecuteAsync(
            "", transaction => AuditTrail.Add(transaction, AuditTrail.Command, AuditAction.Reencrypt, null, now), persistent: true);
        foreach (var read in new[] { ReadUpgradesAsync, ReadNotificationsAsync, ReadHistoryAsync, ReadReasonsAsync })
        {
            for (var last = new Row(""); await read(last) is { Count: > 0 } page; last = page[^1])
                await WriteAsync(page);
        }

        if (unreadable == 0)
            await writes.ExecuteAsync("", transaction => KeyChecks.Retire(transaction, keys), persistent: true);
        return (rows, unreadable);
    }

    /// <returns>The rows after <paramref name="last"/>, each with what has to change in it.</returns>
    internal Task<List<Row>> ReadUpgradesAsync(Row last) => SelectUpgrades.QueryAsync(database, reader =>
    {
        var row = new Row(reader.GetString(0));
        var phone = Reencrypt(row, EncryptedColumns.Phone, row.Key, reader.Bytes(1));
        Reencrypt(row, EncryptedColumns.WidgetUrl, row.Key, reader.Bytes(2));
        if (phone is not null)
            row.Replace(PhoneHash, reader.Bytes(3), keys.Lookup.Compute(UpgradeRecords.PhonePurpose, Encoding.UTF8.GetString(phone)));
        return row;
    }, CancellationToken.None, ("@after", last.Key));

    internal Task<List<Row>> ReadNotificationsAsync(Row last) => SelectNotifications.QueryAsync(database, reader =>
    {
        var row = new Row(reader.GetString(0));
        var raw = Reencrypt(row, EncryptedColumns.Raw, row.Key, reader.Bytes(1));
        Reencrypt(row, EncryptedColumns.KycMessage, row.Key, reader.Bytes(2));
        if (raw is null)
            return row;
        var evidence = NotificationEvidence.FromJson(reader.GetString(5));
        var reading = KycNotificationReader.Read(raw, evidence.Charset);
        row.Replace(InboxPhoneHash, reader.Bytes(3), NotificationHashes.Phone(keys.Lookup, reading.PhoneNo)?.Current);
        // An invalid notification is deduplicated by its bytes, also if it can be read: it may name another merchant.
        var dedupeKey = reader.Bytes(4);
        row.Replace(DedupeKey, dedupeKey, reading.Notification is { } notification && dedupeKey?.Length > HMACSHA256.HashSizeInBytes
            ? NotificationHashes.Content(keys.Lookup, notification).Current
            : NotificationHashes.Invalid(keys.Lookup, raw, evidence).Current);
        return row;
    }, CancellationToken.None, ("@after", last.Key));

    internal Task<List<Row>> ReadHistoryAsync(Row last) => SelectHistory.QueryAsync(database, reader =>
    {
        var row = new Row(reader.GetString(0), reader.GetInt64(1));
        Reencrypt(row, EncryptedColumns.HistoryMessage, reader.GetString(2), reader.Bytes(3));
        return row;
    }, CancellationToken.None, ("@after", last.Key), ("@version", last.Version));

    internal Task<List<Row>> ReadReasonsAsync(Row last) => SelectReasons.QueryAsync(database, reader =>
    {
        var row = new Row(reader.GetString(0));
        Reencrypt(row, EncryptedColumns.AuditReason, row.Key, reader.Bytes(1));
        return row;
    }, CancellationToken.None, ("@after", last.Key));

    /// <returns>How many rows were changed.</returns>
    internal async Task<int> WriteAsync(IEnumerable<Row> page)
    {
        var changed = await Task.WhenAll(page.Where(row => row.Changes.Count > 0).Select(row => writes.ExecuteAsync(
            row.Key,
            transaction => row.Changes.Sum(change => Updates.GetOrAdd(change.Column, Update)
                .Execute(transaction, ("@new", change.New), ("@key", row.Key), ("@old", change.Old))),
            persistent: true)));
        rows += changed.Count(count => count > 0);
        return changed.Count(count => count > 0);
    }

    private static Statement Update(string column)
    {
        var (table, name) = (column.Split('.')[0], column.Split('.')[1]);
        // No two encrypted values are the same, so in the history the old one also tells the versions of one reference apart.
        var key = table is "notifications" or "audit" ? "id" : "partner_reference_no";
        // During a rolling restart two instances may have stored one content under either key: one row is enough to recognise a repeat.
        var value = column == DedupeKey
            ? "CASE WHEN EXISTS (SELECT 1 FROM notifications WHERE dedupe_key = @new) THEN NULL ELSE @new END"
            : "@new";
        return new($"UPDATE {table} SET {name} = {value} WHERE {key} = @key AND {name} = @old");
    }

    /// <returns>The value in clear; null when there is none, or no key reads it.</returns>
    private byte[]? Reencrypt(Row row, string column, string binding, byte[]? value)
    {
        if (value is null)
            return null;
        var clear = keys.Cipher.TryDecrypt(value, column, binding);
        if (clear is null)
            unreadable++;
        else if (!keys.Cipher.IsNewest(value))
            row.Replace(column, value, keys.Cipher.Encrypt(clear, column, binding));
        return clear;
    }

    internal sealed record Row(string Key, long Version = 0)
    {
        public List<(string Column, byte[] Old, byte[] New)> Changes { get; } = [];

        public void Replace(string column, byte[]? old, byte[]? current)
        {
            if (old is not null && current is not null && !old.AsSpan().SequenceEqual(current))
                Changes.Add((column, old, current));
        }
    }
}
