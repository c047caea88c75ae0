using System.Data.Common;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>A row of <c>notifications</c> to be written: encrypted and hashed.</summary>
internal sealed record ReceivedNotification
{
    public required string Id { get; init; }

    /// <summary>Null when its record is redacted: then nothing is kept that tells one content from another.</summary>
    public required KeyedHashes? DedupeKey { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required byte[]? Raw { get; init; }
    public required NotificationEvidence Evidence { get; init; }

    /// <summary>Null for one that is kept as invalid.</summary>
    public KycOutcome? Outcome { get; init; }
    public string? PartnerReferenceNo { get; init; }
    public string? MerchantId { get; init; }

    /// <summary>A known word as it came, else «other».</summary>
    public string? KycResponse { get; init; }
    public byte[]? KycMessage { get; init; }
    public KeyedHashes? PhoneHash { get; init; }

    /// <summary>
    /// While the lookup key is being replaced: the hashes of a record's phone, from its encrypted one and its reference. Null otherwise.
    /// </summary>
    public Func<byte[], string, KeyedHashes?>? HashPhone { get; init; }
}

/// <summary>What became of a notification. An earlier delivery may have made its row.</summary>
internal sealed record StoredNotification(string Id, Disposition Disposition, long Deliveries, bool? PhoneMatches = null)
{
    /// <summary>How long ago the widget was issued whose result it is.</summary>
    public TimeSpan? SinceWidget { get; init; }
}

/// <summary>The inbox: one row for each content. Encrypts and hashes before the write queue.</summary>
internal sealed class InboxStore(
    WriteQueue writes, StorageKeySet keys, TimeProvider clock, EventOutbox outbox) : IOrphans
{
    private const string Columns = "id, disposition, deliveries";
    private const string OtherWords = "other";

    private static readonly Statement CountRepeat = new(
        $"""
         UPDATE notifications SET deliveries = deliveries + 1, last_received_at = COALESCE({Dialect.ServerTime}, @receivedAt)
         WHERE dedupe_key = @dedupeKey RETURNING {Columns}
         """);

    private static readonly Statement InsertOrCount = new(
        $"""
         INSERT INTO notifications (id, dedupe_key, received_at, last_received_at, deliveries, partner_reference_no, merchant_id,
           kyc_response, kyc_message, phone_hash, disposition, evidence, raw)
         VALUES (@id, @dedupeKey, COALESCE({Dialect.ServerTime}, @receivedAt), COALESCE({Dialect.ServerTime}, @receivedAt), 1,
           @reference, @merchant, @kycResponse, @kycMessage, @phoneHash, @disposition, @evidence, @raw)
         ON CONFLICT (dedupe_key) DO UPDATE SET deliveries = notifications.deliveries + 1, last_received_at = excluded.last_received_at
         RETURNING {Columns}
         """);

    // The same for many references at once, with PostgreSQL alone.
    private static readonly Statement InsertOrCountAll = new(
        $"""
         INSERT INTO notifications (id, dedupe_key, received_at, last_received_at, deliveries, partner_reference_no, merchant_id,
           kyc_response, kyc_message, phone_hash, disposition, evidence, raw)
         SELECT id, dedupe_key, {Dialect.ServerTime}, {Dialect.ServerTime}, 1, reference, merchant, kyc_response, kyc_message, phone_hash,
           disposition, evidence, raw
         FROM unnest(@id, @dedupeKey, @reference, @merchant, @kycResponse, @kycMessage, @phoneHash, @disposition, @evidence,
           @raw) AS received (id, dedupe_key, reference, merchant, kyc_response, kyc_message, phone_hash, disposition,
           evidence, raw)
         ON CONFLICT (dedupe_key) DO UPDATE SET deliveries = notifications.deliveries + 1, last_received_at = excluded.last_received_at
         RETURNING {Columns}, dedupe_key
         """);

    private static readonly Statement SelectPhone =
        new("SELECT phone_no FROM upgrades WHERE partner_reference_no = @reference AND phone_no IS NOT NULL");

    private static readonly Statement SettleOrphan = new(
        """
        UPDATE notifications SET disposition = @disposition, evidence = COALESCE(@evidence, evidence)
        WHERE id = @id AND disposition = 'orphan'
        """);

    private static readonly Statement SelectOrphans = new(
        """
        SELECT id, kyc_response FROM notifications
        WHERE partner_reference_no = @reference AND disposition = 'orphan' AND merchant_id = @merchant
          AND phone_hash IN (@current, @previous) AND received_at >= @since
        ORDER BY received_at, id
        """);

    private static readonly Statement SelectOtherContradiction = new(
        """
        SELECT id FROM notifications WHERE partner_reference_no = @reference AND disposition = 'contradiction' AND id <> @id LIMIT 1
        """);

    /// <summary>Ends when it is on disk. What can't be read, or has a problem in its evidence, is kept as invalid.</summary>
    public async Task<StoredNotification> StoreAsync(byte[] raw, KycNotificationReading reading, NotificationEvidence evidence)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        var ours = evidence.Problem is null ? reading.Notification : null;
        var received = new ReceivedNotification
        {
            Id = id,
            DedupeKey = ours is null
                ? NotificationHashes.Invalid(keys.Lookup, raw, evidence)
                : NotificationHashes.Content(keys.Lookup, ours),
            ReceivedAt = now,
            Raw = keys.Cipher.Encrypt(raw, EncryptedColumns.Raw, id),
            Evidence = evidence,
            Outcome = ours?.Outcome,
            PartnerReferenceNo = StoredText.Of(reading.PartnerReferenceNo),
            MerchantId = StoredText.Of(reading.MerchantId),
            KycResponse = KnownWord(reading.KycResponse),
            KycMessage = reading.Problem == KycNotificationProblem.NotJson
                ? null
                : keys.Cipher.Encrypt(reading.KycMessage.Reveal(), EncryptedColumns.KycMessage, id),
            PhoneHash = NotificationHashes.Phone(keys.Lookup, reading.PhoneNo),
            HashPhone = keys.Lookup.IsBeingReplaced ? HashPhone : null,
        };
        var stored = await writes.ExecuteAsync(received.PartnerReferenceNo ?? "", received, Receive);
        outbox.TellCommitted();
        return stored;
    }

