using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet.Security;

/// <summary>Reads the merchant's private key from its file.</summary>
internal static class SnapPrivateKey
{
    private const int LeastBits = 2048;

    /// <param name="path">A PEM file, PKCS#8 or PKCS#1, without a password.</param>
    /// <param name="key">The key; its taker disposes it.</param>
    /// <param name="problem">Otherwise: what is wrong, without any of the content.</param>
    public static bool TryLoad(string path, [NotNullWhen(true)] out RSA? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        string pem;
        try
        {
            pem = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problem = "names a file that can't be read";
            return false;
        }

        var rsa = RSA.Create();
        problem = Import(rsa, pem);
        if (problem is null)
        {
            key = rsa;
            return true;
        }

        rsa.Dispose();
        return false;
    }

    private static string? Import(RSA rsa, string pem)
    {
        try
        {
            rsa.ImportFromPem(pem);
            rsa.ExportParameters(includePrivateParameters: true);
            return rsa.KeySize >= LeastBits ? null : $"names a key of {rsa.KeySize} bits; at least {LeastBits} are needed";
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // Garbage, an encrypted key, another algorithm, a public key, a certificate, two keys in one file.
            return "must name a PEM file with one RSA private key without a password";
        }
    }
}
