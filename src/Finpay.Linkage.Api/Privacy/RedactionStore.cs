using System.Data.Common;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>What a redaction removed.</summary>
public sealed record RedactionReceipt
{
    /// <summary>The reference.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>When it was redacted first.</summary>
    public required DateTimeOffset RedactedAt { get; init; }

    /// <summary>How many steps of its history lost their message by this call.</summary>
    public required int HistoryEntries { get; init; }

    /// <summary>How many notifications, orphans among them, lost their content by this call.</summary>
    public required int Notifications { get; init; }
}

/// <summary>Takes everything personal from one upgrade, its history and its notifications; fact and outcome stay.</summary>
internal static class RedactionStore
{
    private static readonly Statement RedactUpgrade = new(
        """
        UPDATE upgrades SET fingerprint = NULL, phone_no = NULL, phone_hash = NULL, widget_url = NULL, redacted_at = @redactedAt, updated_at = @now, version = @version
        WHERE partner_reference_no = @reference AND version = @expected
        """,
        "@redactedAt", "@now", "@version", "@reference", "@expected");

    private static readonly Statement RedactHistory = new(
        "UPDATE upgrade_history SET message = NULL WHERE partner_reference_no = @reference AND message IS NOT NULL", "@reference");

    private static readonly Statement RedactNotifications = new(
        """
        UPDATE notifications SET dedupe_key = NULL, kyc_message = NULL, phone_hash = NULL, raw = NULL
        WHERE partner_reference_no = @reference AND (dedupe_key IS NOT NULL OR kyc_message IS NOT NULL OR phone_hash IS NOT NULL OR raw IS NOT NULL)
        """,
        "@reference");

    /// <param name="transaction">The writer's.</param>
    /// <param name="partnerReferenceNo">The reference.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="now">When.</param>
    /// <param name="before">When it was redacted first, if a restore has undone that.</param>
    /// <returns>Null when there is no upgrade of this reference.</returns>
    public static RedactionReceipt? Redact(DbTransaction transaction, string partnerReferenceNo, string actor, DateTimeOffset now, DateTimeOffset? before = null)
    {
        if (UpgradeStore.Find(transaction, partnerReferenceNo) is not { } row)
            return null;
        var receipt = new RedactionReceipt
        {
            PartnerReferenceNo = partnerReferenceNo,
            RedactedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.RedactedAt ?? (before ?? now).ToUnixTimeMilliseconds()),
            HistoryEntries = RedactHistory.Execute(transaction, partnerReferenceNo),
            Notifications = RedactNotifications.Execute(transaction, partnerReferenceNo),
        };
        if (row.RedactedAt is null || receipt is { HistoryEntries: > 0 } or { Notifications: > 0 })
            AuditTrail.Add(transaction, actor, AuditAction.Redact, partnerReferenceNo, now);
        if (row.RedactedAt is not null)
            return receipt;

        // An attempt under way keeps the record: how it ends is a fact that stays (UpgradeStore.Record keeps nothing else of it).
        var version = row.Version + 1;
        UpgradeStore.Guarded(RedactUpgrade.Execute(transaction, receipt.RedactedAt.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(), version, partnerReferenceNo, row.Version));
        if (actor == AuditTrail.Retention)
            return receipt;
        UpgradeStore.AddHistory(transaction, new HistoryEntry(Guid.CreateVersion7(now).ToString(), partnerReferenceNo, version, now, row.CurrentStatus, HistorySource.Operator));
        return receipt;
    }
}
