using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// Keyed hashes (HMAC-SHA256) by which records are compared and found without being readable. Each part is written with its length, so that
/// no two lists of parts have the same hash; the purpose keeps hashes of different kinds apart.
/// </summary>
public sealed class LookupHash(byte[] key, byte[]? previousKey)
{
    public bool IsBeingReplaced => previousKey is not null;

    public byte[] Compute(string purpose, params ReadOnlySpan<string> parts) => HMACSHA256.HashData(key, Join(purpose, parts));

    /// <summary>The hash under the key that writes and, while it is being replaced, under the one that is only read with.</summary>
    public KeyedHashes ComputeAll(string purpose, params ReadOnlySpan<string> parts) => ComputeAll(Join(purpose, parts));

    /// <summary>The same for one part of bytes.</summary>
    public KeyedHashes ComputeAll(string purpose, ReadOnlySpan<byte> content) => ComputeAll([.. Join(purpose, []), .. content]);

    private KeyedHashes ComputeAll(byte[] content) =>
        new(HMACSHA256.HashData(key, content), previousKey is null ? null : HMACSHA256.HashData(previousKey, content));

    private static byte[] Join(string purpose, ReadOnlySpan<string> parts)
    {
        List<byte> joined = [];
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<string>)[purpose, .. parts])
        {
            BinaryPrimitives.WriteInt32BigEndian(length, Encoding.UTF8.GetByteCount(part));
            joined.AddRange(length);
            joined.AddRange(Encoding.UTF8.GetBytes(part));
        }

        return [.. joined];
    }
}

/// <summary>
/// A keyed hash; while the lookup key is being replaced also under PreviousLookupKey: at first the next key, then the one before.
/// </summary>
public sealed record KeyedHashes(byte[] Current, byte[]? Previous)
{
    /// <summary>The current hash where only one key is in use, so that one statement fits both cases.</summary>
    public byte[] PreviousOrCurrent => Previous ?? Current;

    /// <summary>The same for instances that have swapped the two keys and those that have not yet.</summary>
    public long? CommonLock => Previous is null ? null
        : BinaryPrimitives.ReadInt64BigEndian(Current.AsSpan(^sizeof(long)..))
            ^ BinaryPrimitives.ReadInt64BigEndian(Previous.AsSpan(^sizeof(long)..));

    public KeyedHashes After(byte[] prefix) => new([.. prefix, .. Current], Previous is null ? null : [.. prefix, .. Previous]);

    public bool Matches(byte[]? stored) => stored is not null
        && (CryptographicOperations.FixedTimeEquals(stored, Current)
            || (Previous is not null && CryptographicOperations.FixedTimeEquals(stored, Previous)));
}
