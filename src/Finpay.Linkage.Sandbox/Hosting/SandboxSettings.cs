using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>Settings that are made once and stored, so that a second run on the same folder works like the first.</summary>
/// <param name="DemoApiKey">For the API.</param>
/// <param name="EventSecret">Signs what the API tells the demo shop; an older file has none.</param>
internal sealed record SandboxSettings(string DemoApiKey, string EventSecret)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string DemoApiKeySha256() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(DemoApiKey)));

    public static SandboxSettings LoadOrCreate(string dataFolder)
    {
        OwnerOnly.DataFolder(dataFolder);
        var path = Path.Combine(dataFolder, "sandbox.json");
        if (File.Exists(path))
        {
            return Read(path) is not { DemoApiKey.Length: > 0 } settings
                ? throw new InvalidDataException($"{path} is not a sandbox settings file; delete it to get a new demo key")
                : string.IsNullOrEmpty(settings.EventSecret) ? Stored(path, settings with { EventSecret = NewSecret() })
                : settings;
        }

        return Stored(path, new("demo_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), NewSecret()));
    }

    private static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static SandboxSettings Stored(string path, SandboxSettings settings)
    {
        OwnerOnly.Write(path, JsonSerializer.SerializeToUtf8Bytes(settings, Json));
        return settings;
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
