using System.Data;
using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Notifications;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The statements that write upgrades. They run on the writer's thread, inside its transaction.</summary>
internal static class UpgradeStore
{
    /// <summary>Records the intent, or finds out what the reference already stands for and takes a free record over.</summary>
    public static BeginResult Begin(DbTransaction transaction, BeginUpgrade command, TimeProvider clock)
    {
        var time = transaction.Now(clock);
        var now = time.ToUnixTimeMilliseconds();
        var leaseUntil = (time + command.Lease).ToUnixTimeMilliseconds();
        var inserted = transaction.Connection!.Execute(
            """
            INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, fingerprint, phone_no, phone_hash, may_have_arrived, attempt_id, lease_until, version, created_at, updated_at)
            VALUES (@PartnerReferenceNo, @Owner, @MerchantId, 'requested', @fingerprint, @PhoneNo, @PhoneHash, 0, @AttemptId, @leaseUntil, 1, @now, @now)
            ON CONFLICT (partner_reference_no) DO NOTHING
            """,
            new { command.PartnerReferenceNo, command.Owner, command.MerchantId, fingerprint = command.Fingerprint.Current, command.PhoneNo, command.PhoneHash, command.AttemptId, leaseUntil, now },
            transaction);
        var row = Find(transaction, command.PartnerReferenceNo)!;
        if (inserted == 1)
            return new BeginResult(BeginDecision.Ask, row, MayHaveArrived: false, time);

        // Another transaction may have held the row for a while: the lease goes by what the clock says now.
        time = transaction.Now(clock);
        leaseUntil = (time + command.Lease).ToUnixTimeMilliseconds();
        var decision = BeginRules.Decide(row, command, time);
        if (decision != BeginDecision.Ask)
            return new BeginResult(decision, row, row.MayHaveArrived != 0, time);

        // A lease that ran out without being released: its attempt died, perhaps after sending.
        var mayHaveArrived = row.MayHaveArrived != 0 || row.AttemptId is not null;
        Guarded(transaction.Connection!.Execute(
            """
            UPDATE upgrades SET attempt_id = @AttemptId, lease_until = @leaseUntil, may_have_arrived = @mayHaveArrived, version = version + 1
            WHERE partner_reference_no = @PartnerReferenceNo AND version = @Version
            """,
            new { command.AttemptId, leaseUntil, mayHaveArrived = mayHaveArrived ? 1L : 0L, command.PartnerReferenceNo, row.Version },
            transaction));
        return new BeginResult(BeginDecision.Ask, row, mayHaveArrived, time);
    }

    /// <summary>Writes how an attempt ended, if it still holds the record, and adopts what was notified before the record was known.</summary>
    public static OutcomeResult Record(DbTransaction transaction, RecordOutcome outcome)
    {
        var row = Find(transaction, outcome.PartnerReferenceNo)!;
        var held = row.AttemptId == outcome.AttemptId;
        var answer = FinnetAnswers.For(outcome.Event);
        var status = held ? UpgradeTransitions.Decide(row.CurrentStatus, outcome.Event).Status : row.CurrentStatus;
        var version = row.Version + 1;
        if (held)
        {
            var issued = status == UpgradeStatus.WidgetIssued && outcome.Event == UpgradeEvent.WidgetIssued;
            Guarded(transaction.Connection!.Execute(
                """
                UPDATE upgrades SET status = @status, response_code = @ResponseCode, may_have_arrived = @mayHaveArrived, attempt_id = NULL, lease_until = NULL,
                  widget_url = @widgetUrl, widget_expires_at = @widgetExpiresAt, version = @version, updated_at = @now
                WHERE partner_reference_no = @PartnerReferenceNo AND version = @expected
                """,
                new
                {
                    status = status.ToText(),
                    outcome.ResponseCode,
                    mayHaveArrived = row.MayHaveArrived != 0 || answer.MayHaveArrived ? 1L : 0L,
                    widgetUrl = issued ? outcome.WidgetUrl : null,
                    widgetExpiresAt = issued ? outcome.WidgetExpiresAt?.ToUnixTimeMilliseconds() : null,
                    version,
                    now = outcome.Now.ToUnixTimeMilliseconds(),
                    outcome.PartnerReferenceNo,
                    expected = row.Version,
                },
                transaction));
        }
        else
        {
            // Nothing of the record changes, but history is read in the order of versions: the next step must not share this one's.
            Guarded(transaction.Connection!.Execute(
                "UPDATE upgrades SET version = @version WHERE partner_reference_no = @PartnerReferenceNo AND version = @expected",
                new { version, outcome.PartnerReferenceNo, expected = row.Version },
                transaction));
        }

        AddHistory(transaction, new HistoryEntry(outcome.HistoryId, outcome.PartnerReferenceNo, version, outcome.Now, status, HistorySource.FinnetResponse)
        {
            ResponseCode = outcome.ResponseCode,
            Message = outcome.Message,
        });
        if (held && answer.AdoptsOrphans)
            NotificationStore.AdoptOrphans(transaction, outcome.PartnerReferenceNo, outcome.PhoneHash, outcome.Now);
        return new OutcomeResult(Find(transaction, outcome.PartnerReferenceNo)!, held);
    }

