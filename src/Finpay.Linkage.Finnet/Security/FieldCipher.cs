using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet.Security;

/// <summary>
/// Finnet's field encryption: AES-128-CBC, PKCS#7, key and IV are the ASCII bytes of two 16-character texts, standard Base64.
/// The fixed IV is Finnet's contract. CBC has no integrity: that a text decrypts proves nothing about who wrote it.
/// </summary>
/// <remarks>Checked with <c>printf 123456 | openssl enc -aes-128-cbc -K … -iv … -base64</c>; see the tests for the vector.</remarks>
public sealed class FieldCipher
{
    private readonly byte[] key;
    private readonly byte[] iv;

    /// <summary>Takes key and IV, each 16 ASCII characters.</summary>
    /// <exception cref="ArgumentException">One of them is not.</exception>
    public FieldCipher(Secret key, Secret iv)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(iv);
        this.key = Bytes(key, nameof(key));
        this.iv = Bytes(iv, nameof(iv));
    }

    /// <summary>Encrypts the UTF-8 bytes of <paramref name="plaintext"/>; Base64.</summary>
    public string Encrypt(string plaintext)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return Convert.ToBase64String(aes.EncryptCbc(Encoding.UTF8.GetBytes(plaintext), iv, PaddingMode.PKCS7));
    }

    /// <summary>Decrypts what <see cref="Encrypt"/> wrote.</summary>
    /// <exception cref="FormatException">Not Base64.</exception>
    /// <exception cref="CryptographicException">Not whole blocks, or the padding is wrong.</exception>
    public string Decrypt(string ciphertext)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return Encoding.UTF8.GetString(aes.DecryptCbc(Convert.FromBase64String(ciphertext), iv, PaddingMode.PKCS7));
    }

    private static byte[] Bytes(Secret secret, string name)
    {
        var text = secret.Reveal();
        return text.Length == 16 && Ascii.IsValid(text)
            ? Encoding.ASCII.GetBytes(text)
            : throw new ArgumentException("Exactly 16 ASCII characters are needed.", name);
    }
}
