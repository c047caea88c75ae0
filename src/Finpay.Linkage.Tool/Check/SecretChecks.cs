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
        "for-the-demonstration-only-keys!", "for-the-demonstration-only-look!",
    ];

    public static void ApiKeys(LiveSettings settings, Report report)
    {
        const string Check = "API keys";
        var keys = settings.ApiKeys;
        if (keys.Count > 0 && Count(ApiRole.Merchant) == 0)
            report.Fail(Check, "none has the role merchant: the shop has no key of its own");
        if (keys.Count > 0 && Count(ApiRole.Ops) == 0)
            report.Warn(Check, "none has the role ops: nobody can read the inbox, search a customer or redact");
        for (var index = 0; index < keys.Count; index++)
        {
            var (key, hash) = ($"ApiKeys:{index}:Sha256", keys[index].Sha256);
            if (IsHashOf("", hash))
                report.Fail(Check, $"{key} is the hash of an empty text: the variable was empty");
            if (Published.Any(sample => IsHashOf(sample, hash)))
                report.Fail(Check, $"{key} is the hash of a published sample: tool key");
            if (hash.Length > 0 && keys.Take(index).Any(other => other.Sha256.Equals(hash, StringComparison.OrdinalIgnoreCase)))
                report.Fail(Check, $"{key} is there twice: only the first counts");
        }

        if (!settings.IsWrong("ApiKeys"))
            report.OkIfNothingFound(Check, $"{Count(ApiRole.Merchant)} with the role merchant, {Count(ApiRole.Ops)} with the role ops");

        int Count(ApiRole role) => keys.Count(entry => entry.Role == role);
    }

    public static void Secrets(LiveSettings settings, Report report)
    {
        const string Check = "secrets";
        var secrets = All(settings).Where(one => one.Value.Length > 0).ToList();
        foreach (var (key, value) in secrets.Where(one => !settings.IsWrong(one.Key)))
        {
            if (Published.Any(sample => value == sample || value == Convert.ToBase64String(Encoding.UTF8.GetBytes(sample))))
                report.Fail(Check, $"{key} is a published sample");
        }

        foreach (var same in secrets.GroupBy(one => one.Value, StringComparer.Ordinal).Where(group => group.Count() > 1))
            report.Fail(Check, $"{string.Join(" and ", same.Select(one => one.Key))} are the same: whoever knows one knows the other");
        for (var index = 0; index < settings.ApiKeys.Count; index++)
        {
            foreach (var (key, _) in secrets.Where(one => IsHashOf(one.Value, settings.ApiKeys[index].Sha256)))
                report.Fail(Check, $"the API key of ApiKeys:{index} and {key} are the same: whoever knows one knows the other");
        }

        report.OkIfNothingFound(Check, "no published sample, no two are the same");
    }

    // Without the initialisation vector, which Finnet may publish.
    private static IEnumerable<(string Key, string Value)> All(LiveSettings settings)
    {
        var (finnet, encryption) = (settings.Finnet, settings.Storage.Encryption);
        (string Key, Secret? Value)[] secrets =
        [
            ("Finnet:MerchantPassword", finnet.MerchantPassword),
            ("Finnet:EncryptionKey", finnet.EncryptionKey),
            ("Finnet:Snap:ClientSecret", finnet.Snap.ClientSecret),
            ("the password in Storage:ConnectionString", DatabasePassword(settings.Storage.ConnectionString)),
            .. settings.Notifications.PathTokens.Select((token, index) => ($"Notifications:PathTokens:{index}", token)),
            .. encryption.Keys.Select((key, index) => ($"Storage:Encryption:Keys:{index}:Key", key.Key)),
            ("Storage:Encryption:LookupKey", encryption.LookupKey),
            ("Storage:Encryption:PreviousLookupKey", encryption.PreviousLookupKey),
        ];
        return secrets.Select(one => (one.Key, one.Value?.Reveal() ?? ""));
    }

    private static Secret? DatabasePassword(Secret? connectionString)
    {
        try
        {
            var builder = new DbConnectionStringBuilder { ConnectionString = connectionString?.Reveal() };
            return builder.TryGetValue("Password", out var password) ? new Secret($"{password}") : null;
        }
        catch (ArgumentException)
        {
            // The check of the settings reports it.
            return null;
        }
    }

    private static bool IsHashOf(string text, string sha256) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).Equals(sha256, StringComparison.OrdinalIgnoreCase);
}
