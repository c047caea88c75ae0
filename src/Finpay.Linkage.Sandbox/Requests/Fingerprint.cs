using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>Stands for a secret where it is shown: two that are equal can be told, none can be used.</summary>
internal static class Fingerprint
{
    private const int Digits = 12;

    public static string Of(string secret) => $"…(sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))[..Digits]})";
}