    /// <summary>
    /// Each names another reference. Over a network a statement costs a round trip, which is more than its work: so with PostgreSQL those
    /// that can't touch each other share five statements.
    /// </summary>
    public IReadOnlyList<StoredNotification> Receive(DbTransaction transaction, IReadOnlyList<ReceivedNotification> notifications)
    {
        var together = notifications.Count > 1 ? ReceiveTogether(transaction, notifications) : [];
        return [.. notifications.Select(one => together.TryGetValue(one.Id, out var stored) ? stored : ReceiveOne(transaction, one))];
    }

    /// <returns>What became of them, by id; without those that have to be received alone.</returns>
    private Dictionary<string, StoredNotification> ReceiveTogether(
        DbTransaction transaction, IEnumerable<ReceivedNotification> notifications)
    {
        // While the lookup key is being replaced, one may be a repeat under the other key.
        var plain = notifications.Where(one => one.DedupeKey?.Previous is null).ToList();
        var records = UpgradeRecords.FindAll(transaction, [.. plain.Select(one => one.PartnerReferenceNo)])
            .ToDictionary(row => row.PartnerReferenceNo, StringComparer.Ordinal);
        string[] unknown =
            [.. plain.Select(one => one.PartnerReferenceNo).OfType<string>().Where(reference => !records.ContainsKey(reference))];
        if (transaction.HoldOrphans(unknown))
            UpgradeRecords.FindAll(transaction, unknown).ForEach(row => records[row.PartnerReferenceNo] = row);
        var judged = plain.ConvertAll(one => Judge(one, records.GetValueOrDefault(one.PartnerReferenceNo ?? "")));
        // One may settle a record in process besides its own, or its own may be settled so; of a redacted record it may be a
        // repeat, and of one that asks about another it settles that one.
        var busy = UpgradeRecords.PhonesInProcess(transaction, [.. judged.SelectMany(PhonesOf)]);
        judged.RemoveAll(one =>
            one.Upgrade is { RedactedAt: not null } or { AskedFor: not null }
            || PhonesOf(one).Any(phone => busy.Exists(phone.SequenceEqual)));
        var rows = InsertOrCountAll.Query(
            transaction, reader => (Key: Key(reader.Bytes(3), reader.GetString(0)), Row: Read(reader)),
            Column("@id", one => one.Notification.Id), Column("@dedupeKey", one => one.Notification.DedupeKey?.Current),
            Column("@reference", one => one.Notification.PartnerReferenceNo), Column("@merchant", one => one.Notification.MerchantId),
            Column("@kycResponse", one => one.Notification.KycResponse), Column("@kycMessage", one => one.Notification.KycMessage),
            Column("@phoneHash", one => one.Notification.PhoneHash?.Current),
            Column("@disposition", one => EnumText.Of(one.Disposition)), Column("@evidence", one => one.Evidence.ToJson()),
            Column("@raw", one => one.Notification.Raw)).ToDictionary(one => one.Key, one => one.Row, StringComparer.Ordinal);
        var settled = judged.ConvertAll(one =>
            Settled(transaction, one, rows[Key(one.Notification.DedupeKey?.Current, one.Notification.Id)]));
        var news = judged.Zip(settled).Where(pair => pair.Second.Moves).Select(pair => (
            pair.First.Disposition, Move: (pair.First.Upgrade!, pair.First.Notification.Outcome!.Value, pair.Second.Stored.Id))).ToList();
        UpgradeRecords.NotifyAll(
            transaction, [.. news.Where(one => one.Disposition == Disposition.Applied).Select(one => one.Move)], outbox);
        outbox.Add(transaction, [.. news.Where(one => one.Disposition == Disposition.Contradiction)
            .Select(one => UpgradeRecords.EventOf(one.Move.Item1, one.Move.Value)!)]);
        return judged.Zip(settled).ToDictionary(pair => pair.First.Notification.Id, pair => pair.Second.Stored, StringComparer.Ordinal);

        (string Name, object? Value) Column<T>(string name, Func<Judged, T> of) => (name, judged.Select(of).ToArray());

        static string Key(byte[]? dedupeKey, string id) => dedupeKey is null ? id : Convert.ToHexString(dedupeKey);

        static IEnumerable<byte[]> PhonesOf(Judged one) =>
            new[] { one.Upgrade?.PhoneHash, one.Notification.PhoneHash?.Current }.OfType<byte[]>();
    }

