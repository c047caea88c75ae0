using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Api.Events;

/// <summary>
/// Signs as Standard Webhooks says (docs/decisions/0024): HMAC-SHA256 of «id.timestamp.body», one signature for each secret.
/// </summary>
internal static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";
    private const int MinKeyLength = 24;
    private const int MaxKeyLength = 64;

    /// <returns>Null when it is not whsec_ with 24 to 64 bytes in Base64.</returns>
    public static byte[]? KeyOf(Secret secret)
    {
        var text = secret.Reveal();
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length)
            && length is >= MinKeyLength and <= MaxKeyLength
            && text.AsSpan().IndexOfAny(' ', '\t', '\r') < 0 && !text.Contains('\n', StringComparison.Ordinal)
            ? bytes[..length]
            : null;
    }

    /// <summary>The value of webhook-signature.</summary>
    /// <param name="keys">Of <see cref="KeyOf"/>.</param>
    /// <param name="id">The value of webhook-id.</param>
    /// <param name="timestamp">The value of webhook-timestamp: seconds since 1970.</param>
    /// <param name="body">The bytes that are sent.</param>
    public static string Sign(IEnumerable<byte[]> keys, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }
}
