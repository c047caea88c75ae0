using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>SNAP's two signatures of our requests. Pure: only the arguments count.</summary>
/// <remarks>Source: Finpay, API authorization; docs/finnet-contract.md.</remarks>
internal static class SnapSigner
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
