using System.Data.Common;
using System.Security.Cryptography;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Storage;

internal enum KeyKind
{
    Storage,
    Lookup,
}

/// <summary>What a configured key is known by: a keyed hash of a fixed text. Setting is where it was configured.</summary>
internal sealed record KeyMark(string Setting, KeyKind Kind, string Id, byte[] Value, bool Writes)
{
    public static KeyMark OfStorage(string setting, string id, byte[] key, bool writes) =>
        new(setting, KeyKind.Storage, id, HMACSHA256.HashData(key, "storage key check"u8), writes);

    public static KeyMark OfLookup(string setting, byte[] key, bool writes)
    {
        var value = HMACSHA256.HashData(key, "lookup key check"u8);
        return new(setting, KeyKind.Lookup, Convert.ToHexStringLower(value.AsSpan(0, 8)), value, writes);
    }
}

/// <summary>A row of <c>storage_keys</c>.</summary>
internal sealed record StoredKey(KeyKind Kind, string Id, byte[] Value, long Seq);

/// <summary>
/// The database knows which keys wrote its data, so that wrong ones are refused at the start, without a look at any record. Keys that are
/// only read with do not count yet: a mistake in one of them can still be corrected.
/// </summary>
internal static class KeyChecks
{
    // «FPLL»; held for the time of one transaction.
    private const long Lock = 0x46504C4C;

    private static readonly Statement Select = new("SELECT kind, id, check_value, seq FROM storage_keys ORDER BY kind, seq, id");

    private static readonly Statement Store = new(
        """
        INSERT INTO storage_keys (kind, id, check_value, seq) VALUES (@kind, @id, @value, @seq)
        ON CONFLICT (kind, id) DO UPDATE SET check_value = excluded.check_value, seq = excluded.seq
        """);

    private static readonly Statement RetireOthers = new("UPDATE storage_keys SET seq = 0 WHERE kind = @kind AND id <> @id AND seq > 0");

    /// <summary>Compares the keys with those that the database knows, and adds those that it does not know yet.</summary>
    /// <returns>What an operator should know about them.</returns>
    /// <exception cref="SettingsException">A key does not fit; the message names every one.</exception>
    public static IReadOnlyList<string> Register(IDatabase database, StorageKeySet keys)
    {
        try
        {
            using var connection = database.OpenConnection();
            using var transaction = database.BeginWrite(connection, lockWaitMs: 10_000);
            transaction.Lock(Lock);
            var stored = Read(transaction);
            if (Misfits(stored, keys.Marks) is { Count: > 0 } misfits)
                throw SettingsException.For(misfits);
            foreach (var mark in keys.Marks)
            {
                var known = Find(stored, mark);
                var seq = !mark.Writes ? known?.Seq ?? 0
                    : known is { Seq: > 0 } ? known.Seq
                    : stored.Where(key => key.Kind == mark.Kind).Select(key => key.Seq).DefaultIfEmpty().Max() + 1;
                if (known is null || known.Seq != seq || !known.Value.AsSpan().SequenceEqual(mark.Value))
                    Store.Execute(transaction, ("@kind", mark.Kind), ("@id", mark.Id), ("@value", mark.Value), ("@seq", seq));
            }

            database.Commit(transaction);
            return [.. Missing(stored, keys.Marks), .. database is PostgreSqlDatabase ? TooEarly(stored, keys.Marks) : []];
        }
        catch (DbException exception)
        {
            throw new SettingsException($"The database can't be used: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the database knows any key.</summary>
    public static bool HasAny(IDatabase database)
    {
        using var connection = database.OpenConnection();
        using var transaction = database.BeginRead(connection);
        return Read(transaction).Count > 0;
    }

    /// <summary>Compares them only.</summary>
    /// <exception cref="SettingsException">A key does not fit; the message names every one.</exception>
    public static void Compare(IDatabase database, StorageKeySet keys)
    {
        using var connection = database.OpenConnection();
        using var transaction = database.BeginRead(connection);
        if (Misfits(Read(transaction), keys.Marks) is { Count: > 0 } misfits)
            throw SettingsException.For(misfits);
    }

    public static List<StoredKey> Read(DbTransaction transaction) => Select.Query(
        transaction, reader => new StoredKey(reader.Word<KeyKind>(0), reader.GetString(1), reader.Bytes(2)!, reader.GetInt64(3)));

    /// <summary>After everything was brought under the keys that write: the data needs no other key any more.</summary>
    /// <returns>How many keys that were.</returns>
    public static int Retire(DbTransaction transaction, StorageKeySet keys) => keys.Marks.Where(mark => mark.Writes)
        .Sum(mark => RetireOthers.Execute(transaction, ("@kind", mark.Kind), ("@id", mark.Id)));

    /// <summary>The keys that are not those that wrote the data, by their settings.</summary>
    public static List<string> Misfits(IReadOnlyList<StoredKey> stored, IReadOnlyList<KeyMark> marks)
    {
        List<string> misfits =
        [
            .. marks.Where(mark => Find(stored, mark) is { Seq: > 0 } known && !known.Value.AsSpan().SequenceEqual(mark.Value))
                .Select(mark => $"{mark.Setting}: is not the key that wrote data under the Id {mark.Id}"),
        ];
        var newest = stored.Where(key => key is { Kind: KeyKind.Lookup, Seq: > 0 }).MaxBy(key => key.Seq);
        var lookups = marks.Where(mark => mark.Kind == KeyKind.Lookup).ToList();
        if (newest is not null && lookups.Count > 0 && !lookups.Exists(mark => mark.Id == newest.Id))
            misfits.Add($"{lookups[0].Setting}: is not the key that the stored hashes were made with (docs/operations.md, Rotate keys)");
        return misfits;
    }

    /// <summary>Storage keys that wrote data and are not configured. That keeps nothing else from being read.</summary>
    public static IEnumerable<string> Missing(IReadOnlyList<StoredKey> stored, IReadOnlyList<KeyMark> marks) => stored
        .Where(key => key is { Kind: KeyKind.Storage, Seq: > 0 } && !marks.Any(mark => mark.Kind == KeyKind.Storage && mark.Id == key.Id))
        .Select(key => $"Storage:Encryption:Keys: the key {key.Id} is missing; what it wrote can't be read");

    /// <summary>Keys that write before any instance read with them: instances side by side would not know each other's data.</summary>
    public static IEnumerable<string> TooEarly(IReadOnlyList<StoredKey> stored, IReadOnlyList<KeyMark> marks) => marks
        .Where(mark => mark.Writes && stored.Any(key => key.Kind == mark.Kind) && Find(stored, mark) is null)
        .Select(mark => $"{mark.Setting}: is new and writes at once; first all instances have to read with it");

    public static StoredKey? Find(IReadOnlyList<StoredKey> stored, KeyMark mark) =>
        stored.FirstOrDefault(key => key.Kind == mark.Kind && key.Id == mark.Id);
}
