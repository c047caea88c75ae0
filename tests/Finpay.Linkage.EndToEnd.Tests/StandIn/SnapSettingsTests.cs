using System.Security.Cryptography;
using Finpay.Linkage.Sandbox.Hosting;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class SnapSettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Key_Pair_And_Client_Are_Made_Once_And_Kept_For_The_Owner_Alone()
    {
        var first = SnapSettings.LoadOrCreate(folder);
        var second = SnapSettings.LoadOrCreate(folder);

        Assert.Equal((first.Merchant, first.PrivateKeyPath), (second.Merchant, second.PrivateKeyPath));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----\n", File.ReadAllText(first.PrivateKeyPath), StringComparison.Ordinal);
        Assert.Equal(
            ["snap-private-key.pem", "snap.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (OperatingSystem.IsWindows())
            return;

        foreach (var file in Directory.GetFiles(folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void The_Stand_In_Verifies_By_The_Public_Half_Of_The_Key_On_Disk()
    {
        var settings = SnapSettings.LoadOrCreate(folder);
        using var mine = RSA.Create();
        mine.ImportFromPem(File.ReadAllText(settings.PrivateKeyPath));
        using var theirs = RSA.Create();
        theirs.ImportFromPem(settings.Merchant.PublicKey);

        Assert.Equal(2048, theirs.KeySize);
        Assert.DoesNotContain("PRIVATE", settings.Merchant.PublicKey, StringComparison.Ordinal);
        Assert.True(theirs.VerifyData(
            "text"u8, mine.SignData("text"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void A_Folder_Of_An_Earlier_Version_Keeps_Its_Demo_Key()
    {
        File.WriteAllText(Path.Combine(folder, "sandbox.json"), """{ "demoApiKey": "demo_1" }""");

        Assert.NotEmpty(SnapSettings.LoadOrCreate(folder).Merchant.ClientSecret);
        Assert.Equal("demo_1", SandboxSettings.LoadOrCreate(folder).DemoApiKey);
    }

    [Theory]
    [InlineData("snap.json", "{}")]
    [InlineData("snap.json", "client")]
    [InlineData("snap-private-key.pem", "key")]
    public void A_Spoilt_File_Is_Named(string file, string content)
    {
        File.WriteAllText(Path.Combine(folder, file), content);

        Assert.Contains(
            file, Assert.Throws<InvalidDataException>(() => SnapSettings.LoadOrCreate(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_Api_Is_Configured_For_Snap_Only_When_Asked()
    {
        var settings = SandboxSettings.LoadOrCreate(folder);
        var options = new StandInOptions(folder);
        var snap = SnapSettings.LoadOrCreate(folder);

        var without = ApiConfiguration.For(folder, new SandboxMerchant(1, settings, options, Snap: null));
        var with = ApiConfiguration.For(folder, new SandboxMerchant(1, settings, options, snap));

        Assert.False(SandboxArguments.Parse([]).Snap);
        Assert.True(SandboxArguments.Parse(["--snap"]).Snap);
        Assert.DoesNotContain(without.Keys, key => key.Contains("Snap", StringComparison.Ordinal) || key == "Finnet:Authentication");
        Assert.Equal(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Finnet:Authentication"] = "SnapB2B",
                ["Finnet:Snap:ChannelId"] = "95221",
                ["Finnet:Snap:ClientId"] = snap.Merchant.ClientId,
                ["Finnet:Snap:ClientSecret"] = snap.Merchant.ClientSecret,
                ["Finnet:Snap:Origin"] = "shop.example",
                ["Finnet:Snap:PartnerId"] = "sandbox-partner",
                ["Finnet:Snap:PrivateKeyPath"] = snap.PrivateKeyPath,
                ["Finnet:Snap:TokenPath"] = "/v1.0/access-token/b2b",
            },
            with.Except(without).ToDictionary(StringComparer.Ordinal));
    }
}
