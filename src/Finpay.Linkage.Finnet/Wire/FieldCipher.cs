using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// Finnet's field encryption: AES-128-CBC with PKCS#7 padding, in standard Base64. Key and IV are two texts of 16 ASCII characters.
/// Finnet's contract fixes the IV. CBC has no integrity: a text that decrypts may have been written by anybody.
/// </summary>
/// <remarks>Checked with <c>printf 123456 | openssl enc -aes-128-cbc -K … -iv … -base64</c>; see the tests for the vector.</remarks>
internal sealed class FieldCipher
{
    private readonly byte[] key;
    private readonly byte[] iv;

    /// <param name="key">16 ASCII characters.</param>
    /// <param name="iv">16 ASCII characters.</param>
    /// <exception cref="ArgumentException">One of them has another length or other characters.</exception>
    public FieldCipher(Secret key, Secret iv)
        : this(Bytes(key, nameof(key)), Bytes(iv, nameof(iv)))
    {
    }

    /// <summary>For published test vectors, whose keys are not ASCII.</summary>
    internal FieldCipher(byte[] key, byte[] iv) => (this.key, this.iv) = (key, iv);

    /// <summary>Encrypts the UTF-8 bytes of <paramref name="plaintext"/>.</summary>
    /// <returns>Standard Base64.</returns>
    public string Encrypt(string plaintext) => Convert.ToBase64String(Encrypt(Encoding.UTF8.GetBytes(plaintext)));

    /// <summary>Decrypts what <see cref="Encrypt(string)"/> wrote.</summary>
    /// <exception cref="FormatException">Not Base64.</exception>
    /// <exception cref="CryptographicException">The length is not a multiple of 16 bytes, or the padding is wrong.</exception>
    public string Decrypt(string ciphertext) => Encoding.UTF8.GetString(Decrypt(Convert.FromBase64String(ciphertext)));

    internal byte[] Encrypt(byte[] plaintext)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCbc(plaintext, iv, PaddingMode.PKCS7);
    }

    internal byte[] Decrypt(byte[] ciphertext)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.DecryptCbc(ciphertext, iv, PaddingMode.PKCS7);
    }

    private static byte[] Bytes(Secret secret, string name)
    {
        ArgumentNullException.ThrowIfNull(secret, name);
        var text = secret.Reveal();
        return text.Length == 16 && Ascii.IsValid(text)
            ? Encoding.ASCII.GetBytes(text)
            : throw new ArgumentException("Must be exactly 16 ASCII characters.", name);
    }
}
