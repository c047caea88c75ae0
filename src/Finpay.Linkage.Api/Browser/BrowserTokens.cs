using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Browser;

/// <summary>What a token opens, and until when.</summary>
internal sealed record BrowserToken(string PartnerReferenceNo, DateTimeOffset ExpiresAt);

/// <summary>
/// Tokens for pages. Nothing of them is stored: a token is its expiry, its reference, and their signature under a key that is derived
/// from the lookup key.
/// </summary>
internal sealed class BrowserTokens(LookupHash lookup, IOptions<BrowserOptions> options, TimeProvider clock)
{
    private const int HeadLength = sizeof(long) + HMACSHA256.HashSizeInBytes;

    private readonly KeyedHashes keys = lookup.ComputeAll("browser token key");

    public (string Text, BrowserToken Token) Issue(string partnerReferenceNo)
    {
        var seconds = (clock.GetUtcNow() + options.Value.TokenLifetime).ToUnixTimeSeconds();
        return (Write(keys.Current, seconds, partnerReferenceNo), new(partnerReferenceNo, DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    /// <returns>Null when we have not issued it. It may have expired.</returns>
    public BrowserToken? Read(string text)
    {
        if (!Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is not { Length: > HeadLength } bytes)
            return null;
        var seconds = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var reference = Encoding.UTF8.GetString(bytes.AsSpan(HeadLength));
        // The whole text is compared, so that it has no second spelling. An instance that writes with the other key may have issued it.
        return Is(keys.Current) || Is(keys.PreviousOrCurrent) ? new(reference, DateTimeOffset.FromUnixTimeSeconds(seconds)) : null;

        bool Is(byte[] key) => CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Write(key, seconds, reference)));
    }

    private static string Write(byte[] key, long seconds, string reference)
    {
        var expiry = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(expiry, seconds);
        var name = Encoding.UTF8.GetBytes(reference);
        return Base64Url.EncodeToString([.. expiry, .. HMACSHA256.HashData(key, (byte[])[.. expiry, .. name]), .. name]);
    }
}
