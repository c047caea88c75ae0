using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// AES-256-GCM for single columns. A value is bound to its column and row: moved elsewhere it does not decrypt.
/// Form: length of the key id, key id, nonce (12), tag (16), ciphertext.
/// </summary>
public sealed class ColumnCipher
{
    public const int MaxKeyIdLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // Making an AesGcm costs more than using it, and it serves one thread at a time: each key keeps those that are free.
    private readonly Dictionary<string, (byte[] Key, ConcurrentBag<AesGcm> Free)> keys;
    private readonly string writing;
    private readonly byte[] writingId;

    public ColumnCipher(IReadOnlyList<KeyValuePair<string, byte[]>> keys)
    {
        this.keys = keys.ToDictionary(key => key.Key, key => (key.Value, new ConcurrentBag<AesGcm>()), StringComparer.Ordinal);
        writing = keys[0].Key;
        writingId = Encoding.ASCII.GetBytes(writing);
    }

    public byte[] Encrypt(string text, string column, string row) => Encrypt(Encoding.UTF8.GetBytes(text), column, row);

    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, string column, string row)
    {
        var (nonce, tag, ciphertext) = (RandomNumberGenerator.GetBytes(NonceLength), new byte[TagLength], new byte[plaintext.Length]);
        var (gcm, free) = Take(writing);
        gcm.Encrypt(nonce, plaintext, ciphertext, tag, Binding(column, row));
        free.Add(gcm);
        return [(byte)writingId.Length, .. writingId, .. nonce, .. tag, .. ciphertext];
    }

    /// <returns>False when it can't be decrypted; no text when there is none.</returns>
    public bool TryDecryptText(byte[]? value, string column, string row, out string? text)
    {
        var clear = value is null ? null : TryDecrypt(value, column, row);
        text = clear is null ? null : Encoding.UTF8.GetString(clear);
        return value is null || clear is not null;
    }

    /// <returns>Null when it can't be decrypted.</returns>
    public byte[]? TryDecrypt(ReadOnlySpan<byte> value, string column, string row)
    {
        try
        {
            return Decrypt(value, column, row);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether the key that writes wrote it.</summary>
    public bool IsNewest(ReadOnlySpan<byte> value) =>
        value.Length > writingId.Length && value[0] == writingId.Length && value.Slice(1, writingId.Length).SequenceEqual(writingId);

    /// <exception cref="CryptographicException">The key is unknown, or the value was changed or moved.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> value, string column, string row)
    {
        if (value.Length == 0 || value.Length < 1 + value[0] + NonceLength + TagLength)
            throw new CryptographicException("The stored value is too short.");
        var rest = value[(1 + value[0])..];
        var plaintext = new byte[rest.Length - NonceLength - TagLength];
        var (gcm, free) = Take(Encoding.ASCII.GetString(value.Slice(1, value[0])));
        try
        {
            var tag = rest.Slice(NonceLength, TagLength);
            gcm.Decrypt(rest[..NonceLength], rest[(NonceLength + TagLength)..], tag, plaintext, Binding(column, row));
            return plaintext;
        }
        finally
        {
            free.Add(gcm);
        }
    }

    private (AesGcm Gcm, ConcurrentBag<AesGcm> Free) Take(string id)
    {
        if (!keys.TryGetValue(id, out var known))
            throw new CryptographicException($"The stored value needs the key '{id}', which is not configured.");
        return (known.Free.TryTake(out var used) ? used : new AesGcm(known.Key, TagLength), known.Free);
    }

    private static byte[] Binding(string column, string row) => Encoding.UTF8.GetBytes($"{column}\n{row}");
}

/// <summary>The encrypted columns: each value is bound to its column and row.</summary>
internal static class EncryptedColumns
{
    public const string Phone = "upgrades.phone_no";
    public const string WidgetUrl = "upgrades.widget_url";
    public const string HistoryMessage = "upgrade_history.message";
    public const string KycMessage = "notifications.kyc_message";
    public const string AuditReason = "audit.reason";
    public const string Raw = "notifications.raw";
}
