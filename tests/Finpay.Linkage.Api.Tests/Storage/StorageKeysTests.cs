using System.Security.Cryptography;
using System.Text.Json;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Storage;

public sealed class StorageKeysTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-keys-").FullName;
    private readonly LogCapture logs = new();

    private string KeyFile => Path.Combine(folder, "linkage.keys.json");

    [Fact]
    public void Missing_Keys_Are_Made_Once_For_The_Owner_Alone_And_Warned_Of()
    {
        var first = Load(new StorageEncryptionOptions());
        var second = Load(new StorageEncryptionOptions());

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal("text", second.Cipher.DecryptText(first.Cipher.Encrypt("text", "c", "r"), "c", "r"));
        Assert.Equal(first.Lookup.Compute("p", "a"), second.Lookup.Compute("p", "a"));
        Assert.Equal(["linkage.keys.json"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        Assert.Equal(2, logs.Lines.Count(line => line.Level == LogLevel.Warning));
        foreach (var key in JsonDocument.Parse(File.ReadAllText(KeyFile)).RootElement.EnumerateObject())
            Assert.All(logs.Lines, line => Assert.DoesNotContain(key.Value.GetString()!, line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Made_Keys_Are_Random()
    {
        Load(new StorageEncryptionOptions());
        var first = File.ReadAllText(KeyFile);
        File.Delete(KeyFile);
        Load(new StorageEncryptionOptions());

        Assert.NotEqual(first, File.ReadAllText(KeyFile));
        Assert.All(JsonDocument.Parse(first).RootElement.EnumerateObject(), key => Assert.Equal(32, key.Value.GetBytesFromBase64().Length));
    }

    [Fact]
    public void Configured_Keys_Need_No_File_And_No_Warning()
    {
        var options = new StorageEncryptionOptions { LookupKey = new Secret(TestSettings.LookupKey) };
        options.Keys.Add(new StorageKeyOptions { Id = "k1", Key = new Secret(TestSettings.StorageKey) });

        var keys = Load(options);

        Assert.Equal("text", new ColumnCipher([KeyValuePair.Create("k1", SHA256.HashData("storage"u8))])
            .DecryptText(keys.Cipher.Encrypt("text", "c", "r"), "c", "r"));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Empty(logs.Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"Key\":\"AAAA\"}")]
    [InlineData("{\"Key\":\"not base64!\",\"LookupKey\":\"not base64!\"}")]
    [InlineData("{\"Key\":\"AAAA\",\"LookupKey\":\"AAAA\"}")]
    public void A_Damaged_Key_File_Is_Told_By_Name_And_Never_Replaced(string content)
    {
        File.WriteAllText(KeyFile, content);

        var refused = Assert.Throws<SettingsException>(() => Load(new StorageEncryptionOptions()));

        Assert.Contains(KeyFile, refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(KeyFile));
    }

    [Fact]
    public async Task Production_Without_Keys_Does_Not_Start_And_Makes_None()
    {
        var refused = await Startup.RefusalAsync(
            folder, ("Storage:Encryption:Keys:0:Id", null), ("Storage:Encryption:Keys:0:Key", null),
            ("Storage:Encryption:LookupKey", null));

        Assert.Equal(["Storage:Encryption:Keys:0", "Storage:Encryption:LookupKey"], refused);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Development_Without_Keys_Starts_With_Its_Own()
    {
        await using var host = ApiHost.With(
            ("Finnet:Environment", "Development"),
            ("Storage:Encryption:Keys:0:Id", null), ("Storage:Encryption:Keys:0:Key", null), ("Storage:Encryption:LookupKey", null));
        host.Finnet.Issues();

        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.True(File.Exists(Path.Combine(host.DataFolder, "linkage.keys.json")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private StorageKeySet Load(StorageEncryptionOptions options) => StorageKeys.Load(options, folder, logs.Logger("Finpay.Keys"));
}
