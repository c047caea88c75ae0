using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>A complete production configuration, all values made up.</summary>
public static class TestSettings
{
    public const string MerchantId = "AGREE170724";
    public const string MerchantPassword = "planted+Merchant/Pass&word";
    public const string EncryptionKey = "fieldKey+16chars";
    public const string EncryptionIv = "fieldIv.16.chars";
    public const string MerchantKey = "merchant-key-0001-aaaaaaaaaaaaaaaa";
    public const string OtherKey = "other-key-0002-bbbbbbbbbbbbbbbbbbbb";
    public const string OpsKey = "ops-key-0003-cccccccccccccccccccccc";
    public const string PathToken = "token-0123456789-abcdefghijklmnop~A";

    public static readonly string StorageKey = Convert.ToBase64String(SHA256.HashData("storage"u8));
    public static readonly string LookupKey = Convert.ToBase64String(SHA256.HashData("lookup"u8));

    public static IDictionary<string, string?> Create(string dataFolder) => new Dictionary<string, string?>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["Finnet:Environment"] = "Production",
        ["Finnet:MerchantId"] = MerchantId,
        ["Finnet:MerchantPassword"] = MerchantPassword,
        ["Finnet:EncryptionKey"] = EncryptionKey,
        ["Finnet:EncryptionIv"] = EncryptionIv,
        ["Storage:DataFolder"] = dataFolder,
        ["Storage:Encryption:Keys:0:Id"] = "k1",
        ["Storage:Encryption:Keys:0:Key"] = StorageKey,
        ["Storage:Encryption:LookupKey"] = LookupKey,
        ["Notifications:Authentication:0"] = "PathToken",
        ["Notifications:PathTokens:0"] = PathToken,
        ["ApiKeys:0:Name"] = "shop",
        ["ApiKeys:0:Sha256"] = Sha256(MerchantKey),
        ["ApiKeys:0:Role"] = "merchant",
        ["ApiKeys:1:Name"] = "other-shop",
        ["ApiKeys:1:Sha256"] = Sha256(OtherKey),
        ["ApiKeys:1:Role"] = "merchant",
        ["ApiKeys:2:Name"] = "operators",
        ["ApiKeys:2:Sha256"] = Sha256(OpsKey),
        ["ApiKeys:2:Role"] = "ops",
        ["RateLimits:RequestsPerSecond"] = "0",
        ["Serilog:MinimumLevel:Default"] = "Fatal",
        ["Serilog:MinimumLevel:Override:Microsoft"] = "Fatal",
    };

    public static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
