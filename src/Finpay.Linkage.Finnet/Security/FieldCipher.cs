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
        : this(Bytes(key, nameof(key)), Bytes(iv, nameof(iv)))
    {
    }

    /// <summary>For published vectors, whose keys are no ASCII.</summary>
    internal FieldCipher(byte[] key, byte[] iv)
    {
        this.key = key;
        this.iv = iv;
    }

    /// <summary>Encrypts the UTF-8 bytes of <paramref name="plaintext"/>; Base64.</summary>
    public string Encrypt(string plaintext) => Convert.ToBase64String(Encrypt(Encoding.UTF8.GetBytes(plaintext)));

    /// <summary>Decrypts what <see cref="Encrypt(string)"/> wrote.</summary>
    /// <exception cref="FormatException">Not Base64.</exception>
    /// <exception cref="CryptographicException">Not whole blocks, or the padding is wrong.</exception>
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
            : throw new ArgumentException("Exactly 16 ASCII characters are needed.", name);
    }
}
