using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet.Tests.Snap;

/// <summary>The merchant's key pair: the private key in a file, the public key with Finnet. Made once per test class.</summary>
public sealed class SnapKeyFile : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("linkage-finnet-tests-");

    public SnapKeyFile() => Path = Write("private.pem", Key.ExportPkcs8PrivateKeyPem());

    public RSA Key { get; } = RSA.Create(2048);

    public string Path { get; }

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public (string Key, string? Value)[] Settings =>
    [
        ("Authentication", "SnapB2B"),
        ("Snap:ClientId", SnapNetwork.ClientId),
        ("Snap:ClientSecret", SnapNetwork.ClientSecret),
        ("Snap:PrivateKeyPath", Path),
        ("Snap:PartnerId", "PARTNER-1"),
        ("Snap:ChannelId", "95051"),
        ("Snap:Origin", "shop.example"),
    ];

    public void Dispose()
    {
        Key.Dispose();
        folder.Delete(recursive: true);
    }
}
