using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Merchants;

/// <summary>What the start refuses, by the name of the merchant.</summary>
public sealed class MerchantSettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("merchant-settings-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Two_Merchants_Start() => Assert.Null(await MessageAsync());

    [Theory]
    [InlineData("Merchants:north:Environment", null, "Merchants:north:Environment")]
    [InlineData("Merchants:north:MerchantId", null, "Merchants:north:MerchantId")]
    [InlineData("Merchants:north:MerchantId", TestSettings.MerchantId, "Merchants:north:MerchantId")]
    [InlineData("Merchants:north:EncryptionKey", "1234567890123456", "Merchants:north:EncryptionKey")]
    [InlineData("Merchants:north:BaseUrl", "https://snapstag.finnet.co.id", "Merchants:north:BaseUrl")]
    [InlineData("Merchants:north:Authentication", "SnapB3B", "Merchants:north:Authentication")]
    [InlineData("Merchants:north:TotalTimeout", "00:01:00", "Upgrades:Lease")]
    [InlineData("Merchants:north:Notifications:PathTokens:0", "short", "Merchants:north:Notifications:PathTokens:0")]
    [InlineData("Merchants:north:Notifications:PathTokens:0", TestSettings.PathToken, "Merchants:north:Notifications:PathTokens")]
    [InlineData("Merchants:north:Notifications:Snap:PreviousPublicKeyPath", "/nowhere.pem",
        "Merchants:north:Notifications:Snap:PublicKeyPath|Merchants:north:Notifications:Snap:PreviousPublicKeyPath")]
    [InlineData("Merchants:north:Notifications:Snap:SignedPath", "kyc", "Merchants:north:Notifications:Snap:SignedPath")]
    [InlineData("ApiKeys:3:Merchant", "south", "ApiKeys:3:Merchant")]
    [InlineData("ApiKeys:3:Name", "shop", "ApiKeys:3:Merchant")]
    [InlineData("ApiKeys:4:Merchant", "south", "ApiKeys:4:Merchant")]
    [InlineData("Notifications:PathTokens:0", null, "Notifications:PathTokens:0")]
    public async Task What_Is_Wrong_Is_Named(string key, string? value, string refused) =>
        Assert.Equal(refused.Split('|'), Startup.Keys(await MessageAsync((key, value)) ?? ""));

    [Fact]
    public async Task One_Key_Is_Not_Anothers_Too()
    {
        var message = await MessageAsync(("ApiKeys:3:Sha256", TestSettings.Sha256(TestSettings.MerchantKey).ToUpperInvariant()));

        Assert.Equal(["ApiKeys:3:Sha256"], Startup.Keys(message ?? ""));
    }

    [Fact]
    public async Task Whose_Token_Is_Missing_Is_Named() => Assert.Contains(
        "(for default, or each has its own)", await MessageAsync(("Notifications:PathTokens:0", null)), StringComparison.Ordinal);

    [Theory]
    [InlineData("default")]
    [InlineData("no_underscore")]
    [InlineData("a-name-of-thirty-three-characters")]
    public async Task A_Name_Is_Refused(string name)
    {
        var message = await MessageAsync([.. TwoMerchants.Settings.Where(one => one.Key.StartsWith("Merchants:", StringComparison.Ordinal))
            .Select(one => (one.Key.Replace("north", name, StringComparison.Ordinal), one.Value)),
            ("Merchants:north:MerchantId", "ANOTHER"), ($"Merchants:{name}:Notifications:PathTokens:0", null)]);

        Assert.Contains($"Merchants:{name}: ", message, StringComparison.Ordinal);
    }

    /// <summary>An upper-case name comes from the environment, MERCHANTS__NORTH__….</summary>
    [Fact]
    public async Task Names_Are_Lower_Case() => Assert.Null(await MessageAsync(
        [.. TwoMerchants.Settings.Where(one => one.Key.StartsWith("Merchants:", StringComparison.Ordinal))
            .SelectMany(one => new[] { (one.Key, null), (one.Key.ToUpperInvariant(), one.Value) })]));

    /// <summary>One in Production makes the service as strict as if all were.</summary>
    [Theory]
    [InlineData("Finnet:Environment", "Development", "None", "Notifications:Authentication")]
    [InlineData("Merchants:north:Environment", "Development", "None", "Notifications:Authentication")]
    public async Task Production_Is_That_Of_Any_Merchant(string key, string value, string authentication, string refused) =>
        Assert.Equal([refused], Startup.Keys(await MessageAsync((key, value), ("Notifications:Authentication:0", authentication)) ?? ""));

    [Fact]
    public async Task Without_Production_None_Is_Taken() => Assert.Null(await MessageAsync(
        ("Finnet:Environment", "Development"), ("Merchants:north:Environment", "Development"), ("Notifications:Authentication:0", "None")));

    /// <summary>The common tokens are for merchants that have none of their own.</summary>
    [Fact]
    public async Task Common_Tokens_Are_Not_Needed_When_All_Have_Their_Own() => Assert.Null(await MessageAsync(
        [.. TestSettings.Create(folder).Keys.Where(key => key.StartsWith("Finnet:", StringComparison.Ordinal))
            .Select(key => (key, (string?)null)),
        ("Notifications:PathTokens:0", null), ("ApiKeys:0:Merchant", "north"), ("ApiKeys:1:Merchant", "north"),
        ("ApiKeys:5:Merchant", "north")]));

    [Fact]
    public async Task Without_Any_Merchant_Finnet_Is_Missing() => Assert.Contains(
        "Finnet:MerchantId", await Startup.RefusalAsync(folder, [.. TestSettings.Create(folder).Keys
            .Where(key => key.StartsWith("Finnet:", StringComparison.Ordinal)).Select(key => (key, (string?)null))]));

    private Task<string?> MessageAsync(params ReadOnlySpan<(string Key, string? Value)> changes) =>
        Startup.MessageAsync(folder, [.. TwoMerchants.Settings, .. changes]);
}
