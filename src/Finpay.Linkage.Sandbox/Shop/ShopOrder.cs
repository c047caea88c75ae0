using System.Text.Json.Nodes;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>An order: a customer's request to upgrade, as the shop stores it.</summary>
/// <param name="Id">Part of the page's URL, therefore random.</param>
/// <param name="Reference">The shop's own partnerReferenceNo, which makes a call safe to repeat.</param>
/// <param name="CreatedAt">When it was placed.</param>
/// <param name="Request">The request to the API, kept for a repeat or a new start; deleted when there is a result.</param>
internal sealed record ShopOrder(string Id, string Reference, DateTimeOffset CreatedAt, JsonObject? Request);
