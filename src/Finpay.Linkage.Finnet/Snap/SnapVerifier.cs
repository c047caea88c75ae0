using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Finpay.Linkage.Finnet;

/// <summary>What the signature of a callback covers.</summary>
/// <remarks>Finnet's pages do not say which of the two it is (docs/finnet-contract.md).</remarks>
public enum SnapRecipe
{
    /// <summary><c>POST:path:lower-case hex SHA-256 of the body:X-TIMESTAMP</c>: what most SNAP providers sign.</summary>
    BodyBound,

    /// <summary><c>client_id|X-TIMESTAMP</c>: says who called, and nothing about the body.</summary>
    ClientId,
}

/// <summary>How an X-TIMESTAMP compares with the clock.</summary>
internal enum SnapTimeliness
{
    /// <summary>Within the clock skew.</summary>
    Fresh,

    /// <summary>Older than the clock skew, but not too old for a repeated message whose signature covers its body.</summary>
    Stale,

    /// <summary>Too far from now.</summary>
    Outside,

    /// <summary>Not an ISO 8601 time.</summary>
    Unreadable,
}

/// <summary>Finnet's signature of a callback: whether it is right, and how to make one. Pure: only the arguments count.</summary>
/// <remarks>Source: docs/finnet-contract.md. Checked with <c>openssl dgst -sha256 -sign</c>; see the tests.</remarks>
public static class SnapVerifier
{
    /// <summary>The header of the signature.</summary>
    public const string SignatureHeader = "X-SIGNATURE";

    /// <summary>The header of the time.</summary>
    public const string TimestampHeader = "X-TIMESTAMP";

    // Signatures of the longest RSA keys in use (16384 bits) have 2,732 characters.
    private const int LongestSignature = 4096;

    // A SNAP time has 25 characters; a much longer text is not a time.
    private const int LongestTimestamp = 40;

    /// <summary>Checks X-SIGNATURE and X-TIMESTAMP of a callback, over the body as it was received or over its minified form.</summary>
    /// <param name="headers">The headers of the request, such as <c>HttpRequest.Headers</c>.</param>
    /// <param name="path">The path of the request as Finnet called it.</param>
    /// <param name="body">Exactly the bytes that were received, before anything parses them.</param>
    /// <param name="options">Keys and limits.</param>
    /// <param name="now">The time of receipt.</param>
    /// <returns>Only <see cref="SnapVerification.Valid"/> means that it is from Finnet.</returns>
    public static SnapVerification Verify(
        IEnumerable<KeyValuePair<string, StringValues>> headers, string path, ReadOnlySpan<byte> body, SnapVerificationOptions options,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(options);
        return Examine(headers, path, body, options, now, headersOnly: false, out _);
    }

    /// <summary>
    /// The same, or what can be said before there is a body. It is stale when the time is outside the clock skew, within the largest age.
    /// </summary>
    internal static SnapVerification Examine(
        IEnumerable<KeyValuePair<string, StringValues>> headers, string path, ReadOnlySpan<byte> body, SnapVerificationOptions options,
        DateTimeOffset now, bool headersOnly, out bool isStale)
    {
        isStale = false;
        StringValues signatures = default, timestamps = default;
        foreach (var (name, values) in headers)
        {
            if (name.Equals(SignatureHeader, StringComparison.OrdinalIgnoreCase))
                signatures = StringValues.Concat(signatures, values);
            else if (name.Equals(TimestampHeader, StringComparison.OrdinalIgnoreCase))
                timestamps = StringValues.Concat(timestamps, values);
        }

        // With two values, another reader could take the other one.
        if (signatures is not [{ Length: > 0 } text])
            return signatures.Count > 1 ? SnapVerification.SignatureTwice : SnapVerification.SignatureMissing;
        if (timestamps is not [{ Length: > 0 } timestamp])
            return timestamps.Count > 1 ? SnapVerification.TimestampTwice : SnapVerification.TimestampMissing;
        if (Decode(text) is not { } signature)
            return SnapVerification.SignatureNotBase64;
        var timeliness = CheckTime(timestamp, now, options.ClockSkew, options.MaxAge);
        switch (timeliness)
        {
            case SnapTimeliness.Unreadable:
                return SnapVerification.TimestampUnreadable;
            // A signature that binds the body makes a late one harmless: its content is known, or new.
            case SnapTimeliness.Stale when options.Recipe != SnapRecipe.BodyBound:
            case SnapTimeliness.Outside:
                return SnapVerification.TimestampOutside;
        }

        isStale = timeliness == SnapTimeliness.Stale;
        if (headersOnly)
            return SnapVerification.Valid;
        var signed = options.SignedPath ?? path;
        var received = StringToSign(options.Recipe, signed, body, options.ClientId, timestamp);
        var minified = options.Recipe == SnapRecipe.BodyBound && Minify(body) is { } small && small.Length < body.Length
            ? StringToSign(options.Recipe, signed, small, options.ClientId, timestamp)
            : null;
        foreach (var key in options.PublicKeys)
        {
            if (key.Verifies(received, signature) || (minified is not null && key.Verifies(minified, signature)))
                return SnapVerification.Valid;
        }

        isStale = false;
        return SnapVerification.SignatureWrong;
    }

