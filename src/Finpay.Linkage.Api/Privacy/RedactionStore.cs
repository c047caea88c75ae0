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

    /// <summary>Whether it was redacted before.</summary>
    [JsonIgnore]
    public bool WasRedacted { get; init; }
}

/// <summary>A redaction that is asked for or under way.</summary>
internal sealed record Redaction(string PartnerReferenceNo, string Actor, DateTimeOffset Now)
{
    /// <summary>When it was redacted first, if a restore has undone that.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Only a record that still has this version, and is not redacted.</summary>
    public long? DueVersion { get; init; }

    /// <summary>The history is redacted up to this version.</summary>
    public long HistoryVersion { get; init; }

    /// <summary>What the slices so far have removed.</summary>
    public int HistoryEntries { get; init; }

    /// <inheritdoc cref="HistoryEntries"/>
    public int Notifications { get; init; }

    /// <summary>Once it has ended.</summary>
    public RedactionReceipt? Receipt { get; init; }
}

/// <summary>Removes the personal data of one upgrade, its history and its notifications; the fact and the outcome stay.</summary>
internal static class RedactionStore
{
    /// <summary>Steps and notifications for one transaction, so that other writes do not wait for it.</summary>
    public const int SliceSize = 1000;

    private const string RemoveContent = "dedupe_key = NULL, kyc_message = NULL, phone_hash = NULL, raw = NULL";
    // One of another merchant's that names the reference is none of the upgrade's. What is invalid may name nobody's merchant.
    private const string WithoutUpgrade = """
        NOT EXISTS (SELECT 1 FROM upgrades WHERE upgrades.partner_reference_no = notifications.partner_reference_no
          AND (upgrades.merchant_id = notifications.merchant_id OR notifications.disposition = 'invalid'))
        """;

    private static readonly Statement RedactUpgrade = new(
        """
        UPDATE upgrades
        SET fingerprint = NULL, phone_no = NULL, phone_hash = NULL, widget_url = NULL,
          redacted_at = @redactedAt, status_since = COALESCE(status_since, updated_at), updated_at = @now, version = @version
        WHERE partner_reference_no = @reference AND version = @expected
        """);

    private static readonly Statement RedactHistory = new(
        """
        UPDATE upgrade_history SET message = NULL WHERE partner_reference_no = @reference AND version IN (
          SELECT version FROM upgrade_history WHERE partner_reference_no = @reference AND version > @after AND message IS NOT NULL
          ORDER BY version LIMIT @limit)
        RETURNING version
        """);

    private static readonly Statement RedactNotifications = new(
        $"""
         UPDATE notifications SET {RemoveContent} WHERE id IN (
           SELECT id FROM notifications WHERE partner_reference_no = @reference
             AND (merchant_id IS NULL OR merchant_id = @merchant OR disposition = 'invalid')
             AND (dedupe_key IS NOT NULL OR kyc_message IS NOT NULL OR phone_hash IS NOT NULL OR raw IS NOT NULL)
           LIMIT @limit)
         """);

    private static readonly Statement RedactReasons = new(
        "UPDATE audit SET reason = NULL WHERE partner_reference_no = @reference AND reason IS NOT NULL");

    private static readonly Statement RedactOneNotification = new(
        $"""
         UPDATE notifications SET {RemoveContent}
         WHERE id = @id AND raw IS NOT NULL AND last_received_at <= @latest AND {WithoutUpgrade} RETURNING partner_reference_no
         """);

    /// <summary>Notifications that belong to no upgrade and have not arrived again after @latest.</summary>
    public static readonly Statement SelectDueNotifications = new(
        $"""
         SELECT last_received_at, id, 0 FROM notifications
         WHERE raw IS NOT NULL AND disposition IN ('orphan', 'invalid', 'unknownOutcome')
           AND last_received_at <= @latest AND (last_received_at, id) > (@at, @key) AND {WithoutUpgrade}
         ORDER BY last_received_at, id LIMIT @limit
         """);

    /// <summary>Redacts one upgrade in slices. A redaction that was interrupted is repeated.</summary>
    /// <returns>Null when there is no such upgrade.</returns>
    /// <exception cref="StoreUnavailableException">A slice was not committed in time.</exception>
    public static async Task<RedactionReceipt?> RedactAsync(WriteQueue writes, Redaction redaction)
    {
        Redaction? next = redaction;
        while (next is { Receipt: null } current)
            next = await writes.ExecuteAsync(redaction.PartnerReferenceNo, writing => Slice(writing, current), persistent: true);
        return next?.Receipt;
    }

    /// <returns>Null when there is no such upgrade.</returns>
    private static Redaction? Slice(DbTransaction transaction, Redaction redaction)
    {
        var reference = redaction.PartnerReferenceNo;
        if (UpgradeRecords.Find(transaction, reference) is not { } row
            || (redaction.DueVersion is { } due && (row.RedactedAt is not null || row.Version != due)))
            return null;
        var steps = RedactHistory.Query(
            transaction, reader => reader.GetInt64(0), ("@reference", reference), ("@after", redaction.HistoryVersion),
            ("@limit", SliceSize));
        var notifications = RedactNotifications.Execute(
            transaction, ("@reference", reference), ("@merchant", row.MerchantId), ("@limit", SliceSize));
        redaction = redaction with
        {
            HistoryVersion = steps.Count == 0 ? redaction.HistoryVersion : steps.Max(),
            HistoryEntries = redaction.HistoryEntries + steps.Count,
            Notifications = redaction.Notifications + notifications,
        };
        // The record is redacted last, in the transaction that finds nothing more: so a redacted record never has data left.
        return steps.Count == SliceSize || notifications == SliceSize
            ? redaction
            : redaction with { Receipt = End(transaction, redaction, row) };
    }

    private static RedactionReceipt End(DbTransaction transaction, Redaction redaction, UpgradeRow row)
    {
        var (reference, now) = (redaction.PartnerReferenceNo, redaction.Now);
        var receipt = new RedactionReceipt
        {
            PartnerReferenceNo = reference,
            RedactedAt = row.RedactedAt ?? (redaction.Before ?? now).AsStored(),
            HistoryEntries = redaction.HistoryEntries,
            Notifications = redaction.Notifications,
            WasRedacted = row.RedactedAt is not null,
        };
        RedactReasons.Execute(transaction, ("@reference", reference));
        if (row.RedactedAt is null || receipt is { HistoryEntries: > 0 } or { Notifications: > 0 })
            AuditTrail.Add(transaction, redaction.Actor, AuditAction.Redact, reference, now);
        if (row.RedactedAt is not null)
            return receipt;

        // A running attempt keeps the record. How it ends is recorded; UpgradeStore keeps nothing else of it.
        var version = row.Version + 1;
        UpgradeRecords.Guarded(RedactUpgrade.Execute(
            transaction, ("@redactedAt", receipt.RedactedAt), ("@now", now), ("@version", version), ("@reference", reference),
            ("@expected", row.Version)));
        if (redaction.Actor != AuditTrail.Retention)
            UpgradeRecords.AddHistory(transaction, new HistoryEntry(
                Guid.CreateVersion7(now).ToString(), reference, version, now, row.Status, HistorySource.Operator));
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
