namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What the same reference again means (api.md, «the same call again»). Pure.</summary>
internal static class BeginRules
{
    public static BeginDecision Decide(UpgradeRow row, BeginUpgrade command, DateTimeOffset now)
    {
        if (row.Owner != command.Owner)
            return BeginDecision.OwnedByAnother;
        if (row.RedactedAt is not null)
            return BeginDecision.Redacted;
        if (!command.Fingerprint.Matches(row.Fingerprint))
            return BeginDecision.ContentDiffers;
        var again = FinnetAnswers.Again(row.CurrentStatus, row.ResponseCode);
        if (again == SameCallAgain.Replay)
            return BeginDecision.Replay;
        if (row.LeaseUntil > now.ToUnixTimeMilliseconds())
            return BeginDecision.InProgress;
        return again == SameCallAgain.ReplayDuplicate ? BeginDecision.ReplayDuplicate : BeginDecision.Ask;
    }
}
