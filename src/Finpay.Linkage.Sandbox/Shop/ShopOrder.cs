using System.Text.Json.Nodes;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>One wish to upgrade, as the shop keeps it.</summary>
/// <param name="Id">Stands in the customer's address bar, so it can't be guessed and says nothing.</param>
/// <param name="Reference">The shop's own partnerReferenceNo: with it a call is safe to repeat.</param>
/// <param name="CreatedAt">When it was placed.</param>
/// <param name="Request">What was sent to the API, to repeat it or to start again; dropped once there is a result.</param>
internal sealed record ShopOrder(string Id, string Reference, DateTimeOffset CreatedAt, JsonObject? Request);
