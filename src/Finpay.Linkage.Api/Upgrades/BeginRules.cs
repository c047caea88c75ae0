using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What the same reference again means (docs/api.md, «the same call again»).</summary>
internal static class BeginRules
{
    public static AttemptState Decide(UpgradeRow row, string owner, KeyedHashes fingerprint, DateTimeOffset now)
    {
        if (row.Owner != owner)
            return AttemptState.OwnedByAnother;
        if (row.RedactedAt is not null)
            return AttemptState.Redacted;
        if (!fingerprint.Matches(row.Fingerprint))
            return AttemptState.ContentDiffers;
        if (row.Status is UpgradeStatus.WidgetIssued or UpgradeStatus.Approved or UpgradeStatus.Rejected)
            return AttemptState.Replay;
        if (row.LeaseUntil > now)
            return AttemptState.InProgress;
        if (row.Status is UpgradeStatus.InDoubt or UpgradeStatus.Failed && row.ResponseCode == ResponseCode.DuplicateReference.ToString())
            return AttemptState.ReplayDuplicate;
        return AttemptState.Begun;
    }
}
