using System.Security.Claims;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Security;

/// <summary>Which of the merchants a caller may act for.</summary>
internal static class CallerMerchants
{
    /// <summary>What the OpenAPI document says of the filter.</summary>
    public const string FilterText = "Only the merchant of this name in the settings. A key of one merchant sees no other.";

    /// <summary>Whom the caller creates upgrades for; null for a key without a merchant where none is the default.</summary>
    public static Merchant? Of(this MerchantRing merchants, ClaimsPrincipal user) => user.MerchantId() is { } id ? merchants.FindById(id)
        : merchants.Find(MerchantSection.Default) ?? (merchants.All is [var only] ? only : null);

    /// <summary>The merchantId that a list is limited to: that of the caller's merchant, or of the one asked for; null is all.</summary>
    /// <param name="merchants">All of them.</param>
    /// <param name="user">The caller.</param>
    /// <param name="name">The merchant that is asked for, if any.</param>
    /// <param name="fail">Is told the parameter and what is wrong with it.</param>
    public static string? Filter(this MerchantRing merchants, ClaimsPrincipal user, string? name, Action<string, string> fail)
    {
        var own = user.MerchantId();
        if (name is null)
            return own;
        var visible = merchants.All.Where(merchant => own is null || merchant.Id == own).ToList();
        if (visible.Find(merchant => merchant.Name == name) is { } asked)
            return asked.Id;
        fail("merchant", $"must be one of {string.Join(", ", visible.Select(merchant => merchant.Name))}");
        return own;
    }

    /// <summary>Whether the caller may use what the settings give to this merchant. A key of one may not use what is for all.</summary>
    public static bool MayUse(this MerchantRing merchants, ClaimsPrincipal user, string name) =>
        user.MerchantId() is not { } own || merchants.Find(name)?.Id == own;
}
