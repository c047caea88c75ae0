using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Merchants;

/// <summary>Configuration section <c>Merchants</c>: a section for each merchant, with what <c>Finnet</c> has.</summary>
internal sealed class MerchantsOptions;

/// <summary>What no merchant may share with another.</summary>
internal sealed partial class MerchantsValidator(IConfiguration configuration) : IValidateOptions<MerchantsOptions>
{
    public ValidateOptionsResult Validate(string? name, MerchantsOptions options)
    {
        var failures = new SettingsFailures(MerchantSection.Root);
        var merchants = MerchantSection.All(configuration);
        foreach (var merchant in merchants.Where(one => !NameForm().IsMatch(one.Name)))
            failures.Add(merchant.Name, "the name must be 1 to 32 letters, digits or dashes");
        if (merchants.Count(one => one.Name == MerchantSection.Default) > 1)
            failures.Add(MerchantSection.Default, "this is the name of the merchant in Finnet already");
        foreach (var (merchant, twin) in Twins(merchants.Select(one => (one, configuration[$"{one.Path}:MerchantId"]))))
            failures.Add($"{merchant.Name}:{nameof(FinnetOptions.MerchantId)}", $"is that of {twin.Name} already");
        var common = new MerchantSection("all", "");
        var tokens = Tokens("Notifications").Select(token => (common, token))
            .Concat(merchants.SelectMany(one => Tokens(one.Notifications).Select(token => (one, token))));
        foreach (var (merchant, twin) in Twins(tokens))
            failures.Add($"{merchant.Name}:Notifications:PathTokens", $"has a token of {twin.Name}");
        return failures.ToResult();

        IEnumerable<string?> Tokens(string section) =>
            configuration.GetSection($"{section}:PathTokens").GetChildren().Select(token => token.Value);
    }

    // Each that has the value of one before it.
    private static IEnumerable<(MerchantSection Merchant, MerchantSection Twin)> Twins(
        IEnumerable<(MerchantSection Merchant, string? Value)> values) => values
        .Where(one => !string.IsNullOrEmpty(one.Value)).GroupBy(one => one.Value, StringComparer.Ordinal)
        .SelectMany(same => same.Skip(1).Where(one => one.Merchant != same.First().Merchant)
            .Select(one => (one.Merchant, same.First().Merchant)));

    [GeneratedRegex(@"^[a-z0-9-]{1,32}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();
}

internal static class MerchantRegistration
{
    /// <summary>The ring, and a client for each merchant of the settings; their names are read now.</summary>
    public static void AddMerchants(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<MerchantRing>();
        foreach (var section in MerchantSection.All(configuration))
        {
            if (MerchantRing.OptionsName(section) is { } name)
                services.AddFinnetClient(name, configuration.GetSection(section.Path));
            else
                services.AddFinnetClient(configuration);
        }
    }
}
