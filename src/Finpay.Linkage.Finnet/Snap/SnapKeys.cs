using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's public key, which verifies its callbacks. Safe to use from many threads.</summary>
public sealed class SnapPublicKey
{
    // An RSA object belongs to one thread; its parameters can be shared.
    private readonly RSAParameters parameters;

    private SnapPublicKey(RSAParameters parameters) => this.parameters = parameters;

    /// <summary>The length of this key's signatures, in bytes.</summary>
    internal int SignatureBytes => parameters.Modulus!.Length;

    /// <summary>Reads the key from its file.</summary>
    /// <param name="path">A PEM file with one RSA public key of 2048 bits or more.</param>
    /// <param name="key">The key, when there is no problem.</param>
    /// <param name="problem">What is wrong with the file, without any of its content.</param>
    public static bool TryLoad(string path, [NotNullWhen(true)] out SnapPublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        const string rule = "must name a PEM file with one RSA public key (of a certificate: openssl x509 -pubkey -noout)";
        using var rsa = RSA.Create();
        // With our own private key here, no callback of Finnet's would pass.
        problem = RsaPemFile.Import(rsa, path, rule, IsPrivate);
        key = problem is null ? new SnapPublicKey(rsa.ExportParameters(includePrivateParameters: false)) : null;
        return key is not null;
    }

    /// <summary>Reads the key from the text of a PEM file.</summary>
    /// <exception cref="ArgumentException">It is not one RSA public key of 2048 bits or more; the message has none of it.</exception>
    public static SnapPublicKey FromPem(string pem)
    {
        using var rsa = RSA.Create();
        return RsaPemFile.ImportText(rsa, pem, "must be", IsPrivate) is null
            ? From(rsa)
            : throw new ArgumentException("Must be the PEM text of one RSA public key of 2048 bits or more.", nameof(pem));
    }

    /// <summary>Copies the public half of a key.</summary>
    /// <exception cref="ArgumentException">It has fewer than 2048 bits.</exception>
    public static SnapPublicKey From(RSA rsa)
    {
        ArgumentNullException.ThrowIfNull(rsa);
        return rsa.KeySize >= RsaPemFile.LeastBits
            ? new SnapPublicKey(rsa.ExportParameters(includePrivateParameters: false))
            : throw new ArgumentException($"Must have at least {RsaPemFile.LeastBits} bits.", nameof(rsa));
    }

    /// <summary>Reads the key from its file.</summary>
    /// <param name="path">A PEM file with one RSA public key of 2048 bits or more.</param>
    /// <exception cref="ArgumentException">The file can't be read or has no such key; the message has none of its content.</exception>
    public static SnapPublicKey FromFile(string path) => TryLoad(path, out var key, out var problem) ? key
        : throw new ArgumentException($"The path {problem}.", nameof(path));

    /// <summary>Whether <paramref name="signature"/> was made with this key over <paramref name="stringToSign"/>.</summary>
    public bool Verifies(string stringToSign, ReadOnlySpan<byte> signature)
    {
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyData(Encoding.UTF8.GetBytes(stringToSign), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>
    /// What was signed with this key: the hash with its name (DigestInfo of PKCS#1 v1.5); null when the signature is of another key.
    /// It helps to find out why a signature does not match. Never use it to decide whether one does.
    /// </summary>
    internal byte[]? Open(ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
            return null;
        var opened = BigInteger.ModPow(Number(signature), Number(parameters.Exponent), Number(parameters.Modulus))
            .ToByteArray(isUnsigned: true, isBigEndian: true).AsSpan();
        // 00 01 FF … FF 00 DigestInfo; a number has no leading zero.
        if (opened.Length != SignatureBytes - 1 || opened[0] != 1)
            return null;
        var padding = opened[1..].IndexOfAnyExcept((byte)0xFF);
        return padding < 8 || opened[1 + padding] != 0 ? null : opened[(padding + 2)..].ToArray();

        static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static string? IsPrivate(string pem) =>
        PemEncoding.TryFind(pem, out var fields) && pem[fields.Label].Contains("PRIVATE", StringComparison.Ordinal)
            ? "names a private key; Finnet's public key is needed"
            : null;
}

internal static class RsaPemFile
{
    public const int LeastBits = 2048;

    /// <summary>Reads the merchant's private key, which signs token requests; the caller disposes of it.</summary>
    public static bool TryLoadPrivateKey(string path, [NotNullWhen(true)] out RSA? key, [NotNullWhen(false)] out string? problem)
    {
        var rsa = RSA.Create();
        problem = Import(rsa, path, "must name a PEM file with one RSA private key without a password", _ =>
        {
            // Throws for a public key.
            rsa.ExportParameters(includePrivateParameters: true);
            return null;
        });
        key = problem is null ? rsa : null;
        if (key is null)
            rsa.Dispose();
        return key is not null;
    }

    /// <returns>What is wrong, without any of the file's content; null when <paramref name="rsa"/> has received the key.</returns>
    public static string? Import(RSA rsa, string path, string rule, Func<string, string?> check)
    {
        string pem;
        try
        {
            pem = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return "names a file that can't be read";
        }

        return ImportText(rsa, pem, rule, check);
    }

    public static string? ImportText(RSA rsa, string pem, string rule, Func<string, string?> check)
    {
        try
        {
            rsa.ImportFromPem(pem);
            return check(pem) ?? (rsa.KeySize >= LeastBits ? null : $"names a key of {rsa.KeySize} bits; at least {LeastBits} are needed");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // Garbage, an encrypted key, another algorithm, a certificate, or two keys in one file.
            return rule;
        }
    }
}
