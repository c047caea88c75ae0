using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The intent to ask Finnet, with everything encrypted and hashed beforehand.</summary>
internal sealed record BeginUpgrade(
    string PartnerReferenceNo,
    string Owner,
    string MerchantId,
    KeyedHashes Fingerprint,
    byte[] PhoneNo,
    byte[] PhoneHash,
    string AttemptId,
    TimeSpan Lease);

/// <summary>What a create call may do with its record.</summary>
internal enum BeginDecision
{
    /// <summary>It holds the record: ask Finnet.</summary>
    Ask,

    /// <summary>There is a result: hand it out again.</summary>
    Replay,

    /// <summary>Finnet knows the reference already and nothing more is to be had by asking: 409 again.</summary>
    ReplayDuplicate,

    /// <summary>Another call holds the record.</summary>
    InProgress,

    /// <summary>The reference belongs to another key name.</summary>
    OwnedByAnother,

    /// <summary>The reference was used with other content.</summary>
    ContentDiffers,

    /// <summary>The record was redacted.</summary>
    Redacted,
}

/// <param name="Decision">What to do.</param>
/// <param name="Row">The record as it was found or made.</param>
/// <param name="MayHaveArrived">An earlier attempt may have reached Finnet: it was unclear, or ended with its process.</param>
/// <param name="Now">By the clock that leases go by.</param>
internal sealed record BeginResult(BeginDecision Decision, UpgradeRow Row, bool MayHaveArrived, DateTimeOffset Now)
{
    /// <summary>How long another call may still hold the record; a clock that was set back makes it no longer than a lease.</summary>
    public TimeSpan? LeaseLeft(TimeSpan lease) =>
        Row.LeaseUntil is not { } until ? null : DateTimeOffset.FromUnixTimeMilliseconds(until) - Now is var left && left < lease ? left : lease;
}

/// <summary>How an attempt ended.</summary>
internal sealed record RecordOutcome(
    string PartnerReferenceNo,
    string AttemptId,
    UpgradeEvent Event,
    string? ResponseCode,
    byte[]? Message,
    string HistoryId,
    byte[]? WidgetUrl,
    DateTimeOffset? WidgetExpiresAt,
    KeyedHashes PhoneHash,
    DateTimeOffset Now);

/// <param name="Row">The record afterwards.</param>
/// <param name="Held">The attempt still held the record; a late one only adds to the history.</param>
internal sealed record OutcomeResult(UpgradeRow Row, bool Held);
