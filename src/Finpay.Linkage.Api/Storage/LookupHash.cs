using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Api.Storage;

/// <summary>
/// Keyed hashes (HMAC-SHA256) by which records are compared and found without being readable. Parts are length-prefixed, so that no two
/// different lists of parts are hashed alike; the purpose keeps hashes of different kinds apart.
/// </summary>
public sealed class LookupHash(byte[] key, byte[]? previousKey)
{
    // By the key of the hash, of which each large part has one that is derived from it.
    private readonly byte[] digestKey = Compute(key, "large parts", []);
    private readonly byte[]? previousDigestKey = previousKey is null ? null : Compute(previousKey, "large parts", []);

    public byte[] Compute(string purpose, params ReadOnlySpan<string> parts) => Compute(key, purpose, parts);

    /// <summary>The same under the key before the last rotation, if there is one.</summary>
    public byte[]? ComputePrevious(string purpose, params ReadOnlySpan<string> parts) =>
        previousKey is null ? null : Compute(previousKey, purpose, parts);

    /// <summary>The hashes of content that <paramref name="write"/> feeds: current key first, then the previous one, if there is one.</summary>
    public KeyedHashes ComputeAll(string purpose, Action<Parts> write) =>
        new(Run(key, digestKey, purpose, write), previousKey is null ? null : Run(previousKey, previousDigestKey!, purpose, write));

    public KeyedHashes ComputeAll(string purpose, params ReadOnlySpan<string> parts) => new(Compute(purpose, parts), ComputePrevious(purpose, parts));

    private static byte[] Compute(byte[] key, string purpose, ReadOnlySpan<string> parts)
    {
        var size = Size(purpose);
        foreach (var part in parts)
            size += Size(part);
        var rented = ArrayPool<byte>.Shared.Rent(size);
        var written = Add(rented, purpose);
        foreach (var part in parts)
            written += Add(rented.AsSpan(written), part);
        var hash = HMACSHA256.HashData(key, rented.AsSpan(0, written));
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return hash;

        static int Size(string part) => sizeof(int) + Encoding.UTF8.GetMaxByteCount(part.Length);

        static int Add(Span<byte> output, string part)
        {
            var length = Encoding.UTF8.GetBytes(part, output[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(output, length);
            return sizeof(int) + length;
        }
    }

    private static byte[] Run(byte[] key, byte[] digestKey, string purpose, Action<Parts> write)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        var writer = new Parts(hmac, digestKey);
        writer.Add(purpose);
        write(writer);
        return hmac.GetHashAndReset();
    }

    public sealed class Parts(IncrementalHash hash, byte[] digestKey)
    {
        public void Add(string? part)
        {
            if (part is null)
                AddLength(-1);
            else
                Add(Encoding.UTF8.GetBytes(part));
        }

        public void Add(ReadOnlySpan<byte> part)
        {
            AddLength(part.Length);
            hash.AppendData(part);
        }

        /// <summary>
        /// A photo: by a digest of it (GMAC), which takes a quarter of the time. Nobody sees the digest, only the hash it goes into: that is what makes one
        /// nonce for all of them safe (docs/decisions/0017).
        /// </summary>
        public void AddLarge(ReadOnlySpan<byte> part)
        {
            Span<byte> digest = stackalloc byte[AesGcm.TagByteSizes.MaxSize];
            Span<byte> nonce = stackalloc byte[AesGcm.NonceByteSizes.MaxSize];
            nonce.Clear();
            using var gmac = new AesGcm(digestKey, digest.Length);
            gmac.Encrypt(nonce, plaintext: [], ciphertext: [], digest, associatedData: part);
            Add(digest);
        }

        private void AddLength(int length)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, length);
            hash.AppendData(bytes);
        }
    }
}

/// <summary>A keyed hash, and the same under the previous lookup key while one is rotated out.</summary>
public sealed record KeyedHashes(byte[] Current, byte[]? Previous)
{
    /// <summary>Where only one key is in use the current hash stands twice, so that one statement fits both.</summary>
    public byte[] PreviousOrCurrent => Previous ?? Current;

    public KeyedHashes After(byte[] prefix) => new([.. prefix, .. Current], Previous is null ? null : [.. prefix, .. Previous]);

    public bool Matches(byte[]? stored) =>
        stored is not null
        && (CryptographicOperations.FixedTimeEquals(stored, Current) || (Previous is not null && CryptographicOperations.FixedTimeEquals(stored, Previous)));
}
