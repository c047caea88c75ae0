using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Security;

public enum ApiRole
{
    /// <summary>Creates upgrades and reads its own.</summary>
    Merchant = 1,

    /// <summary>Reads everything and has the operators' routes.</summary>
    Ops,
}

/// <summary>Configuration list <c>ApiKeys</c>, at the root.</summary>
public sealed class ApiKeyOptions
{
    public IList<ApiKeyEntry> ApiKeys { get; } = [];
}

public sealed class ApiKeyEntry
{
    /// <summary>Owner of what the key creates; several keys may share it while one is replaced.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key, in hex.</summary>
    public string Sha256 { get; set; } = "";

    public ApiRole? Role { get; set; }

    /// <summary>
    /// Whose upgrades it creates and sees. Empty: with the role merchant the one named <c>default</c>, with the role ops all.
    /// </summary>
    public string Merchant { get; set; } = "";

    /// <summary>Null: all merchants.</summary>
    internal string? MerchantName => Merchant.Length > 0 ? Merchant : Role == ApiRole.Ops ? null : MerchantSection.Default;
}

internal sealed class ApiKeyOptionsValidator(IConfiguration configuration) : IValidateOptions<ApiKeyOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiKeyOptions options)
    {
        var failures = new SettingsFailures("ApiKeys");
        if (options.ApiKeys.Count == 0)
            failures.Add("0", "missing; a Name, the Sha256 of the key in hex, and a Role (merchant or ops)");
        var merchants = MerchantSection.All(configuration).Select(merchant => merchant.Name).ToList();
        var merchantOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var nameOf = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, entry) in options.ApiKeys.Index())
        {
            // In the audit trail a name in brackets is the service itself.
            if (entry.Name.Length is 0 or > 64 || entry.Name.Any(char.IsControl) || entry.Name[0] == '(')
                failures.Add($"{index}:Name", "must be 1 to 64 characters, the first no bracket");
            if (entry.Sha256.Length != 64 || !entry.Sha256.All(char.IsAsciiHexDigit))
                failures.Add($"{index}:Sha256", "must be 64 hex digits, the SHA-256 of the key");
            else if (!nameOf.TryAdd(entry.Sha256, entry.Name) && nameOf[entry.Sha256] != entry.Name)
                failures.Add($"{index}:Sha256", $"is the key of {nameOf[entry.Sha256]} already");
            if (entry.Role is null)
                failures.Add($"{index}:Role", "missing; merchant or ops");
            var merchant = entry.MerchantName ?? MerchantSection.Default;
            if (entry.MerchantName is { } named && !merchants.Contains(named, StringComparer.Ordinal))
                failures.Add($"{index}:Merchant", $"must be one of {string.Join(", ", merchants)}");
            else if (!merchantOf.TryAdd(entry.Name, merchant) && merchantOf[entry.Name] != merchant)
                failures.Add($"{index}:Merchant", "must be that of the other keys with this Name, which own the same records");
        }

        return failures.ToResult();
    }
}
