using System.Text.Json.Nodes;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>The data of the result page: only what the API says, in the shop's own terms.</summary>
internal sealed record OrderView(string State, string? WidgetUrl = null, string? ExpiryTime = null, string? Reason = null)
{
    public static OrderView Of(JsonObject upgrade) => (string?)upgrade["status"] switch
    {
        "approved" => new OrderView("approved"),
        "rejected" => new OrderView("rejected", Reason: RejectionIn(upgrade)),
        "widgetIssued" when (string?)upgrade["widgetUrl"] is { } url && (bool?)upgrade["expired"] != true =>
            new OrderView("open", url, (string?)upgrade["expiryTime"]),
        "widgetIssued" => new OrderView("expired"),
        "inDoubt" => new OrderView("doubt"),
        "requested" => new OrderView("requested"),
        "failed" => new OrderView("failed"),
        _ => new OrderView("waiting"),
    };

    private static string? RejectionIn(JsonObject upgrade) => upgrade["history"]?.AsArray()
        .LastOrDefault(step => (string?)step?["status"] == "rejected")?["message"] is { } message ? (string?)message : null;
}
