using System.ComponentModel.DataAnnotations;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Body of POST /v1/account-upgrades/search. A phone number never stands in a URL.</summary>
public sealed class SearchRequest
{
    /// <summary>The customer's number, in any of its forms.</summary>
    [Required, RegularExpression(CreateUpgradeRequest.PhonePattern)]
    public string? PhoneNo { get; init; }

    /// <summary>Most items of a page, 1 to 200 (50).</summary>
    public int? Limit { get; init; }

    /// <summary>nextCursor of the page before.</summary>
    public string? Cursor { get; init; }
}
