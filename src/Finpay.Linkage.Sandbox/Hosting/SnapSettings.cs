using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>Both sides of SNAP B2B: the merchant's key pair and what Finnet issues for it, made once and stored.</summary>
internal sealed class SnapSettings
{
    private const int KeyBits = 2048;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private SnapSettings(string privateKeyPath, SnapMerchant merchant) => (PrivateKeyPath, Merchant) = (privateKeyPath, merchant);

    /// <summary>Only the API reads this file.</summary>
    public string PrivateKeyPath { get; }

    /// <summary>What the stand-in knows.</summary>
    public SnapMerchant Merchant { get; }

    public static SnapSettings LoadOrCreate(string dataFolder)
    {
        OwnerOnly.DataFolder(dataFolder);
        var privateKey = Path.GetFullPath(Path.Combine(dataFolder, "snap-private-key.pem"));
        var client = LoadOrCreateClient(Path.Combine(dataFolder, "snap.json"));
        return new SnapSettings(privateKey, new SnapMerchant(client.ClientId, client.ClientSecret, LoadOrCreateKey(privateKey)));
    }

    private static Client LoadOrCreateClient(string path)
    {
        if (File.Exists(path))
        {
            return Read(path) is { ClientId.Length: > 0, ClientSecret.Length: > 0 } kept
                ? kept
                : throw new InvalidDataException($"{path} holds no SNAP client; delete it to get a new one");
        }

        var created = new Client("client-" + RandomHex(12), RandomHex(32));
        OwnerOnly.Write(path, JsonSerializer.SerializeToUtf8Bytes(created, Json));
        return created;
    }

    /// <summary>The public key of the pair.</summary>
    private static string LoadOrCreateKey(string path)
    {
        using var pair = RSA.Create(KeyBits);
        if (!File.Exists(path))
        {
            OwnerOnly.Write(path, Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem() + "\n"));
            return pair.ExportSubjectPublicKeyInfoPem();
        }

        try
        {
            pair.ImportFromPem(File.ReadAllText(path));
            return pair.ExportSubjectPublicKeyInfoPem();
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException($"{path} holds no RSA private key; delete it to get a new one", e);
        }
    }

    private static string RandomHex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    private static Client? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Client>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Client(string ClientId, string ClientSecret);
}
