using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>Settings that are made once and stored, so that a second run on the same folder works like the first.</summary>
internal sealed record SandboxSettings(string DemoApiKey)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string DemoApiKeySha256() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(DemoApiKey)));

    public static SandboxSettings LoadOrCreate(string dataFolder)
    {
        OwnerOnly.DataFolder(dataFolder);
        var path = Path.Combine(dataFolder, "sandbox.json");
        if (File.Exists(path))
        {
            return Read(path) is { DemoApiKey.Length: > 0 } settings
                ? settings
                : throw new InvalidDataException($"{path} is not a sandbox settings file; delete it to get a new demo key");
        }

        var created = new SandboxSettings("demo_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        OwnerOnly.Write(path, JsonSerializer.SerializeToUtf8Bytes(created, Json));
        return created;
    }

    private static SandboxSettings? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SandboxSettings>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
