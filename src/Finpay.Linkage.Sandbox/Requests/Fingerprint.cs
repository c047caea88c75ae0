using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>Shown in place of a secret: equal secrets have equal fingerprints, and none can be used.</summary>
internal static class Fingerprint
{
    private const int Digits = 12;

    public static string Of(string secret) =>
        $"…(sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))[..Digits]})";
}
