using System.Globalization;
using Finpay.Linkage.Sandbox.Shop;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>The API's settings (api.md, Processes) for the merchants of the sandbox.</summary>
internal static class ApiConfiguration
{
    public static Dictionary<string, string?> For(string dataFolder, params IReadOnlyList<SandboxMerchant> merchants)
    {
        var configuration = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Notifications:Authentication:0"] = "SourceAddress",
            ["Notifications:SourceAddresses:0"] = "127.0.0.0/8",
            ["Notifications:SourceAddresses:1"] = "::1/128",
            ["Storage:DataFolder"] = Path.Combine(dataFolder, "api"),
        };
        foreach (var (index, merchant) in merchants.Index())
            Add(configuration, merchant, index);
        // Each merchant sees its own alone, and its token is for its results alone.
        if (merchants.Count > 1)
        {
            configuration["Notifications:Authentication:1"] = "PathToken";
            foreach (var (index, merchant) in merchants.Index())
            {
                var notifications = index == 0 ? "Notifications" : $"Merchants:{merchant.Name}:Notifications";
                configuration[$"{notifications}:PathTokens:0"] = merchant.CallbackToken;
                configuration[$"ApiKeys:{index}:Merchant"] = merchant.Name;
                configuration[$"Events:Endpoints:{index}:Merchant"] = merchant.Name;
            }
        }

        return configuration;
    }

    private static void Add(Dictionary<string, string?> configuration, SandboxMerchant merchant, int index)
    {
        var (options, url) = (merchant.Options, merchant.FinnetUrl);
        var finnet = index == 0 ? "Finnet" : $"Merchants:{merchant.Name}";
        configuration[$"{finnet}:Environment"] = "Development";
        configuration[$"{finnet}:BaseUrl"] = url;
        configuration[$"{finnet}:MerchantId"] = options.MerchantId;
        configuration[$"{finnet}:MerchantPassword"] = options.MerchantPassword;
        configuration[$"{finnet}:EncryptionKey"] = options.EncryptionKey;
        configuration[$"{finnet}:EncryptionIv"] = options.EncryptionIv;
        // The shop, by both names of this machine.
        configuration[$"Browser:Origins:{2 * index}"] = $"http://localhost:{new Uri(url).Port}";
        configuration[$"Browser:Origins:{(2 * index) + 1}"] = $"http://127.0.0.1:{new Uri(url).Port}";
        configuration[$"ApiKeys:{index}:Name"] = Numbered("demo", merchant);
        configuration[$"ApiKeys:{index}:Sha256"] = merchant.Settings.DemoApiKeySha256();
        configuration[$"ApiKeys:{index}:Role"] = "ops";
        configuration[$"Events:Endpoints:{index}:Name"] = Numbered("demo-shop", merchant);
        configuration[$"Events:Endpoints:{index}:Url"] = url.TrimEnd('/') + ShopEvents.Path;
        configuration[$"Events:Endpoints:{index}:Secrets:0"] = merchant.Settings.EventSecret;
        if (merchant.Snap is { } snap)
            AddSnap(configuration, finnet, snap);
    }

    private static string Numbered(string name, SandboxMerchant merchant) =>
        merchant.Number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{merchant.Number}");

    private static void AddSnap(Dictionary<string, string?> configuration, string finnet, SnapSettings snap)
    {
        configuration[$"{finnet}:Authentication"] = "SnapB2B";
        configuration[$"{finnet}:Snap:ClientId"] = snap.Merchant.ClientId;
        configuration[$"{finnet}:Snap:ClientSecret"] = snap.Merchant.ClientSecret;
        configuration[$"{finnet}:Snap:PrivateKeyPath"] = snap.PrivateKeyPath;
        configuration[$"{finnet}:Snap:PartnerId"] = snap.Merchant.PartnerId;
        configuration[$"{finnet}:Snap:ChannelId"] = snap.Merchant.ChannelId;
        configuration[$"{finnet}:Snap:Origin"] = snap.Merchant.Origin;
        configuration[$"{finnet}:Snap:TokenPath"] = TokenService.Path;
    }
}