    private StoredNotification ReceiveOne(DbTransaction transaction, ReceivedNotification notification)
    {
        var named = notification.PartnerReferenceNo is { } reference ? Find(transaction, reference) : null;
        var judged = Judge(notification, named);
        notification = judged.Notification;
        var (stored, moves) = Settled(transaction, judged, Repeat(transaction, notification) ?? Insert(transaction, judged));
        if (moves && !IsRepeatedContradiction(transaction, judged, stored.Id))
            UpgradeRecords.Notify(
                transaction, judged.Upgrade!, notification.Outcome!.Value, stored.Id,
                notification.PhoneHash ?? PhoneOf(transaction, judged.Upgrade!, notification), notification.ReceivedAt, outbox);

        return stored;
    }

    // The content of a redacted record's notifications is gone, so that a repeat has a row of its own; it is told once all the same.
    private static bool IsRepeatedContradiction(DbTransaction transaction, Judged judged, string id) =>
        judged is { Upgrade: { RedactedAt: not null } upgrade, Disposition: Disposition.Contradiction }
        && SelectOtherContradiction.Query(transaction, _ => true, ("@reference", upgrade.PartnerReferenceNo), ("@id", id)).Count > 0;

    // Before it becomes an orphan, its record is looked for once more under the lock that adoption takes, so that the two can't miss
    // each other.
    private static UpgradeRow? Find(DbTransaction transaction, string reference) => UpgradeRecords.Find(transaction, reference)
        ?? (transaction.HoldOrphans(reference) ? UpgradeRecords.Find(transaction, reference) : null);

    // Other records of the phone may be found under the other key alone, and a notification need not name the phone.
    private static KeyedHashes? PhoneOf(DbTransaction transaction, UpgradeRow row, ReceivedNotification notification) =>
        notification.HashPhone is { } hash
        && SelectPhone.QuerySingle(transaction, reader => reader.Bytes(0)!, ("@reference", row.PartnerReferenceNo)) is { } phone
            ? hash(phone, row.PartnerReferenceNo)
            : null;

    // Other words may be anything, personal data too: they are in the encrypted bytes alone, and go with them.
    private static string? KnownWord(string? words) =>
        words is not null && KycOutcomes.Read(words) == KycOutcome.Unknown ? OtherWords : StoredText.Of(words);

    private KeyedHashes? HashPhone(byte[] phone, string reference) =>
        keys.Cipher.TryDecryptText(phone, EncryptedColumns.Phone, reference, out var clear)
            ? keys.Lookup.ComputeAll(UpgradeRecords.PhonePurpose, clear!)
            : null;

    /// <returns>What is stored, and whether it moves its record: only new content does.</returns>
    private static (StoredNotification Stored, bool Moves) Settled(DbTransaction transaction, Judged judged, StoredNotification stored)
    {
        stored = stored with { PhoneMatches = judged.Evidence.PhoneMatches };
        if (judged.Upgrade is null)
            return (stored, false);
        if (stored.Id == judged.Notification.Id)
            return (stored with { SinceWidget = judged.SinceWidget }, true);
        // An orphan arrives again, now that there is a record: an early delivery, perhaps planted, must not suppress an honest one.
        if (stored.Disposition != Disposition.Orphan)
            return (stored, false);
        Settle(transaction, stored.Id, judged.Disposition, judged.Evidence);
        return (stored with { Disposition = judged.Disposition, SinceWidget = judged.SinceWidget }, true);
    }

