using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Npgsql;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>
/// Many notifications in a few statements. Over a network each statement costs a round trip, which is more than its work; so on PostgreSQL those that
/// can't touch each other share five. All others, and all on SQLite, are done one after the other by <see cref="NotificationStore"/>, with the same result.
/// </summary>
internal static class NotificationBatch
{
    private static readonly Statement InsertOrCountAll = new(
        """
        INSERT INTO notifications (id, dedupe_key, received_at, last_received_at, deliveries, partner_reference_no, merchant_id, kyc_response, kyc_message, phone_hash, disposition, evidence, raw)
        SELECT id, dedupe_key, received_at, received_at, 1, reference, merchant, kyc_response, kyc_message, phone_hash, disposition, evidence, raw
        FROM unnest(@ids, @dedupeKeys, @receivedAts, @references, @merchants, @kycResponses, @kycMessages, @phoneHashes, @dispositions, @evidences, @raws)
          AS received (id, dedupe_key, received_at, reference, merchant, kyc_response, kyc_message, phone_hash, disposition, evidence, raw)
        ON CONFLICT (dedupe_key) DO UPDATE SET deliveries = notifications.deliveries + 1, last_received_at = excluded.last_received_at
        RETURNING partner_reference_no, id, disposition, deliveries
        """,
        "@ids", "@dedupeKeys", "@receivedAts", "@references", "@merchants", "@kycResponses", "@kycMessages", "@phoneHashes", "@dispositions", "@evidences", "@raws");

    public static IReadOnlyList<NotificationResult> Receive(DbTransaction transaction, IReadOnlyList<ReceivedNotification> notifications)
    {
        var results = new Dictionary<string, NotificationResult>(notifications.Count, StringComparer.Ordinal);
        var together = new List<ReceivedNotification>(notifications.Count);
        var references = new HashSet<string>(StringComparer.Ordinal);
        foreach (var notification in notifications)
        {
            var isPlain = transaction is NpgsqlTransaction && notification is { Event: not null, PartnerReferenceNo: not null, DedupeKey: { Previous: null } };
            if (isPlain && references.Add(notification.PartnerReferenceNo!))
            {
                together.Add(notification);
                continue;
            }

            // What came before it for the same reference is done before it.
            ReceiveTogether(transaction, together, results);
            together.Clear();
            references.Clear();
            results.Add(notification.Id, NotificationStore.Receive(transaction, notification));
        }

        ReceiveTogether(transaction, together, results);
        return [.. notifications.Select(notification => results[notification.Id])];
    }

    /// <summary>Each names another reference.</summary>
    private static void ReceiveTogether(DbTransaction transaction, List<ReceivedNotification> notifications, Dictionary<string, NotificationResult> results)
    {
        var alone = notifications;
        if (notifications.Count > 1)
        {
            var upgrades = UpgradeStore.FindAll(transaction, [.. notifications.Select(notification => notification.PartnerReferenceNo!)]);
            alone = TouchingOthers(transaction, notifications, upgrades);
            Store(transaction, [.. notifications.Except(alone).Select(each => NotificationStore.Keepable(each, upgrades.GetValueOrDefault(each.PartnerReferenceNo!)))], upgrades, results);
        }

        foreach (var notification in alone)
            results.Add(notification.Id, NotificationStore.Receive(transaction, notification));
    }

    /// <summary>Those that may settle a record «on process» besides the one they name, or whose own may be settled so.</summary>
    private static List<ReceivedNotification> TouchingOthers(DbTransaction transaction, List<ReceivedNotification> notifications, Dictionary<string, UpgradeRow> upgrades)
    {
        var inProcess = UpgradeStore.PhonesInProcess(transaction, [.. notifications.SelectMany(PhonesOf)]);
        if (inProcess.Count == 0)
            return [];
        var phones = inProcess.Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        return notifications.FindAll(notification => PhonesOf(notification).Any(phone => phones.Contains(Convert.ToHexString(phone))));

        IEnumerable<byte[]> PhonesOf(ReceivedNotification notification)
        {
            if (upgrades.TryGetValue(notification.PartnerReferenceNo!, out var upgrade) && upgrade.PhoneHash is { } own)
                yield return own;
            if (notification.PhoneHash is not { } sent)
                yield break;
            yield return sent.Current;
            yield return sent.PreviousOrCurrent;
        }
    }

    private static void Store(
        DbTransaction transaction, List<ReceivedNotification> notifications, Dictionary<string, UpgradeRow> upgrades, Dictionary<string, NotificationResult> results)
    {
        if (notifications.Count == 0)
            return;
        var judged = notifications.ConvertAll(notification => NotificationStore.Judge(notification, upgrades.GetValueOrDefault(notification.PartnerReferenceNo!)));
        var stored = Insert(transaction, notifications, judged);
        var steps = new List<(UpgradeRow, UpgradeEvent, string, DateTimeOffset)>(notifications.Count);
        for (var index = 0; index < notifications.Count; index++)
        {
            var (notification, (disposition, evidence)) = (notifications[index], judged[index]);
            var result = stored[notification.PartnerReferenceNo!] with { PhoneMatches = evidence.PhoneMatches };
            if (upgrades.TryGetValue(notification.PartnerReferenceNo!, out var upgrade))
            {
                if (result.Id == notification.Id)
                    steps.Add((upgrade, notification.Event!.Value, result.Id, notification.ReceivedAt));
                else if (result.Disposition == Disposition.Orphan)
                    result = NotificationStore.ApplyLateOrphan(transaction, notification, upgrade, result, disposition, evidence);
            }

            results.Add(notification.Id, result);
        }

        UpgradeStore.ApplyNotifications(transaction, steps);
    }

    /// <returns>What is stored now, by reference.</returns>
    private static Dictionary<string, NotificationResult> Insert(
        DbTransaction transaction, List<ReceivedNotification> notifications, List<(Disposition Disposition, NotificationEvidence Evidence)> judged)
    {
        var rows = InsertOrCountAll.Query(
            transaction,
            reader => (Reference: reader.GetString(0), Result: new NotificationResult(reader.GetString(1), EnumText.Parse<Disposition>(reader.GetString(2)), reader.GetInt64(3))),
            Column(notification => notification.Id),
            Column(notification => notification.DedupeKey?.Current),
            Column(notification => notification.ReceivedAt.ToUnixTimeMilliseconds()),
            Column(notification => notification.PartnerReferenceNo),
            Column(notification => notification.MerchantId),
            Column(notification => notification.KycResponse),
            Column(notification => notification.KycMessage),
            Column(notification => notification.PhoneHash?.Current),
            judged.ConvertAll(each => each.Disposition.ToText()).ToArray(),
            judged.ConvertAll(each => each.Evidence.ToJson()).ToArray(),
            Column(notification => notification.Raw));
        return rows.ToDictionary(row => row.Reference, row => row.Result, StringComparer.Ordinal);

        T[] Column<T>(Func<ReceivedNotification, T> of) => [.. notifications.Select(of)];
    }
}
