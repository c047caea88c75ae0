using Finpay.Linkage.Sandbox.Shop;
using Finpay.Linkage.Sandbox.Snap;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>The API's settings (api.md, Processes) for a merchant of the stand-in.</summary>
internal static class ApiConfiguration
{
    public static Dictionary<string, string?> For(
        string dataFolder, SandboxSettings settings, StandInOptions options, string finnetUrl, SnapSettings? snap = null)
    {
        var configuration = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Finnet:Environment"] = "Development",
            ["Finnet:BaseUrl"] = finnetUrl,
            ["Finnet:MerchantId"] = options.MerchantId,
            ["Finnet:MerchantPassword"] = options.MerchantPassword,
            ["Finnet:EncryptionKey"] = options.EncryptionKey,
            ["Finnet:EncryptionIv"] = options.EncryptionIv,
            ["Notifications:Authentication:0"] = "SourceAddress",
            ["Notifications:SourceAddresses:0"] = "127.0.0.0/8",
            ["Notifications:SourceAddresses:1"] = "::1/128",
            // The shop, by both names of this machine.
            ["Browser:Origins:0"] = $"http://localhost:{new Uri(finnetUrl).Port}",
            ["Browser:Origins:1"] = $"http://127.0.0.1:{new Uri(finnetUrl).Port}",
            ["Storage:DataFolder"] = Path.Combine(dataFolder, "api"),
            ["ApiKeys:0:Name"] = "demo",
            ["ApiKeys:0:Sha256"] = settings.DemoApiKeySha256(),
            ["ApiKeys:0:Role"] = "ops",
            ["Events:Endpoints:0:Name"] = "demo-shop",
            ["Events:Endpoints:0:Url"] = finnetUrl.TrimEnd('/') + ShopEvents.Path,
            ["Events:Endpoints:0:Secrets:0"] = settings.EventSecret,
        };
        if (snap is not null)
            AddSnap(configuration, snap);

        return configuration;
    }

    private static void AddSnap(Dictionary<string, string?> configuration, SnapSettings snap)
    {
        configuration["Finnet:Authentication"] = "SnapB2B";
        configuration["Finnet:Snap:ClientId"] = snap.Merchant.ClientId;
        configuration["Finnet:Snap:ClientSecret"] = snap.Merchant.ClientSecret;
        configuration["Finnet:Snap:PrivateKeyPath"] = snap.PrivateKeyPath;
        configuration["Finnet:Snap:PartnerId"] = snap.Merchant.PartnerId;
        configuration["Finnet:Snap:ChannelId"] = snap.Merchant.ChannelId;
        configuration["Finnet:Snap:Origin"] = snap.Merchant.Origin;
        configuration["Finnet:Snap:TokenPath"] = TokenService.Path;
    }
}
