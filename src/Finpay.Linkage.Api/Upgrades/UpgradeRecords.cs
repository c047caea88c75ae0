using System.Data;
using System.Data.Common;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The statements on a record that every writer uses, inside its own transaction: find it, move it, add to its history.</summary>
internal static class UpgradeRecords
{
    /// <summary>Keeps keyed hashes of phone numbers apart from others.</summary>
    public const string PhonePurpose = "phone";

    private static readonly Statement Select =
        new($"SELECT {UpgradeRow.Columns} FROM upgrades WHERE partner_reference_no = @reference FOR UPDATE");

    private static readonly Statement SelectAll = new(
        $"""
         SELECT {UpgradeRow.Columns} FROM upgrades
         WHERE partner_reference_no = ANY(@references) ORDER BY partner_reference_no FOR UPDATE
         """);

    private static readonly Statement UpdateStatus = new(
        $"""
        UPDATE upgrades
        SET status = @status, status_since = NULL, widget_url = NULL, version = @version,
          updated_at = COALESCE({Dialect.ServerTime}, @now)
        WHERE partner_reference_no = @reference AND version = @expected
        """);

    // With PostgreSQL alone, many records at once.
    private static readonly Statement SelectPhonesInProcess =
        new("SELECT phone_hash FROM upgrades WHERE phone_hash = ANY(@phones) AND status || '' = 'inProcess'");

    private static readonly Statement UpdateStatuses = new(
        $"""
        UPDATE upgrades
        SET status = moved.status, status_since = NULL, widget_url = NULL,
          version = moved.expected + 1, updated_at = {Dialect.ServerTime}
        FROM unnest(@status, @reference, @expected) AS moved (status, reference, expected)
        WHERE partner_reference_no = moved.reference AND version = moved.expected
        """);

    private static readonly Statement InsertHistories = new(
        $"""
        INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, notification_id)
        SELECT id, reference, expected + 1, {Dialect.ServerTime}, status, @source, id
        FROM unnest(@id, @status, @reference, @expected) AS moved (id, status, reference, expected)
        """);

    private static readonly Statement InsertHistory = new(
        $"""
        INSERT INTO upgrade_history (
          id, partner_reference_no, version, at, status, source, response_code, message, notification_id)
        VALUES (
          @id, @reference, @version, COALESCE({Dialect.ServerTime}, @at), @status, @source, @responseCode, @message, @notificationId)
        """);

    /// <summary>A record, locked until the transaction ends.</summary>
    public static UpgradeRow? Find(DbTransaction transaction, string partnerReferenceNo) =>
        Select.QuerySingle(transaction, UpgradeRow.Read, ("@reference", partnerReferenceNo));

    /// <summary>The same for many at once, with PostgreSQL alone.</summary>
    public static List<UpgradeRow> FindAll(DbTransaction transaction, string?[] partnerReferenceNos) =>
        SelectAll.Query(transaction, UpgradeRow.Read, ("@references", partnerReferenceNos));

    /// <summary>
    /// Applies the outcome of a notification to the record that it names and, unless the notification names another phone than the
    /// record's, to the other records that it settles.
    /// </summary>
    public static void Notify(
        DbTransaction transaction, UpgradeRow row, KycOutcome outcome, string notificationId, KeyedHashes? phone, DateTimeOffset now,
        EventOutbox outbox)
    {
        var disposition = Move(transaction, row, outcome, notificationId, now, outbox);
        var isOther = phone is not null && row.PhoneHash is not null && !phone.Matches(row.PhoneHash);
        if (disposition is not (Disposition.Applied or Disposition.Duplicate) || isOther)
            return;
        var status = UpgradeTransitions.After(UpgradeStatus.InProcess, outcome).Status;
        var line = new HistoryEntry(notificationId, row.PartnerReferenceNo, 0, now, status, HistorySource.KycNotification)
        {
            NotificationId = notificationId,
        };
        Settling.ByNotification(transaction, row, phone, line, outbox);
    }

    /// <summary>Which of these phones have a record in process.</summary>
    public static List<byte[]> PhonesInProcess(DbTransaction transaction, byte[][] phones) =>
        SelectPhonesInProcess.Query(transaction, reader => reader.Bytes(0)!, ("@phones", phones));

