using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Security;

namespace Finpay.Linkage.Tool.Check;

/// <summary>Secrets that others know, and the callers of /v1.</summary>
internal static class SecretChecks
{
    // Finnet's documentation, compose.yaml and the documents show them.
    private static readonly string[] Published =
    [
        "1234567890123456", "Z0gKf5KKPvvrPpe2BjtBJw==", "sandbox-password", "demo-password", "demo-key",
        "Zm9yLXRoZS1kZW1vbnN0cmF0aW9uLW9ubHkta2V5cyE=", "Zm9yLXRoZS1kZW1vbnN0cmF0aW9uLW9ubHktbG9vayE=",
    ];

    public static void ApiKeys(LiveSettings settings, Report report)
    {
        const string Check = "API keys";
        var keys = settings.ApiKeys;
        var (merchants, ops) = (keys.Count(entry => entry.Role == ApiRole.Merchant), keys.Count(entry => entry.Role == ApiRole.Ops));
        if (keys.Count > 0 && merchants == 0)
            report.Fail(Check, "none has the role merchant: the shop has no key of its own");
        if (keys.Count > 0 && ops == 0)
            report.Warn(Check, "none has the role ops: nobody can read the inbox, search a customer or redact");
        foreach (var merchant in settings.Merchants.Select(one => one.Section.Name))
        {
            if (merchants > 0 && !keys.Any(key => key.MerchantName == merchant))
                report.Warn(Check, $"none is of the merchant {merchant}: nobody can create upgrades for it");
        }

        foreach (var (index, _) in keys.Index().Where(key => key.Item.Sha256.Equals(Hash(""), StringComparison.OrdinalIgnoreCase)))
            report.Fail(Check, $"ApiKeys:{index}:Sha256 is the hash of an empty text: the variable was empty");
        if (!settings.IsWrong("ApiKeys"))
            report.OkIfNothingFound(Check, $"{merchants} with the role merchant, {ops} with the role ops");
    }

    /// <summary>Compares hashes: of an API key nothing else is known.</summary>
    public static void Secrets(LiveSettings settings, Report report)
    {
        const string Check = "secrets";
        var published = Published.Select(Hash).ToList();
        List<(string Key, string Hash)> secrets =
        [
            .. Values(settings).Where(one => one.Value?.Reveal() is { Length: > 0 }).Select(one => (one.Key, Hash(one.Value!.Reveal()))),
            .. settings.ApiKeys.Select((key, index) => ($"the key of ApiKeys:{index}", key.Sha256.ToUpperInvariant()))
                .Where(key => key.Item2.Length > 0),
        ];
        foreach (var (key, _) in secrets.Where(one => published.Contains(one.Hash) && !settings.IsWrong(one.Key)))
            report.Fail(Check, $"{key} is a published sample");
        foreach (var same in secrets.GroupBy(one => one.Hash, StringComparer.Ordinal).Where(group => group.Count() > 1))
            report.Fail(Check, $"{string.Join(" and ", same.Select(one => one.Key))} are the same: whoever knows one knows the other");
        report.OkIfNothingFound(Check, "no published sample, no two are the same");
    }

    // Without the initialisation vector, which Finnet may publish.
    private static IEnumerable<(string Key, Secret? Value)> Values(LiveSettings settings)
    {
        var encryption = settings.Storage.Encryption;
        var database = new DbConnectionStringBuilder();
        if (!settings.IsWrong("Storage:ConnectionString"))
            database.ConnectionString = settings.Storage.ConnectionString?.Reveal();
        return
        [
            .. settings.Merchants.SelectMany(Values),
            ("the password in Storage:ConnectionString", new Secret(database.TryGetValue("Password", out var text) ? $"{text}" : "")),
            .. settings.Notifications.PathTokens.Select((token, index) => ($"Notifications:PathTokens:{index}", token)),
            .. encryption.Keys.Select((key, index) => ($"Storage:Encryption:Keys:{index}:Key", key.Key)),
            ("Storage:Encryption:LookupKey", encryption.LookupKey),
            ("Storage:Encryption:PreviousLookupKey", encryption.PreviousLookupKey),
        ];
    }

    private static IEnumerable<(string Key, Secret? Value)> Values(LiveMerchant merchant) =>
    [
        ($"{merchant.Path}:MerchantPassword", merchant.Finnet.MerchantPassword),
        ($"{merchant.Path}:EncryptionKey", merchant.Finnet.EncryptionKey),
        ($"{merchant.Path}:Snap:ClientSecret", merchant.Finnet.Snap.ClientSecret),
        .. merchant.Notifications.PathTokens.Select((token, index) => ($"{merchant.Section.Notifications}:PathTokens:{index}", token)),
    ];

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