    /// <summary>Moves an upgrade by a notification and writes its history; the state may stay the same.</summary>
    public static void ApplyNotification(DbTransaction transaction, UpgradeRow row, UpgradeEvent happened, string notificationId, string? viaReference, DateTimeOffset now)
    {
        var status = UpgradeTransitions.Decide(row.CurrentStatus, happened).Status;
        var version = row.Version + 1;
        Guarded(transaction.Connection!.Execute(
            """
            UPDATE upgrades SET status = @status, widget_url = CASE WHEN @status = 'widgetIssued' THEN widget_url END, version = @version, updated_at = @now
            WHERE partner_reference_no = @PartnerReferenceNo AND version = @expected
            """,
            new { status = status.ToText(), version, now = now.ToUnixTimeMilliseconds(), row.PartnerReferenceNo, expected = row.Version },
            transaction));
        AddHistory(transaction, new HistoryEntry(Guid.CreateVersion7(now).ToString(), row.PartnerReferenceNo, version, now, status, HistorySource.KycNotification)
        {
            NotificationId = notificationId,
            ViaReference = viaReference,
        });
    }

    /// <summary>A record, held until the transaction ends.</summary>
    public static UpgradeRow? Find(DbTransaction transaction, string partnerReferenceNo) => transaction.Connection!.QuerySingleOrDefault<UpgradeRow>(
        $"SELECT {UpgradeRow.Columns} FROM upgrades WHERE partner_reference_no = @partnerReferenceNo{transaction.RowLock()}", new { partnerReferenceNo }, transaction);

    /// <summary>Other records of the same phone whose «on process» a notification about one of them settles.</summary>
    /// <param name="transaction">The writer's.</param>
    /// <param name="row">The record that the notification names.</param>
    /// <param name="phone">Its phone, where it is known: finds what was stored under another lookup key, too.</param>
    public static IReadOnlyList<UpgradeRow> InProcessOfSamePhone(DbTransaction transaction, UpgradeRow row, KeyedHashes? phone) => [.. transaction.Connection!.Query<UpgradeRow>(
        $"""
         SELECT {UpgradeRow.Columns} FROM upgrades
         WHERE phone_hash IN (@PhoneHash, @current, @previous) AND status = 'inProcess' AND partner_reference_no <> @PartnerReferenceNo
         ORDER BY partner_reference_no{transaction.RowLock()}
         """,
        new { row.PhoneHash, current = phone?.Current, previous = phone?.PreviousOrCurrent, row.PartnerReferenceNo },
        transaction)];

    private static void AddHistory(DbTransaction transaction, HistoryEntry entry) => transaction.Connection!.Execute(
        """
        INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, response_code, message, notification_id, via_reference)
        VALUES (@Id, @PartnerReferenceNo, @Version, @at, @status, @source, @ResponseCode, @Message, @NotificationId, @ViaReference)
        """,
        new
        {
            entry.Id,
            entry.PartnerReferenceNo,
            entry.Version,
            at = entry.At.ToUnixTimeMilliseconds(),
            status = entry.Status.ToText(),
            source = entry.Source.ToText(),
            entry.ResponseCode,
            entry.Message,
            entry.NotificationId,
            entry.ViaReference,
        },
        transaction);

    // Whoever updates has read the row under a lock that it still holds, so another count means that this rule was broken: fail rather than overwrite.
    private static void Guarded(int rows)
    {
        if (rows != 1)
            throw new DBConcurrencyException("The record changed under the write lock.");
    }
}

/// <summary>Where a line of history came from.</summary>
public enum HistorySource
{
    FinnetResponse,
    KycNotification,
    Operator,
}

internal sealed record HistoryEntry(string Id, string PartnerReferenceNo, long Version, DateTimeOffset At, UpgradeStatus Status, HistorySource Source)
{
    public string? ResponseCode { get; init; }
    public byte[]? Message { get; init; }
    public string? NotificationId { get; init; }
    public string? ViaReference { get; init; }
}
