using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>An upgrade as it stands now: the answer of every success.</summary>
public sealed record UpgradeView
{
    /// <summary>The reference. An identifier, never proof of anything.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>Where it stands.</summary>
    public required UpgradeStatus Status { get; init; }

    /// <summary>
    /// Where to send the customer; present while the status is widgetIssued and the URL has not expired, and in the answer to the call to
    /// which Finnet sent it with another status. It contains the phone number.
    /// </summary>
    public string? WidgetUrl { get; init; }

    /// <summary>When the URL expires; present while the status is widgetIssued, and beside a widgetUrl.</summary>
    public DateTimeOffset? ExpiryTime { get; init; }

    /// <summary>True when Finnet's time could not be read or lay before the issue: expiryTime is estimated. Absent otherwise.</summary>
    public bool? ExpiryEstimated { get; init; }

    /// <summary>Whether the URL has expired; present beside expiryTime.</summary>
    public bool? Expired { get; init; }

    /// <summary>True when widgetUrl is left out because it can't be decrypted. Absent otherwise.</summary>
    public bool? Unreadable { get; init; }

    /// <summary>True when there is no result though the status has not changed for Upgrades:OverdueAfter. Absent otherwise.</summary>
    public bool? Overdue { get; init; }

    /// <summary>The upgrade that this one was made to ask about (ask-again); absent otherwise.</summary>
    public string? AskedFor { get; init; }

    /// <summary>When the upgrade was first asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When its personal data was removed; absent until then.</summary>
    public DateTimeOffset? RedactedAt { get; init; }

    /// <summary>How it came there, oldest first, at most the newest 200 steps; only when one upgrade is read.</summary>
    public IReadOnlyList<HistoryView>? History { get; init; }

    /// <summary>True when there are older steps. Absent otherwise.</summary>
    public bool? HistoryTruncated { get; init; }
}

/// <summary>One step of an upgrade.</summary>
public sealed record HistoryView
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The status after it.</summary>
    public required UpgradeStatus Status { get; init; }

    /// <summary>Where it came from.</summary>
    public required HistorySource Source { get; init; }

    /// <summary>Finnet's code, when there was one.</summary>
    public string? ResponseCode { get; init; }

    /// <summary>Finnet's message, when there was one.</summary>
    public string? Message { get; init; }

    /// <summary>True when message is left out because it can't be decrypted. Absent otherwise.</summary>
    public bool? Unreadable { get; init; }

    /// <summary>
    /// The reference that Finnet spoke of, when that settled this upgrade because both have the same phone. A merchant sees it, and its
    /// message, only if both upgrades are its own.
    /// </summary>
    public string? ViaReference { get; init; }

    /// <summary>How often in a row the same step happened, if more than once.</summary>
    public long? Count { get; init; }

    /// <summary>When it happened last, if more than once.</summary>
    public DateTimeOffset? LastAt { get; init; }
}

/// <summary>A page of upgrades, newest first.</summary>
public sealed record UpgradePage(IReadOnlyList<UpgradeView> Items, string? NextCursor);

[JsonSerializable(typeof(CreateUpgradeRequest))]
[JsonSerializable(typeof(SearchRequest))]
[JsonSerializable(typeof(UpgradeView))]
[JsonSerializable(typeof(UpgradePage))]
[JsonSerializable(typeof(AskAgainRequest))]
[JsonSerializable(typeof(AskAgainCount))]
internal sealed partial class UpgradesJson : JsonSerializerContext
{
    public static UpgradesJson Shared { get; } = new(LinkageJson.Options);
}
