using System.Security.Cryptography;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Settings;

/// <summary>What signed callbacks need; every row differs in one setting from a configuration that starts.</summary>
public sealed class CallbackSettingsTests(FinnetKeys keys) : IClassFixture<FinnetKeys>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("linkage-settings-").FullName;

    [Fact]
    public async Task A_Key_Is_Enough()
    {
        Assert.Null(await MessageAsync());
        Assert.Null(
            await MessageAsync(
                ("Notifications:Snap:PreviousPublicKeyPath", keys.PreviousPath), ("Notifications:Snap:SignedPath", "/kyc"),
                ("Notifications:Snap:ClientId", "planted'")));
    }

    /// <summary>Key, value (null: missing), the key that the message names.</summary>
    public static TheoryData<string, string?, string> Refused => new()
    {
        { "Notifications:Snap:PublicKeyPath", null, "Notifications:Snap:PublicKeyPath" },
        { "Notifications:Snap:PublicKeyPath", "", "Notifications:Snap:PublicKeyPath" },
        { "Notifications:Snap:PublicKeyPath", "planted.pem", "Notifications:Snap:PublicKeyPath" },
        { "Notifications:Snap:PreviousPublicKeyPath", "planted.pem", "Notifications:Snap:PreviousPublicKeyPath" },
        { "Notifications:Snap:Recipe", "planted", "Notifications:Snap:Recipe" },
        { "Notifications:Snap:SignedPath", "planted", "Notifications:Snap:SignedPath" },
        { "Notifications:Snap:ClientId", "planted\n", "Notifications:Snap:ClientId" },
        { "Notifications:Snap:ClientId", "'planted'", "Notifications:Snap:ClientId" },
        { "Notifications:Snap:ClockSkew", "planted", "Notifications:Snap:ClockSkew" },
        { "Notifications:Snap:ClockSkew", "00:00:00", "Notifications:Snap:ClockSkew" },
        { "Notifications:Snap:ClockSkew", "-00:01:00", "Notifications:Snap:ClockSkew" },
        { "Notifications:Snap:MaxAge", "00:00:00", "Notifications:Snap:MaxAge" },
        { "Notifications:Snap:MaxAge", "00:04:59", "Notifications:Snap:MaxAge" },
        { "Notifications:Observe:0", "planted", "Notifications:Observe:0" },
        { "Notifications:Observe:0", "None", "Notifications:Observe" },
        { "Notifications:Observe:0", "SnapSignature", "Notifications:Observe" },
        { "Notifications:Observe:0", "SourceAddress", "Notifications:SourceAddresses:0" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_Wrong_Setting_Is_Named_Alone_And_Never_Repeated(string key, string? value, string named)
    {
        var message = await MessageAsync((key, value));

        Assert.Equal([named], Startup.Keys(message ?? ""));
        Assert.DoesNotContain("planted", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Key_Must_Be_A_Public_Rsa_Key_Of_2048_Bits()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create();
        foreach (var pem in new[]
        {
            small.ExportSubjectPublicKeyInfoPem(), curve.ExportSubjectPublicKeyInfoPem(), keys.Current.ExportPkcs8PrivateKeyPem(),
            "planted",
        })
        {
            var file = keys.Write("wrong.pem", pem);
            Assert.Equal(
                ["Notifications:Snap:PublicKeyPath"], Startup.Keys(await MessageAsync(("Notifications:Snap:PublicKeyPath", file)) ?? ""));
            Assert.Equal(
                ["Notifications:Snap:PreviousPublicKeyPath"],
                Startup.Keys(await MessageAsync(("Notifications:Snap:PreviousPublicKeyPath", file)) ?? ""));
        }
    }

    [Fact]
    public async Task A_Client_Id_Binds_No_Body_And_So_Does_Not_Stand_Alone_In_Production()
    {
        (string, string?)[] byClientId = [("Notifications:Snap:Recipe", "ClientId"), ("Notifications:Snap:ClientId", FinnetKeys.ClientId)];

        Assert.Equal(["Notifications:Snap:Recipe"], Startup.Keys(await MessageAsync(byClientId) ?? ""));
        Assert.Equal(
            ["Notifications:Snap:Recipe"],
            Startup.Keys(await MessageAsync([.. byClientId, ("Notifications:Authentication:1", "SnapSignature")]) ?? ""));
        Assert.Equal(
            ["Notifications:Snap:ClientId"], Startup.Keys(await MessageAsync(byClientId[0], ("Finnet:Environment", "Development")) ?? ""));
        Assert.Null(await MessageAsync([.. byClientId, ("Finnet:Environment", "Development")]));
        Assert.Null(await MessageAsync([.. byClientId, ("Notifications:Authentication:1", "PathToken")]));
        Assert.Null(await MessageAsync(
            [.. byClientId, ("Notifications:Authentication:1", "SourceAddress"), ("Notifications:SourceAddresses:0", "203.0.113.0/24")]));
    }

    [Fact]
    public async Task What_Is_Observed_Needs_Its_Settings_Too()
    {
        Assert.Equal(
            ["Notifications:Snap:PublicKeyPath"], await Startup.RefusalAsync(folder, ("Notifications:Observe:0", "SnapSignature")));
        Assert.Null(await Startup.MessageAsync(
            folder, ("Notifications:Observe:0", "SnapSignature"), ("Notifications:Snap:PublicKeyPath", keys.CurrentPath)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<string?> MessageAsync(params (string Key, string? Value)[] changes) => Startup.MessageAsync(
        folder, [("Notifications:Authentication:0", "SnapSignature"), ("Notifications:Snap:PublicKeyPath", keys.CurrentPath), .. changes]);
}
