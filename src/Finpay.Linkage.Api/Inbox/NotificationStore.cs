using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>A notification to be kept, with everything encrypted and hashed beforehand.</summary>
internal sealed record ReceivedNotification
{
    public required string Id { get; init; }
    /// <summary>Null where its record is redacted: then nothing is kept that tells one content from another.</summary>
    public required KeyedHashes? DedupeKey { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required byte[]? Raw { get; init; }
    public required NotificationEvidence Evidence { get; init; }

    /// <summary>What it says; null for one that is kept as invalid.</summary>
    public UpgradeEvent? Event { get; init; }
    public string? PartnerReferenceNo { get; init; }
    public string? MerchantId { get; init; }
    public string? KycResponse { get; init; }
    public byte[]? KycMessage { get; init; }
    public KeyedHashes? PhoneHash { get; init; }
}

/// <param name="Id">Of the row, which an earlier delivery may have made.</param>
/// <param name="Disposition">What became of it.</param>
/// <param name="Deliveries">How often it came.</param>
/// <param name="PhoneMatches">Whether this delivery's phone is that of the record; null when one of them is missing.</param>
internal sealed record NotificationResult(string Id, Disposition Disposition, long Deliveries, bool? PhoneMatches = null);

/// <summary>The inbox: one row per distinct content, and the transition it causes, in one transaction on the writer's thread.</summary>
internal static class NotificationStore
{
    private const string Columns = "id, disposition, deliveries";

    private static readonly Statement CountRepeat = new(
        $"UPDATE notifications SET deliveries = deliveries + 1, last_received_at = @receivedAt WHERE dedupe_key = @dedupeKey RETURNING {Columns}", "@receivedAt", "@dedupeKey");

    private static readonly Statement InsertOrCount = new(
        $"""
         INSERT INTO notifications (id, dedupe_key, received_at, last_received_at, deliveries, partner_reference_no, merchant_id, kyc_response, kyc_message, phone_hash, disposition, evidence, raw)
         VALUES (@id, @dedupeKey, @receivedAt, @receivedAt, 1, @reference, @merchant, @kycResponse, @kycMessage, @phoneHash, @disposition, @evidence, @raw)
         ON CONFLICT (dedupe_key) DO UPDATE SET deliveries = notifications.deliveries + 1, last_received_at = excluded.last_received_at
         RETURNING {Columns}
         """,
        "@id", "@dedupeKey", "@receivedAt", "@reference", "@merchant", "@kycResponse", "@kycMessage", "@phoneHash", "@disposition", "@evidence", "@raw");

    private static readonly Statement SettleOrphan = new(
        "UPDATE notifications SET disposition = @disposition, evidence = COALESCE(@evidence, evidence) WHERE id = @id AND disposition = 'orphan'", "@disposition", "@evidence", "@id");

    private static readonly Statement SelectOrphans = new(
        """
        SELECT n.id, n.kyc_response FROM notifications n JOIN upgrades u ON u.partner_reference_no = n.partner_reference_no
        WHERE n.partner_reference_no = @reference AND n.disposition = 'orphan' AND n.merchant_id = u.merchant_id AND n.phone_hash IN (@current, @previous)
        ORDER BY n.received_at, n.id
        """,
        "@reference", "@current", "@previous");

    public static NotificationResult Receive(DbTransaction transaction, ReceivedNotification notification)
    {
        var named = notification.PartnerReferenceNo is { } reference ? UpgradeStore.Find(transaction, reference) : null;
        notification = Keepable(notification, named);
        var upgrade = notification.Event is null ? null : named;
        var (disposition, evidence) = Judge(notification, upgrade);

        var row = (notification.DedupeKey?.Previous is { } previousKey ? Repeat(transaction, previousKey, notification.ReceivedAt) : null)
            ?? Insert(transaction, notification, disposition, evidence);
        var stored = row with { PhoneMatches = evidence.PhoneMatches };
        if (upgrade is null)
            return stored;
        if (stored.Disposition == Disposition.Orphan)
            return ApplyLateOrphan(transaction, notification, upgrade, stored, disposition, evidence);
        if (stored.Id == notification.Id)
            Apply(transaction, upgrade, notification.Event!.Value, disposition, stored.Id, evidence.PhoneMatches == true ? notification.PhoneHash : null, notification.ReceivedAt);
        return stored;
    }

    /// <summary>It came before its record and comes again now that there is one: an honest delivery, which an early one, perhaps planted, must not swallow.</summary>
    public static NotificationResult ApplyLateOrphan(
        DbTransaction transaction, ReceivedNotification notification, UpgradeRow upgrade, NotificationResult stored, Disposition disposition, NotificationEvidence evidence)
    {
        Settle(transaction, stored.Id, disposition, evidence);
        Apply(transaction, upgrade, notification.Event!.Value, disposition, stored.Id, evidence.PhoneMatches == true ? notification.PhoneHash : null, notification.ReceivedAt);
        return stored with { Disposition = disposition };
    }

