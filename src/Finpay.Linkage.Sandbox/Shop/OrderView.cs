using System.Text.Json.Nodes;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>What Finnet last answered: its code and words, and what the code means in both languages.</summary>
internal sealed record FinnetWords(string Code, string? Message, string En, string Id);

/// <summary>The data of the result page: only what the API says, in the shop's own terms.</summary>
internal sealed record OrderView(string State)
{
    public string? WidgetUrl { get; private init; }

    public string? ExpiryTime { get; private init; }

    public string? Reason { get; private init; }

    /// <summary>For what is neither approved nor rejected by Finnet.</summary>
    public FinnetWords? Finnet { get; private init; }

    /// <summary>What a customer quotes who asks the shop.</summary>
    public string? Reference { get; private init; }

    public string? Time { get; private init; }

    public static OrderView Of(JsonObject upgrade)
    {
        var history = upgrade["history"]?.AsArray() ?? [];
        var finnet = history.LastOrDefault(step => step?["responseCode"] is not null) is { } answered ? Said(answered) : null;
        return Told(upgrade, history, finnet) with
        {
            Reference = (string?)upgrade["partnerReferenceNo"],
            Time = (string?)upgrade["updatedAt"],
        };
    }

    private static OrderView Told(JsonObject upgrade, JsonArray history, FinnetWords? finnet) => (string?)upgrade["status"] switch
    {
        "approved" => new OrderView("approved"),
        "rejected" => new OrderView("rejected")
        {
            Reason = (string?)history.LastOrDefault(step => (string?)step?["status"] == "rejected")?["message"],
        },
        "widgetIssued" when (string?)upgrade["widgetUrl"] is { } url && (bool?)upgrade["expired"] != true =>
            new OrderView("open") { WidgetUrl = url, ExpiryTime = (string?)upgrade["expiryTime"] },
        "widgetIssued" => new OrderView("expired"),
        // Asking again changes nothing: Finnet has the reference and gives out no second link for it.
        "failed" or "inDoubt" when finnet?.Code == $"{ResponseCode.DuplicateReference}" => new OrderView("known") { Finnet = finnet },
        "inDoubt" => new OrderView("doubt") { Finnet = finnet },
        "requested" => new OrderView("requested"),
        "failed" => new OrderView("failed") { Finnet = finnet },
        _ => new OrderView("waiting"),
    };

    private static FinnetWords? Said(JsonNode step)
    {
        var code = (string?)step["responseCode"];
        if (!ResponseCode.TryParse(code, out var known))
            return null;

        var meaning = known.Explain().Meaning;
        return new FinnetWords(code!, (string?)step["message"], meaning.English, meaning.Indonesian);
    }
}
