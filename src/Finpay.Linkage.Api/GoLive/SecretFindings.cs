using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Finnet;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>Secrets that others know or could guess.</summary>
internal static class SecretFindings
{
    // What is left of a token without words that people write; 32 hex digits are 128 bits.
    private const int ShortestToken = 32;

    // Of 32 random bytes about 30 are different.
    private const int FewestDifferentBytes = 16;

    // What compose.yaml and examples show.
    private static readonly string[] PublicKeys = ["for-the-demonstration-only-keys!", "for-the-demonstration-only-look!"];

    public static IEnumerable<Finding> OnPathTokens(LiveSettings settings)
    {
        const string Check = "path token";
        var tokens = settings.Notifications.PathTokens;
        return tokens.Select((token, index) => (Key: $"Notifications:PathTokens:{index}", Token: token.Reveal()))
            .Where(one => !settings.IsWrong(one.Key))
            .Select(one => (one.Key, Problem: WeakSecret.Problem(one.Token, ShortestToken)))
            .Where(one => one.Problem is not null)
            .Select(one => Finding.Failure(Check, $"{one.Key} can be guessed ({one.Problem}): openssl rand -hex 32"))
            .Or(tokens.Count == 0 || settings.IsWrong("Notifications:PathTokens") ? [] : [Finding.Ok(Check, tokens.Count == 1 ? "not to be guessed" : "two, neither to be guessed; take the old one away when Finnet calls with the new one")]);
    }

    public static IEnumerable<Finding> OnStorageKeys(LiveSettings settings)
    {
        return StorageKeys(settings).Where(one => !settings.IsWrong(one.Key))
            .Select(one => (one.Key, Bytes: Convert.FromBase64String(one.Value)))
            .Select(one => PublicKeys.Contains(Encoding.Latin1.GetString(one.Bytes)) ? Finding.Failure(StoreFindings.KeyCheck, $"{one.Key} is a published example: openssl rand -base64 32")
                : one.Bytes.Distinct().Count() < FewestDifferentBytes ? Finding.Failure(StoreFindings.KeyCheck, $"{one.Key} can be guessed (few different bytes): openssl rand -base64 32")
                : one.Bytes.All(value => value is >= 0x20 and < 0x7F) ? Finding.Warning(StoreFindings.KeyCheck, $"{one.Key} is text, not random bytes: openssl rand -base64 32")
                : null)
            .OfType<Finding>()
            .Or(settings.IsWrong("Storage:Encryption") ? [] : [Finding.Ok(StoreFindings.KeyCheck, $"configured, {settings.Storage.Encryption.Keys.Count} to read with; keep a copy apart from the backups")]);
    }

    /// <summary>Whoever knows one knows the other.</summary>
    public static IEnumerable<Finding> OnEqualSecrets(LiveSettings settings)
    {
        const string Check = "secrets";
        var secrets = All(settings).Where(one => one.Value.Length > 0).ToList();
        return Found().Or(Finding.Ok(Check, "no two are the same"));

        IEnumerable<Finding> Found()
        {
            foreach (var same in secrets.GroupBy(one => one.Value, StringComparer.Ordinal).Where(group => group.Count() > 1))
                yield return Finding.Failure(Check, $"{string.Join(" and ", same.Select(one => one.Key))} are the same: whoever knows one knows the other");
            for (var index = 0; index < settings.ApiKeys.Count; index++)
            {
                foreach (var (key, _) in secrets.Where(one => Hash(one.Value).Equals(settings.ApiKeys[index].Sha256, StringComparison.OrdinalIgnoreCase)))
                    yield return Finding.Failure(Check, $"the API key of ApiKeys:{index} is the same as {key}");
            }
        }
    }

    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // Without the initialisation vector, which Finnet may publish.
    private static IEnumerable<(string Key, string Value)> All(LiveSettings settings)
    {
        var finnet = settings.Finnet;
        (string Key, Secret? Value)[] own =
        [
            ("Finnet:MerchantPassword", finnet.MerchantPassword), ("Finnet:EncryptionKey", finnet.EncryptionKey), ("Finnet:Snap:ClientSecret", finnet.Snap.ClientSecret),
            ("the password in Storage:ConnectionString", DatabasePassword(settings.Storage)),
            .. settings.Notifications.PathTokens.Select((token, index) => ($"Notifications:PathTokens:{index}", token)),
        ];
        return own.Select(one => (one.Key, one.Value?.Reveal() ?? "")).Concat(StorageKeys(settings));
    }

    private static IEnumerable<(string Key, string Value)> StorageKeys(LiveSettings settings)
    {
        const string Section = "Storage:Encryption";
        var encryption = settings.Storage.Encryption;
        (string Key, Secret? Value)[] keys =
        [
            .. encryption.Keys.Select((key, index) => ($"{Section}:Keys:{index}:Key", key.Key)),
            ($"{Section}:LookupKey", encryption.LookupKey),
            ($"{Section}:PreviousLookupKey", encryption.PreviousLookupKey),
        ];
        return keys.Select(one => (one.Key, Value: one.Value?.Reveal() ?? "")).Where(one => one.Value.Length > 0);
    }

    private static Secret? DatabasePassword(StorageOptions storage)
    {
        if (storage.ConnectionString is not { } text)
            return null;
        try
        {
            return new Secret((storage.Provider == StorageProvider.PostgreSql
                ? PostgreSqlDatabase.Complete(text.Reveal()).Password
                : new SqliteConnectionStringBuilder(text.Reveal()).Password) ?? "");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Told by the settings.
            return null;
        }
    }
}
