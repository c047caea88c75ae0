using System.Collections.Frozen;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Merchants;

/// <summary>A merchant of Finnet's that this service works for.</summary>
/// <param name="Name">As in the settings.</param>
/// <param name="Id">Finnet's merchantId, which its records have.</param>
/// <param name="TotalTimeout">The longest call of its client.</param>
/// <param name="LazyClient">With its own credentials, token and circuit breaker; made with its first call.</param>
internal sealed record Merchant(string Name, string Id, TimeSpan TotalTimeout, Lazy<FinnetClient> LazyClient)
{
    public FinnetClient Client => LazyClient.Value;
}

/// <summary>The merchants as they were at the start: another one, or another merchantId, needs a restart.</summary>
internal sealed class MerchantRing
{
    private readonly FrozenDictionary<string, Merchant> byName;
    private readonly FrozenDictionary<string, Merchant> byId;

    public MerchantRing(IConfiguration configuration, IOptionsMonitor<FinnetOptions> options, IServiceProvider services)
    {
        All = [.. MerchantSection.All(configuration).Select(section =>
        {
            var settings = options.Get(OptionsName(section));
            var client = new Lazy<FinnetClient>(() => OptionsName(section) is { } key
                ? services.GetRequiredKeyedService<FinnetClient>(key)
                : services.GetRequiredService<FinnetClient>());
            return new Merchant(section.Name, settings.MerchantId, settings.TotalTimeout, client);
        })];
        byName = All.ToFrozenDictionary(merchant => merchant.Name, StringComparer.Ordinal);
        byId = All.ToFrozenDictionary(merchant => merchant.Id, StringComparer.Ordinal);
    }

    public IReadOnlyList<Merchant> All { get; }

    public Merchant? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The one that Finnet knows by this id; null when it is not ours.</summary>
    public Merchant? FindById(string merchantId) => byId.GetValueOrDefault(merchantId);

    /// <summary>Of a metric; what names no merchant of ours has a word that can't be a name.</summary>
    public static KeyValuePair<string, object?> Tag(Merchant? merchant) => new("merchant", merchant?.Name ?? "(none)");

    /// <summary>Its options and its client have this name; those of <c>Finnet</c> have none.</summary>
    public static string? OptionsName(MerchantSection section) => section.Path == FinnetOptions.SectionName ? null : section.Name;
}