    public bool Adopt(DbTransaction transaction, UpgradeRow row, KeyedHashes phone, DateTimeOffset since, DateTimeOffset now)
    {
        transaction.HoldOrphans(row.PartnerReferenceNo);
        var orphans = SelectOrphans.Query(
            transaction, reader => (Id: reader.GetString(0), Outcome: KycOutcomes.Read(reader.GetString(1))),
            ("@reference", row.PartnerReferenceNo), ("@merchant", row.MerchantId), ("@current", phone.Current),
            ("@previous", phone.PreviousOrCurrent), ("@since", since));
        var adopted = 0;
        foreach (var (id, outcome) in orphans)
        {
            var current = UpgradeRecords.Find(transaction, row.PartnerReferenceNo)!;
            // An operator may have applied it meanwhile.
            if (Settle(transaction, id, UpgradeTransitions.After(current.Status, outcome).Disposition) == 0)
                continue;
            UpgradeRecords.Notify(transaction, current, outcome, id, phone, now, outbox);
            adopted++;
        }

        return adopted > 0;
    }

    private static Judged Judge(ReceivedNotification notification, UpgradeRow? named)
    {
        // For a redacted record only the fact and the outcome are kept; a repeat is then a row of its own, with the disposition duplicate.
        if (named is { RedactedAt: not null } && (notification.Outcome is null || named.MerchantId == notification.MerchantId))
            notification = notification with { DedupeKey = null, Raw = null, KycMessage = null, PhoneHash = null };
        // A reference of another merchant's is none of this one's.
        var upgrade = notification.Outcome is null || named?.MerchantId != notification.MerchantId ? null : named;
        var disposition = notification.Outcome is not { } outcome ? Disposition.Invalid
            : upgrade is not null ? UpgradeTransitions.After(upgrade.Status, outcome).Disposition
            : outcome == KycOutcome.Unknown ? Disposition.UnknownOutcome
            : Disposition.Orphan;
        bool? phoneMatches = upgrade?.PhoneHash is not null && notification.PhoneHash is { } hash ? hash.Matches(upgrade.PhoneHash) : null;
        bool? isKnown = notification.Outcome is null ? null : upgrade is not null;
        return new(
            notification, upgrade, disposition, notification.Evidence with { ReferenceKnown = isKnown, PhoneMatches = phoneMatches });
    }

    private static int Settle(DbTransaction transaction, string id, Disposition disposition, NotificationEvidence? evidence = null) =>
        SettleOrphan.Execute(transaction, ("@disposition", disposition), ("@evidence", evidence?.ToJson()), ("@id", id));

    // While the lookup key is being replaced its first delivery may be stored under the other key. Another instance may store it so right
    // now, which no constraint would see: one waits for the other.
    private static StoredNotification? Repeat(DbTransaction transaction, ReceivedNotification notification)
    {
        if (notification.DedupeKey is not { Previous: { } other, CommonLock: { } common })
            return null;
        transaction.Lock(common);
        return CountRepeat.QuerySingle(transaction, Read, ("@receivedAt", notification.ReceivedAt), ("@dedupeKey", other));
    }

    private static StoredNotification Insert(DbTransaction transaction, Judged judged) => InsertOrCount.QuerySingle(
        transaction, Read, ("@id", judged.Notification.Id), ("@dedupeKey", judged.Notification.DedupeKey?.Current),
        ("@receivedAt", judged.Notification.ReceivedAt), ("@reference", judged.Notification.PartnerReferenceNo),
        ("@merchant", judged.Notification.MerchantId), ("@kycResponse", judged.Notification.KycResponse),
        ("@kycMessage", judged.Notification.KycMessage), ("@phoneHash", judged.Notification.PhoneHash?.Current),
        ("@disposition", judged.Disposition), ("@evidence", judged.Evidence.ToJson()), ("@raw", judged.Notification.Raw))!;

    private static StoredNotification Read(DbDataReader reader) =>
        new(reader.GetString(0), reader.Word<Disposition>(1), reader.GetInt64(2));

    /// <summary>A notification, the record that it may move, and what becomes of it.</summary>
    private sealed record Judged(
        ReceivedNotification Notification, UpgradeRow? Upgrade, Disposition Disposition, NotificationEvidence Evidence)
    {
        public TimeSpan? SinceWidget =>
            Disposition == Disposition.Applied && Upgrade is { Status: UpgradeStatus.WidgetIssued, UpdatedAt: var issued }
                ? Notification.ReceivedAt - issued
                : null;
    }
}
