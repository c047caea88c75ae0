using System.Data.Common;
using System.Text.Json.Serialization;
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

/// <summary>Removes the personal data of one upgrade, its history and its notifications; the fact and the outcome stay.</summary>
internal static class RedactionStore
{
    private const string RemoveContent = "dedupe_key = NULL, kyc_message = NULL, phone_hash = NULL, raw = NULL";
    private const string WithoutUpgrade =
        "NOT EXISTS (SELECT 1 FROM upgrades WHERE upgrades.partner_reference_no = notifications.partner_reference_no)";

    private static readonly Statement RedactUpgrade = new(
        """
        UPDATE upgrades
        SET fingerprint = NULL, phone_no = NULL, phone_hash = NULL, widget_url = NULL,
          redacted_at = @redactedAt, updated_at = @now, version = @version
        WHERE partner_reference_no = @reference AND version = @expected
        """);

    private static readonly Statement RedactHistory = new(
        "UPDATE upgrade_history SET message = NULL WHERE partner_reference_no = @reference AND message IS NOT NULL");

    private static readonly Statement RedactNotifications = new(
        $"""
         UPDATE notifications SET {RemoveContent} WHERE partner_reference_no = @reference
           AND (dedupe_key IS NOT NULL OR kyc_message IS NOT NULL OR phone_hash IS NOT NULL OR raw IS NOT NULL)
         """);

    private static readonly Statement RedactReasons = new(
        "UPDATE audit SET reason = NULL WHERE partner_reference_no = @reference AND reason IS NOT NULL");

    private static readonly Statement RedactOneNotification = new(
        $"""
         UPDATE notifications SET {RemoveContent}
         WHERE id = @id AND raw IS NOT NULL AND last_received_at <= @latest AND {WithoutUpgrade} RETURNING partner_reference_no
         """);

    /// <summary>Ids of notifications that belong to no upgrade and have not arrived again after @latest.</summary>
    public static readonly Statement SelectDueNotifications = new(
        $"""
         SELECT id FROM notifications
         WHERE raw IS NOT NULL AND disposition IN ('orphan', 'invalid', 'unknownOutcome')
           AND last_received_at <= @latest AND {WithoutUpgrade}
         ORDER BY last_received_at LIMIT @limit
         """);

    /// <summary>Redacts one upgrade; «before» is when it was redacted first, if a restore has undone that.</summary>
    /// <returns>Null when there is no upgrade of this reference.</returns>
    public static RedactionReceipt? Redact(
        DbTransaction transaction, string partnerReferenceNo, string actor, DateTimeOffset now, DateTimeOffset? before = null)
    {
        if (UpgradeRecords.Find(transaction, partnerReferenceNo) is not { } row)
            return null;
        var receipt = new RedactionReceipt
        {
            PartnerReferenceNo = partnerReferenceNo,
            RedactedAt = row.RedactedAt ?? (before ?? now).AsStored(),
            HistoryEntries = RedactHistory.Execute(transaction, ("@reference", partnerReferenceNo)),
            Notifications = RedactNotifications.Execute(transaction, ("@reference", partnerReferenceNo)),
        };
        RedactReasons.Execute(transaction, ("@reference", partnerReferenceNo));
        if (row.RedactedAt is null || receipt is { HistoryEntries: > 0 } or { Notifications: > 0 })
            AuditTrail.Add(transaction, actor, AuditAction.Redact, partnerReferenceNo, now);
        if (row.RedactedAt is not null)
            return receipt;

        // A running attempt keeps the record. How it ends is recorded; UpgradeStore keeps nothing else of it.
        var version = row.Version + 1;
        UpgradeRecords.Guarded(RedactUpgrade.Execute(
            transaction, ("@redactedAt", receipt.RedactedAt), ("@now", now), ("@version", version), ("@reference", partnerReferenceNo),
            ("@expected", row.Version)));
        if (actor != AuditTrail.Retention)
            UpgradeRecords.AddHistory(transaction, new HistoryEntry(
                Guid.CreateVersion7(now).ToString(), partnerReferenceNo, version, now, row.Status, HistorySource.Operator));
        return receipt;
    }

    /// <summary>Removes the content of a notification that belongs to no upgrade and has not arrived after that time.</summary>
    /// <returns>False when it is not such a notification.</returns>
    public static bool RedactNotification(DbTransaction transaction, string id, DateTimeOffset latest, DateTimeOffset now)
    {
        var redacted = RedactOneNotification.Query(transaction, reader => reader.TextOrNull(0), ("@id", id), ("@latest", latest));
        if (redacted is not [var reference])
            return false;
        AuditTrail.Add(transaction, AuditTrail.Retention, AuditAction.RedactNotification, reference, now);
        return true;
    }
}

[JsonSerializable(typeof(RedactionReceipt))]
internal sealed partial class PrivacyJson : JsonSerializerContext;