    /// <summary>
    /// What may be kept of one whose record is redacted: fact and outcome. Without a dedupe key a repeat is a row and a step of history of its own; that nothing is
    /// applied twice is then left to the state machine, for which a result that the record already has is a duplicate.
    /// </summary>
    public static ReceivedNotification Keepable(ReceivedNotification notification, UpgradeRow? named) =>
        named?.RedactedAt is null ? notification : notification with { DedupeKey = null, Raw = null, KycMessage = null, PhoneHash = null };

    /// <summary>What it does to its record, which may be missing.</summary>
    public static (Disposition Disposition, NotificationEvidence Evidence) Judge(ReceivedNotification notification, UpgradeRow? upgrade)
    {
        var disposition = notification.Event is not { } happened ? Disposition.Invalid
            : upgrade is null ? UpgradeTransitions.WithoutRecord(happened)
            : UpgradeTransitions.Decide(upgrade.CurrentStatus, happened).Disposition!.Value;
        bool? phoneMatches = upgrade?.PhoneHash is not null && notification.PhoneHash is { } hash ? hash.Matches(upgrade.PhoneHash) : null;
        return (disposition, notification.Evidence with { ReferenceKnown = notification.Event is null ? null : upgrade is not null, PhoneMatches = phoneMatches });
    }

    /// <summary>
    /// Applies orphans of a reference whose record has just come to be known by Finnet's own word, when phone and merchant agree (api.md, «An orphan is adopted»).
    /// </summary>
    /// <returns>Whether there were any.</returns>
    public static bool AdoptOrphans(DbTransaction transaction, string partnerReferenceNo, KeyedHashes phone, DateTimeOffset now)
    {
        var orphans = SelectOrphans.Query(
            transaction, reader => (Id: reader.GetString(0), KycResponse: reader.GetString(1)), partnerReferenceNo, phone.Current, phone.PreviousOrCurrent);
        foreach (var (id, kycResponse) in orphans)
        {
            var upgrade = UpgradeStore.Find(transaction, partnerReferenceNo)!;
            var happened = ToEvent(KycOutcomes.Read(kycResponse));
            var disposition = UpgradeTransitions.Decide(upgrade.CurrentStatus, happened).Disposition!.Value;
            Settle(transaction, id, disposition);
            Apply(transaction, upgrade, happened, disposition, id, phone, now);
        }

        return orphans.Count > 0;
    }

    public static UpgradeEvent ToEvent(KycOutcome outcome) => outcome switch
    {
        KycOutcome.Approved => UpgradeEvent.NotifiedApproved,
        KycOutcome.Rejected => UpgradeEvent.NotifiedRejected,
        _ => UpgradeEvent.NotifiedUnknown,
    };

    private static void Apply(DbTransaction transaction, UpgradeRow upgrade, UpgradeEvent happened, Disposition disposition, string id, KeyedHashes? phone, DateTimeOffset now)
    {
        UpgradeStore.ApplyNotification(transaction, upgrade, happened, id, viaReference: null, now);
        if (disposition is not (Disposition.Applied or Disposition.Duplicate))
            return;
        foreach (var other in UpgradeStore.InProcessOfSamePhone(transaction, upgrade, phone))
            UpgradeStore.ApplyNotification(transaction, other, happened, id, upgrade.PartnerReferenceNo, now);
    }

    /// <summary>An orphan found its record.</summary>
    private static void Settle(DbTransaction transaction, string id, Disposition disposition, NotificationEvidence? evidence = null) =>
        SettleOrphan.Execute(transaction, disposition.ToText(), evidence?.ToJson(), id);

    private static NotificationResult? Repeat(DbTransaction transaction, byte[] dedupeKey, DateTimeOffset receivedAt) =>
        CountRepeat.QuerySingle(transaction, Read, receivedAt.ToUnixTimeMilliseconds(), dedupeKey);

    private static NotificationResult Insert(DbTransaction transaction, ReceivedNotification notification, Disposition disposition, NotificationEvidence evidence) => InsertOrCount.QuerySingle(
        transaction,
        Read,
        notification.Id,
        notification.DedupeKey?.Current,
        notification.ReceivedAt.ToUnixTimeMilliseconds(),
        notification.PartnerReferenceNo,
        notification.MerchantId,
        notification.KycResponse,
        notification.KycMessage,
        notification.PhoneHash?.Current,
        disposition.ToText(),
        evidence.ToJson(),
        notification.Raw)!;

    private static NotificationResult Read(DbDataReader reader) => new(reader.GetString(0), EnumText.Parse<Disposition>(reader.GetString(1)), reader.GetInt64(2));
}