    /// <summary>The bytes of X-SIGNATURE; null when it is not Base64.</summary>
    internal static byte[]? Decode(string text)
    {
        if (text.Length > LongestSignature)
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>The text that <paramref name="recipe"/> signs.</summary>
    /// <param name="recipe">Which of the two texts.</param>
    /// <param name="path">The path as Finnet signs it; used by <see cref="SnapRecipe.BodyBound"/> only.</param>
    /// <param name="body">Exactly the bytes that were received; used by <see cref="SnapRecipe.BodyBound"/> only.</param>
    /// <param name="clientId">The client id; used by <see cref="SnapRecipe.ClientId"/> only.</param>
    /// <param name="timestamp">X-TIMESTAMP exactly as it came.</param>
    public static string StringToSign(SnapRecipe recipe, string path, ReadOnlySpan<byte> body, string clientId, string timestamp) =>
        recipe == SnapRecipe.BodyBound
            ? $"POST:{path}:{SnapSigner.Hex(SHA256.HashData(body))}:{timestamp}"
            : SnapSigner.TokenStringToSign(clientId, timestamp);

    /// <summary>The body without the four JSON blanks outside of strings: BI-SNAP signs that form.</summary>
    /// <returns>Null when the quotation marks of <paramref name="body"/> do not balance: then its strings are not known.</returns>
    internal static byte[]? Minify(ReadOnlySpan<byte> body) => JsonStrings.Minify(body);

    /// <summary>X-SIGNATURE: SHA256withRSA (PKCS#1 v1.5) in Base64.</summary>
    /// <exception cref="CryptographicException"><paramref name="privateKey"/> cannot sign.</exception>
    public static string Sign(RSA privateKey, string stringToSign)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        return Convert.ToBase64String(
            privateKey.SignData(Encoding.UTF8.GetBytes(stringToSign), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>Compares a timestamp with the clock. A time that is ahead counts like one that is behind.</summary>
    /// <param name="timestamp">X-TIMESTAMP exactly as it came.</param>
    /// <param name="now">The time of receipt.</param>
    /// <param name="clockSkew">The largest distance that is <see cref="SnapTimeliness.Fresh"/>.</param>
    /// <param name="maxAge">The largest distance that is <see cref="SnapTimeliness.Stale"/>.</param>
    internal static SnapTimeliness CheckTime(string timestamp, DateTimeOffset now, TimeSpan clockSkew, TimeSpan maxAge)
    {
        ArgumentNullException.ThrowIfNull(timestamp);
        if (timestamp.Length > LongestTimestamp || FinnetTime.Read(timestamp) is not { } time)
            return SnapTimeliness.Unreadable;
        var distance = (now - time).Duration();
        return distance <= clockSkew ? SnapTimeliness.Fresh
            : distance <= maxAge ? SnapTimeliness.Stale
            : SnapTimeliness.Outside;
    }
}
