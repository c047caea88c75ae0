using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>AES-128-CBC, PKCS#7, key and IV as ASCII bytes (contract, section 1). Uses no code of the product.</summary>
internal sealed class FieldDecryption(string key, string iv)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] keyBytes = Encoding.ASCII.GetBytes(key);
    private readonly byte[] ivBytes = Encoding.ASCII.GetBytes(iv);

    public static bool IsCiphertext(string value)
    {
        var bytes = new byte[value.Length];
        return value.AsSpan().IndexOfAny(" \t\r\n") < 0
            && Convert.TryFromBase64String(value, bytes, out var length)
            && length > 0 && length % 16 == 0;
    }

    public string? TryDecrypt(string value)
    {
        try
        {
            using var aes = Aes.Create();
            aes.Key = keyBytes;
            return StrictUtf8.GetString(aes.DecryptCbc(Convert.FromBase64String(value), ivBytes, PaddingMode.PKCS7));
        }
        catch (Exception e) when (e is CryptographicException or FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
