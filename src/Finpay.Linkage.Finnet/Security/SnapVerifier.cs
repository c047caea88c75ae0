using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet.Wire;

namespace Finpay.Linkage.Finnet.Security;

/// <summary>What the signature of a callback is made over.</summary>
/// <remarks>Contract section 4: Finnet's pages don't say which of the two it is.</remarks>
public enum SnapRecipe
{
    /// <summary><c>POST:path:lower-case hex SHA-256 of the body:X-TIMESTAMP</c>: what most SNAP providers sign.</summary>
    BodyBound,

    /// <summary><c>client_id|X-TIMESTAMP</c>: says who called, and nothing about the body.</summary>
    ClientId,
}

/// <summary>How an X-TIMESTAMP stands to the clock.</summary>
public enum SnapTimeliness
{
    /// <summary>Within the clock skew.</summary>
    Fresh,

    /// <summary>Outside the clock skew, within the age up to which a message that is bound to its body may come again.</summary>
    Stale,

    /// <summary>Outside of both.</summary>
    Outside,

    /// <summary>No ISO 8601 time.</summary>
    Unreadable,
}

/// <summary>Finnet's signature of a callback: how it is made, and whether it is right. Pure: bytes, keys and time in, a verdict out.</summary>
/// <remarks>Contract section 4. Checked with <c>openssl dgst -sha256 -sign</c>; see the tests.</remarks>
public static class SnapVerifier
{
    // A SNAP time has 25 characters; whatever is much longer is none.
    private const int LongestTimestamp = 40;

    /// <summary>What <paramref name="recipe"/> signs.</summary>
    /// <param name="recipe">Which of the two texts.</param>
    /// <param name="path">The path as Finnet signs it; <see cref="SnapRecipe.BodyBound"/> alone has it.</param>
    /// <param name="body">The very bytes that were received; <see cref="SnapRecipe.BodyBound"/> alone has them.</param>
    /// <param name="clientId">The client id; <see cref="SnapRecipe.ClientId"/> alone has it.</param>
    /// <param name="timestamp">X-TIMESTAMP, letter by letter.</param>
    public static string StringToSign(SnapRecipe recipe, string path, ReadOnlySpan<byte> body, string clientId, string timestamp) => recipe == SnapRecipe.BodyBound
        ? $"POST:{path}:{Convert.ToHexStringLower(SHA256.HashData(body))}:{timestamp}"
        : SnapSigner.TokenStringToSign(clientId, timestamp);

    /// <summary>X-SIGNATURE: SHA256withRSA (PKCS#1 v1.5) in Base64.</summary>
    /// <exception cref="CryptographicException"><paramref name="privateKey"/> can't sign.</exception>
    public static string Sign(RSA privateKey, string stringToSign)
    {
        ArgumentNullException.ThrowIfNull(privateKey);
        return Convert.ToBase64String(privateKey.SignData(Encoding.UTF8.GetBytes(stringToSign), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>Whether <paramref name="timestamp"/> may still be believed. A clock that is ahead counts like one that is behind.</summary>
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
