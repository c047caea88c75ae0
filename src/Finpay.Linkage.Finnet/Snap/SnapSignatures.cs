using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>SNAP's two signatures of our requests. Pure: only the arguments count.</summary>
/// <remarks>Source: Finpay, API authorization; docs/finnet-contract.md.</remarks>
public static class SnapSigner
{
    /// <summary>What the token request signs: <c>client_ID|X-TIMESTAMP</c>.</summary>
    public static string TokenStringToSign(string clientId, string timestamp) => $"{clientId}|{timestamp}";

    /// <summary>X-SIGNATURE of the token request: SHA256withRSA (PKCS#1 v1.5) in Base64.</summary>
    /// <exception cref="CryptographicException"><paramref name="privateKey"/> cannot sign.</exception>
    public static string SignTokenRequest(RSA privateKey, string clientId, string timestamp) =>
        SnapVerifier.Sign(privateKey, TokenStringToSign(clientId, timestamp));

    /// <summary>What a service request signs: <c>METHOD:path with query:token:lower-case hex SHA-256 of the body:X-TIMESTAMP</c>.</summary>
    /// <param name="method">The HTTP method, in capitals.</param>
    /// <param name="pathAndQuery">Path and query exactly as in the request line.</param>
    /// <param name="accessToken">The B2B token, without <c>Bearer</c>.</param>
    /// <param name="body">Exactly the bytes that are sent.</param>
    /// <param name="timestamp">The X-TIMESTAMP of the request.</param>
    public static string StringToSign(string method, string pathAndQuery, string accessToken, ReadOnlySpan<byte> body, string timestamp) =>
        StringToSign(method, pathAndQuery, accessToken, Hex(SHA256.HashData(body)), timestamp);

    /// <summary>The same for a body whose hash is known.</summary>
    internal static string StringToSign(string method, string pathAndQuery, string accessToken, string bodyHash, string timestamp) =>
        $"{method}:{pathAndQuery}:{accessToken}:{bodyHash}:{timestamp}";

    /// <summary>SNAP writes a hash in lower-case hex.</summary>
    internal static string Hex(ReadOnlySpan<byte> hash) =>
#if NET9_0_OR_GREATER
        Convert.ToHexStringLower(hash);
#else
        string.Concat(Convert.ToHexString(hash).Select(char.ToLowerInvariant));
#endif

    /// <summary>X-SIGNATURE of a service request: HMAC-SHA512 in Base64.</summary>
    public static string Sign(Secret clientSecret, string stringToSign)
    {
        ArgumentNullException.ThrowIfNull(clientSecret);
        var key = Encoding.UTF8.GetBytes(clientSecret.Reveal());
        return Convert.ToBase64String(HMACSHA512.HashData(key, Encoding.UTF8.GetBytes(stringToSign)));
    }
}

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
public enum SnapTimeliness
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

/// <summary>Finnet's signature of a callback: what it covers, and how to make one. Pure: only the arguments count.</summary>
/// <remarks>Source: docs/finnet-contract.md. Checked with <c>openssl dgst -sha256 -sign</c>; see the tests.</remarks>
public static class SnapVerifier
{
    // A SNAP time has 25 characters; a much longer text is not a time.
    private const int LongestTimestamp = 40;

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
    public static byte[]? Minify(ReadOnlySpan<byte> body) => JsonStrings.Minify(body);

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
    public static SnapTimeliness CheckTime(string timestamp, DateTimeOffset now, TimeSpan clockSkew, TimeSpan maxAge)
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