    /// <summary>Applies outcomes that settle no other record, each to another record.</summary>
    public static void NotifyAll(
        DbTransaction transaction, List<(UpgradeRow Row, KycOutcome Outcome, string NotificationId)> moves, EventOutbox outbox)
    {
        var (reference, expected) = (Column(one => one.Row.PartnerReferenceNo), Column(one => one.Row.Version));
        var status = Column(one => EnumText.Of(UpgradeTransitions.After(one.Row.Status, one.Outcome).Status));
        Guarded(
            UpdateStatuses.Execute(transaction, ("@status", status), ("@reference", reference), ("@expected", expected)),
            moves.Count);
        InsertHistories.Execute(
            transaction, ("@source", HistorySource.KycNotification), ("@id", Column(one => one.NotificationId)), ("@status", status),
            ("@reference", reference), ("@expected", expected));
        outbox.Add(transaction, moves.ConvertAll(one => EventOf(one.Row, one.Outcome)!));

        T[] Column<T>(Func<(UpgradeRow Row, KycOutcome Outcome, string NotificationId), T> of) =>
            [.. moves.Select(of)];
    }

    public static void AddHistory(DbTransaction transaction, HistoryEntry entry) => InsertHistory.Execute(
        transaction, ("@id", entry.Id), ("@reference", entry.PartnerReferenceNo), ("@version", entry.Version), ("@at", entry.At),
        ("@status", entry.Status), ("@source", entry.Source), ("@responseCode", entry.ResponseCode), ("@message", entry.Message),
        ("@notificationId", entry.NotificationId));

    /// <summary>Checks that a guarded update changed its row. The row is locked, so another count is a fault of this program.</summary>
    public static void Guarded(int rows, int expected = 1)
    {
        if (rows != expected)
            throw new DBConcurrencyException("The record changed while it was locked.");
    }

    /// <summary>What the merchant's systems are told of an outcome for a record; null when it changes nothing.</summary>
    public static UpgradeEvent? EventOf(UpgradeRow row, KycOutcome outcome)
    {
        var (status, disposition) = UpgradeTransitions.After(row.Status, outcome);
        return disposition switch
        {
            Disposition.Applied => EventOf(row with { Status = status, Version = row.Version + 1 }, ResultEvent(status)!),
            Disposition.Contradiction => EventOf(row, EventTypes.Contradicted),
            _ => null,
        };
    }

    public static UpgradeEvent EventOf(UpgradeRow row, string type, DateTimeOffset? at = null) =>
        new(type, row.PartnerReferenceNo, row.Owner, row.MerchantId, row.Status, row.Version, at);

    /// <summary>The event of a status; null when it is not told.</summary>
    public static string? ResultEvent(UpgradeStatus status) => status switch
    {
        UpgradeStatus.Approved => EventTypes.Approved,
        UpgradeStatus.Rejected => EventTypes.Rejected,
        _ => null,
    };

    /// <summary>Moves a record that is locked. What changes nothing leaves no trace in the record.</summary>
    public static Disposition Move(
        DbTransaction transaction, UpgradeRow row, KycOutcome outcome, string notificationId, DateTimeOffset now, EventOutbox outbox,
        HistorySource source = HistorySource.KycNotification)
    {
        var after = UpgradeTransitions.After(row.Status, outcome);
        if (EventOf(row, outcome) is { } told)
            outbox.Add(transaction, told);
        if (after.Disposition != Disposition.Applied)
            return after.Disposition;
        var version = row.Version + 1;
        Guarded(UpdateStatus.Execute(
            transaction, ("@status", after.Status), ("@version", version), ("@now", now), ("@reference", row.PartnerReferenceNo),
            ("@expected", row.Version)));
        AddHistory(transaction, new HistoryEntry(notificationId, row.PartnerReferenceNo, version, now, after.Status, source)
        {
            NotificationId = notificationId,
        });
        return after.Disposition;
    }
}

/// <summary>A row of <c>upgrade_history</c> to be written.</summary>
internal sealed record HistoryEntry(
    string Id, string PartnerReferenceNo, long Version, DateTimeOffset At, UpgradeStatus Status, HistorySource Source)
{
    public string? ResponseCode { get; init; }
    public byte[]? Message { get; init; }
    public string? NotificationId { get; init; }
}
