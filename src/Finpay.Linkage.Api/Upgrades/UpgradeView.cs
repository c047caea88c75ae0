namespace Finpay.Linkage.Api.Upgrades;

/// <summary>An upgrade as it stands now: the answer of every success.</summary>
public sealed record UpgradeView
{
    /// <summary>The reference. An identifier, never proof of anything.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>Where it stands.</summary>
    public required UpgradeStatus Status { get; init; }

    /// <summary>Where to send the customer; there only while the status is widgetIssued and the URL has not expired. It carries the phone number.</summary>
    public string? WidgetUrl { get; init; }

    /// <summary>When the URL ends to work.</summary>
    public DateTimeOffset? ExpiryTime { get; init; }

    /// <summary>Whether it has ended to work; there while the status is widgetIssued.</summary>
    public bool? Expired { get; init; }

    /// <summary>When the upgrade was first asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When everything personal was removed from it; absent while it was not.</summary>
    public DateTimeOffset? RedactedAt { get; init; }

    /// <summary>How it came there, oldest first; only when one upgrade is read.</summary>
    public IReadOnlyList<HistoryView>? History { get; init; }
}

/// <summary>One step of an upgrade.</summary>
public sealed record HistoryView
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The status after it.</summary>
    public required UpgradeStatus Status { get; init; }

    /// <summary>Who said so.</summary>
    public required HistorySource Source { get; init; }

    /// <summary>Finnet's code, when there was one.</summary>
    public string? ResponseCode { get; init; }

    /// <summary>Finnet's words, when there were any.</summary>
    public string? Message { get; init; }

    /// <summary>The reference that the notification was about, when it settled this one because both are of the same phone.</summary>
    public string? ViaReference { get; init; }
}

/// <summary>A page of upgrades, newest first.</summary>
public sealed record UpgradePage(IReadOnlyList<UpgradeView> Items, string? NextCursor);
