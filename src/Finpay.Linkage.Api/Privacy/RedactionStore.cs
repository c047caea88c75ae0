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

    private const string WithoutUpgrade = "NOT EXISTS (SELECT 1 FROM upgrades WHERE upgrades.partner_reference_no = notifications.partner_reference_no)";

    /// <summary>Ids of notifications that belong to no upgrade and did not come any more after @latest.</summary>
    public const string SelectDueNotifications =
        $"""
         SELECT id FROM notifications
         WHERE raw IS NOT NULL AND disposition IN ('orphan', 'invalid', 'unknownOutcome') AND last_received_at <= @latest AND {WithoutUpgrade} ORDER BY last_received_at LIMIT @BatchSize
         """;

    private static readonly Statement RedactOneNotification = new(
        $"""
         UPDATE notifications SET dedupe_key = NULL, kyc_message = NULL, phone_hash = NULL, raw = NULL
         WHERE id = @id AND raw IS NOT NULL AND last_received_at <= @latest AND {WithoutUpgrade} RETURNING partner_reference_no
         """,
        "@id", "@latest");

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

    /// <summary>Takes everything personal from a notification that belongs to no upgrade and has not come after <paramref name="latest"/>; what came and when stays.</summary>
    /// <returns>False when it is not so.</returns>
    public static bool RedactNotification(DbTransaction transaction, string id, long latest, string actor, DateTimeOffset now)
    {
        if (RedactOneNotification.Query(transaction, reader => reader.Text(0), id, latest) is not [var reference])
            return false;
        AuditTrail.Add(transaction, actor, AuditAction.RedactNotification, reference, now);
        return true;
    }
}
