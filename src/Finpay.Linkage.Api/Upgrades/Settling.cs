using System.Data.Common;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// What Finnet says of one record settles others: those of its phone, within limits, and the one that it asks about. However many
/// they are, one statement locks them, one writes their history, one moves those that have this line now.
/// </summary>
internal sealed class Settling
{
    private const string SamePhone =
        "phone_hash IN (@own, @current, @previous) AND merchant_id = @merchant AND partner_reference_no <> @reference";

    /// <summary>What a notification settles, of any owner. «status || ''» are the words of the index.</summary>
    public const string OthersInProcess = $"{SamePhone} AND status || '' = 'inProcess'";

    private static readonly Settling InProcess = new(OthersInProcess);

    // What Finnet's answer to a create settles: a phone number gets a new owner some day.
    private static readonly Settling OfCustomer = new(
        $"""
         {SamePhone} AND owner = @owner AND created_at >= @oldest
           AND (status IN ('inProcess', 'inDoubt') OR (status = 'widgetIssued' AND widget_expires_at > @now))
         """);

    private static readonly Settling AskedFor = new(
        "partner_reference_no = @asked AND status NOT IN ('approved', 'rejected', @status) AND redacted_at IS NULL");

    private readonly Statement lockAll;
    private readonly Statement insertHistory;
    private readonly Statement update;

    private Settling(string condition)
    {
        lockAll = new(
            $"SELECT count(*) FROM (SELECT 1 FROM upgrades WHERE {condition} ORDER BY partner_reference_no FOR UPDATE) AS others");
        insertHistory = new(
            $"""
             INSERT INTO upgrade_history (
               id, partner_reference_no, version, at, status, source, response_code, notification_id, via_reference)
             SELECT @lineId, partner_reference_no, version + 1, COALESCE({Dialect.ServerTime}, @now), @status, @source, @responseCode,
               @notificationId, @reference
             FROM upgrades WHERE {condition}
             """);
        update = new(
            $"""
             UPDATE upgrades
             SET status = @status, status_since = NULL, widget_url = NULL, version = version + 1,
               updated_at = COALESCE({Dialect.ServerTime}, @now)
             WHERE {condition} AND EXISTS (
               SELECT 1 FROM upgrade_history WHERE upgrade_history.partner_reference_no = upgrades.partner_reference_no
                 AND upgrade_history.version = upgrades.version + 1)
             RETURNING partner_reference_no, owner, version, updated_at, asked_for
             """);
    }

    /// <summary>A notification settles the records of its phone and merchant that are in process.</summary>
    /// <param name="transaction">The transaction that moves the record.</param>
    /// <param name="row">The record that the notification names; it is locked.</param>
    /// <param name="phone">Finds records that were stored under another lookup key.</param>
    /// <param name="line">What the others' history says.</param>
    /// <param name="outbox">Tells of them.</param>
    public static void ByNotification(
        DbTransaction transaction, UpgradeRow row, KeyedHashes? phone, HistoryEntry line, EventOutbox outbox) =>
        Settle(InProcess, transaction, row, phone, line, line.At, outbox);

    /// <summary>
    /// Finnet's answer approved or rejected settles what the owner has waiting for this phone, if it was created since then.
    /// </summary>
    /// <inheritdoc cref="ByNotification"/>
    public static void ByAnswer(
        DbTransaction transaction, UpgradeRow row, KeyedHashes phone, HistoryEntry line, DateTimeOffset oldest, EventOutbox outbox) =>
        Settle(OfCustomer, transaction, row, phone, line, oldest, outbox);

    /// <summary>The upgrade that this record asks about is in process too, and what that one asks about.</summary>
    /// <inheritdoc cref="ByNotification"/>
    public static void InProcessToo(DbTransaction transaction, UpgradeRow row, HistoryEntry line) =>
        SettleAskedFor(transaction, row.AskedFor is { } asked ? [asked] : [], line);

    private static void Settle(
        Settling others, DbTransaction transaction, UpgradeRow row, KeyedHashes? phone, HistoryEntry line, DateTimeOffset oldest,
        EventOutbox outbox)
    {
        var settled = others.Run(
            transaction, line,
            ("@own", row.PhoneHash), ("@current", phone?.Current), ("@previous", phone?.PreviousOrCurrent), ("@merchant", row.MerchantId),
            ("@owner", row.Owner), ("@oldest", oldest));
        // A result of any of them is also the result of the record that it asks about.
        settled.AddRange(SettleAskedFor(transaction, settled.Select(one => one.AskedFor).Prepend(row.AskedFor).OfType<string>(), line));
        var type = UpgradeRecords.ResultEvent(line.Status)!;
        outbox.Add(transaction, settled.ConvertAll(one =>
            new UpgradeEvent(type, one.Reference, one.Owner, row.MerchantId, line.Status, one.Version, one.At)));
    }

    private static List<Settled> SettleAskedFor(DbTransaction transaction, IEnumerable<string> first, HistoryEntry line)
    {
        var (settled, asked) = (new List<Settled>(), new Queue<string>(first));
        while (asked.TryDequeue(out var reference))
        {
            foreach (var one in AskedFor.Run(transaction, line, ("@asked", reference)))
            {
                settled.Add(one);
                if (one.AskedFor is { } next)
                    asked.Enqueue(next);
            }
        }

        return settled;
    }

    private List<Settled> Run(DbTransaction transaction, HistoryEntry line, params (string, object?)[] which)
    {
        which = [.. which, ("@reference", line.PartnerReferenceNo), ("@now", line.At), ("@status", line.Status)];
        if (lockAll.Query(transaction, reader => reader.GetInt64(0), which)[0] == 0)
            return [];
        var written = insertHistory.Execute(
            transaction,
            [.. which, ("@lineId", line.Id), ("@source", line.Source), ("@responseCode", line.ResponseCode),
                ("@notificationId", line.NotificationId)]);
        var settled = update.Query(
            transaction,
            reader => new Settled(
                reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.Time(3), reader.TextOrNull(4)),
            which);
        UpgradeRecords.Guarded(settled.Count, written);
        return settled;
    }

    private sealed record Settled(string Reference, string Owner, long Version, DateTimeOffset At, string? AskedFor);
}
