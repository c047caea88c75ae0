using System.Collections.Frozen;
using System.Security.Claims;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Security;
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
    /// <summary>What the OpenAPI document says of the filter.</summary>
    public const string FilterText = "Only the merchant of this name in the settings. A key of one merchant sees no other.";

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

    /// <summary>Whom the caller creates upgrades for; null for a key without a merchant where none is the default.</summary>
    public Merchant? Of(ClaimsPrincipal user) => user.MerchantId() is { } id ? FindById(id)
        : Find(MerchantSection.Default) ?? (All is [var only] ? only : null);

    /// <summary>The merchantId that a list is limited to: that of the caller's merchant, or of the one asked for; null is all.</summary>
    public string? Filter(ListQuery query, ClaimsPrincipal user, string? name)
    {
        var own = user.MerchantId();
        if (name is null)
            return own;
        var visible = All.Where(merchant => own is null || merchant.Id == own).ToList();
        if (visible.Find(merchant => merchant.Name == name) is not { } asked)
            query.Fail("merchant", $"must be one of {string.Join(", ", visible.Select(merchant => merchant.Name))}");
        else
            return asked.Id;
        return own;
    }

    /// <summary>Whether the caller may use what the settings give to this merchant. A key of one may not use what is for all.</summary>
    public bool MayUse(ClaimsPrincipal user, string name) => user.MerchantId() is not { } own || Find(name)?.Id == own;

    /// <summary>Of a metric; what names no merchant of ours has a word that can't be a name.</summary>
    public static KeyValuePair<string, object?> Tag(Merchant? merchant) => new("merchant", merchant?.Name ?? "(none)");

    /// <summary>Its options and its client have this name; those of <c>Finnet</c> have none.</summary>
    public static string? OptionsName(MerchantSection section) => section.Path == FinnetOptions.SectionName ? null : section.Name;
}
