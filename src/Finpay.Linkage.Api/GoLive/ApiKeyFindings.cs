using Finpay.Linkage.Api.Security;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>The callers of /v1.</summary>
internal static class ApiKeyFindings
{
    private const string Check = "API keys";

    // What examples show and what people try; also with the line end that echo adds.
    private static readonly string[] Known =
    [
        "", "key", "demo", "demo-key", "demo_key", "the demo key", "<the demo key>", "KEY", "$KEY", "test", "test-key", "secret", "password", "changeme", "change-me", "api-key", "apikey", "your-api-key",
        "merchant", "merchant-key", "ops", "ops-key", "admin", "123456", "12345678", "1234567890", "1234567890123456", "null", "undefined",
    ];

    private static readonly Dictionary<string, string> KnownHashes = Known.SelectMany(word => new[] { word, word + "\n" })
        .ToDictionary(SecretFindings.Hash, word => word.Trim('\n').Length == 0 ? "nothing (was the variable empty?)" : "a well-known example", StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<Finding> On(LiveSettings settings)
    {
        var keys = settings.ApiKeys;
        return Found().Or(settings.IsWrong("ApiKeys") ? [] : [Finding.Ok(Check, $"{Count(ApiRole.Merchant)} of merchants, {Count(ApiRole.Ops)} of operators")]);

        IEnumerable<Finding> Found()
        {
            if (keys.Count > 0 && Count(ApiRole.Merchant) == 0)
                yield return Finding.Failure(Check, "none has the role merchant: the shop has no key of its own");
            if (keys.Count > 0 && Count(ApiRole.Ops) == 0)
                yield return Finding.Warning(Check, "none has the role ops: nobody can look at the inbox, find a customer, or redact");
            for (var index = 0; index < keys.Count; index++)
            {
                var hash = keys[index].Sha256;
                if (settings.IsWrong($"ApiKeys:{index}"))
                    continue;
                if (KnownHashes.TryGetValue(hash, out var what))
                    yield return Finding.Failure(Check, $"ApiKeys:{index}:Sha256 is the hash of {what}");
                else if (WeakSecret.Problem(hash, length: 0) is { } problem)
                    yield return Finding.Failure(Check, $"ApiKeys:{index}:Sha256 is no hash of a key ({problem})");
            }

            foreach (var same in keys.Select((entry, index) => (entry.Sha256, Key: $"ApiKeys:{index}")).Where(one => one.Sha256.Length > 0).GroupBy(one => one.Sha256, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
                yield return Finding.Failure(Check, $"{string.Join(" and ", same.Select(one => one.Key))} have the same Sha256: only the first counts");
        }

        int Count(ApiRole role) => keys.Count(entry => entry.Role == role);
    }
}
