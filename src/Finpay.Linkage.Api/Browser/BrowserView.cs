using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Browser;

/// <summary>An upgrade as its customer's page sees it.</summary>
public sealed record BrowserView
{
    /// <summary>The reference.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>Where it stands.</summary>
    public required UpgradeStatus Status { get; init; }

    /// <summary>Whether there is a result. A rejected upgrade may still become approved later.</summary>
    public required bool Final { get; init; }

    /// <summary>Grows with every change.</summary>
    public required long Version { get; init; }

    /// <summary>Where the customer can go on; present while the status is widgetIssued and the URL has not expired.</summary>
    public string? WidgetUrl { get; init; }

    /// <summary>When the URL expires; present while the status is widgetIssued.</summary>
    public DateTimeOffset? ExpiryTime { get; init; }

    /// <summary>Whether the URL has expired; present beside expiryTime.</summary>
    public bool? Expired { get; init; }

    /// <summary>Finnet's reason, when a notification brought the result.</summary>
    public string? KycMessage { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A token for the customer's page, and where it opens something.</summary>
public sealed record BrowserTokenView
{
    /// <summary>For the header Authorization, after «Bearer »; never for a URL.</summary>
    public required string Token { get; init; }

    /// <summary>Until when it opens the upgrade.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The path of the status.</summary>
    public required string StatusUrl { get; init; }

    /// <summary>The path of the stream.</summary>
    public required string EventsUrl { get; init; }
}

[JsonSerializable(typeof(BrowserView))]
[JsonSerializable(typeof(BrowserTokenView))]
[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class BrowserJson : JsonSerializerContext
{
    public static BrowserJson Shared { get; } = new(LinkageJson.Options);
}
