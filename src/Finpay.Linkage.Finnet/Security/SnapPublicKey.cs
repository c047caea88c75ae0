using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet.Security;

/// <summary>Finnet's public key, with which its callbacks are verified. Safe to use by many threads.</summary>
public sealed class SnapPublicKey
{
    private const int LeastBits = 2048;

    // An RSA object is one thread's alone, its parameters are everybody's.
    private readonly RSAParameters parameters;

    private SnapPublicKey(RSAParameters parameters) => this.parameters = parameters;

    /// <summary>How long each signature of this key is.</summary>
    public int SignatureBytes => parameters.Modulus!.Length;

    /// <summary>Reads the key from its file.</summary>
    /// <param name="path">A PEM file with one RSA public key of 2048 bits or more.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">Otherwise: what is wrong, without any of the content.</param>
    public static bool TryLoad(string path, [NotNullWhen(true)] out SnapPublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        problem = Read(path, out var parameters);
        if (problem is not null)
        {
            key = null;
            return false;
        }

        key = new SnapPublicKey(parameters);
        return true;
    }

    /// <summary>Whether <paramref name="signature"/> is this key's, over <paramref name="stringToSign"/>.</summary>
    public bool Verifies(string stringToSign, ReadOnlySpan<byte> signature)
    {
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyData(Encoding.UTF8.GetBytes(stringToSign), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>
    /// What the owner of this key signed: the hash with its name (DigestInfo of PKCS#1 v1.5), or nothing when the signature is another key's. For finding out
    /// why a signature does not fit, never for deciding whether it does.
    /// </summary>
    public byte[]? Open(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
            return null;
        var opened = BigInteger.ModPow(
            new BigInteger(signature, isUnsigned: true, isBigEndian: true),
            new BigInteger(parameters.Exponent, isUnsigned: true, isBigEndian: true),
            new BigInteger(parameters.Modulus, isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true).AsSpan();
        // 00 01 FF … FF 00 DigestInfo; the first zero is lost in the number.
        if (opened.Length != SignatureBytes - 1 || opened[0] != 1)
            return null;
        var padding = opened[1..].IndexOfAnyExcept((byte)0xFF);
        return padding < 8 || opened[1 + padding] != 0 ? null : opened[(padding + 2)..].ToArray();
    }

    private static string? Read(string path, out RSAParameters parameters)
    {
        parameters = default;
        try
        {
            var pem = File.ReadAllText(path);
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            // Ours where Finnet's belongs: nothing of Finnet's would ever pass.
            if (IsPrivate(pem))
                return "names a private key; Finnet's public key is needed";
            if (rsa.KeySize < LeastBits)
                return $"names a key of {rsa.KeySize} bits; at least {LeastBits} are needed";
            parameters = rsa.ExportParameters(includePrivateParameters: false);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return "names a file that can't be read";
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // Garbage, another algorithm, a certificate, two keys in one file.
            return "must name a PEM file with one RSA public key (of a certificate: openssl x509 -pubkey -noout)";
        }
    }

    private static bool IsPrivate(string pem) => PemEncoding.TryFind(pem, out var fields) && pem[fields.Label].Contains("PRIVATE", StringComparison.Ordinal);
}
