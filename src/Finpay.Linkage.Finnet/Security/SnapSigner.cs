using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet.Security;

/// <summary>SNAP's two signatures of our requests. Pure: bytes, keys and time in, text out.</summary>
/// <remarks>Source: Finpay, API authorization; contract section 3.</remarks>
public static class SnapSigner
{
    /// <summary>What the token request signs: <c>client_ID|X-TIMESTAMP</c>.</summary>
    public static string TokenStringToSign(string clientId, string timestamp) => $"{clientId}|{timestamp}";

    /// <summary>X-SIGNATURE of the token request: SHA256withRSA (PKCS#1 v1.5) in Base64.</summary>
    /// <exception cref="CryptographicException"><paramref name="privateKey"/> can't sign.</exception>
    public static string SignTokenRequest(RSA privateKey, string clientId, string timestamp)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        return Convert.ToBase64String(privateKey.SignData(
            Encoding.UTF8.GetBytes(TokenStringToSign(clientId, timestamp)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>What a service request signs: <c>METHOD:path with query:token:lower-case hex SHA-256 of the body:X-TIMESTAMP</c>.</summary>
    /// <param name="method">The HTTP method, in capitals.</param>
    /// <param name="pathAndQuery">As it stands in the request line.</param>
    /// <param name="accessToken">The B2B token, without <c>Bearer</c>.</param>
    /// <param name="body">The very bytes that are sent.</param>
    /// <param name="timestamp">The X-TIMESTAMP of the request.</param>
    public static string StringToSign(string method, string pathAndQuery, string accessToken, ReadOnlySpan<byte> body, string timestamp) =>
        StringToSign(method, pathAndQuery, accessToken, Convert.ToHexStringLower(SHA256.HashData(body)), timestamp);

    /// <summary>The same for a body whose hash is known.</summary>
    internal static string StringToSign(string method, string pathAndQuery, string accessToken, string bodyHash, string timestamp) =>
        $"{method}:{pathAndQuery}:{accessToken}:{bodyHash}:{timestamp}";

    /// <summary>X-SIGNATURE of a service request: HMAC-SHA512 in Base64.</summary>
    public static string Sign(Secret clientSecret, string stringToSign)
    {
        ArgumentNullException.ThrowIfNull(clientSecret);
        return Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(clientSecret.Reveal()), Encoding.UTF8.GetBytes(stringToSign)));
    }
}
