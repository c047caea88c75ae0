using System.Data;
using System.Data.Common;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The statements that write upgrades. They run on the writer's thread, inside its transaction.</summary>
internal static class UpgradeStore
{
    private static readonly Statement InsertIntent = new(
        """
        INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, fingerprint, phone_no, phone_hash, may_have_arrived, attempt_id, lease_until, version, created_at, updated_at)
        VALUES (@reference, @owner, @merchant, 'requested', @fingerprint, @phoneNo, @phoneHash, 0, @attemptId, @leaseUntil, 1, @now, @now)
        ON CONFLICT (partner_reference_no) DO NOTHING
        """,
        "@reference", "@owner", "@merchant", "@fingerprint", "@phoneNo", "@phoneHash", "@attemptId", "@leaseUntil", "@now");

    private static readonly Statement TakeOver = new(
        """
        UPDATE upgrades SET attempt_id = @attemptId, lease_until = @leaseUntil, may_have_arrived = @mayHaveArrived, version = version + 1
        WHERE partner_reference_no = @reference AND version = @expected
        """,
        "@attemptId", "@leaseUntil", "@mayHaveArrived", "@reference", "@expected");

    private static readonly Statement WriteOutcome = new(
        """
        UPDATE upgrades SET status = @status, response_code = @responseCode, may_have_arrived = @mayHaveArrived, attempt_id = NULL, lease_until = NULL,
          widget_url = @widgetUrl, widget_expires_at = @widgetExpiresAt, version = @version, updated_at = @now
        WHERE partner_reference_no = @reference AND version = @expected
        """,
        "@status", "@responseCode", "@mayHaveArrived", "@widgetUrl", "@widgetExpiresAt", "@version", "@now", "@reference", "@expected");

    private static readonly Statement CountUp = new(
        "UPDATE upgrades SET version = version + 1 WHERE partner_reference_no = @reference AND version = @expected", "@reference", "@expected");

    private static readonly Statement Move = new(
        """
        UPDATE upgrades SET status = @status, widget_url = CASE WHEN @status = 'widgetIssued' THEN widget_url END, version = @version, updated_at = @now
        WHERE partner_reference_no = @reference AND version = @expected
        """,
        "@status", "@version", "@now", "@reference", "@expected");

    private static readonly Statement SelectHeld = new($"SELECT {UpgradeRow.Columns} FROM upgrades WHERE partner_reference_no = @reference FOR UPDATE", "@reference");

    private static readonly Statement MoveAll = new(
        """
        UPDATE upgrades SET status = moved.status, widget_url = CASE WHEN moved.status = 'widgetIssued' THEN widget_url END, version = moved.version, updated_at = moved.now
        FROM unnest(@references, @expected, @statuses, @versions, @nows) AS moved (reference, expected, status, version, now)
        WHERE partner_reference_no = moved.reference AND upgrades.version = moved.expected
        """,
        "@references", "@expected", "@statuses", "@versions", "@nows");

    // In the order of keys, as batches are: two instances never wait for each other crosswise.
    private static readonly Statement SelectAllHeld = new(
        $"""SELECT {UpgradeRow.Columns} FROM upgrades WHERE partner_reference_no = ANY(@references) ORDER BY partner_reference_no COLLATE "C" FOR UPDATE""", "@references");

    private static readonly Statement SelectPhonesInProcess = new(
        "SELECT phone_hash FROM upgrades WHERE phone_hash = ANY(@phones) AND status = 'inProcess'", "@phones");

    private static readonly Statement SelectInProcess = new(
        $"""
         SELECT {UpgradeRow.Columns} FROM upgrades
         WHERE phone_hash IN (@own, @current, @previous) AND status = 'inProcess' AND partner_reference_no <> @reference
         ORDER BY partner_reference_no FOR UPDATE
         """,
        "@own", "@current", "@previous", "@reference");

    private static readonly Statement InsertHistory = new(
        """
        INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, response_code, message, notification_id, via_reference)
        VALUES (@id, @reference, @version, @at, @status, @source, @responseCode, @message, @notificationId, @viaReference)
        """,
        "@id", "@reference", "@version", "@at", "@status", "@source", "@responseCode", "@message", "@notificationId", "@viaReference");

    private static readonly Statement InsertAllHistory = new(
        """
        INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, notification_id)
        SELECT id, reference, version, at, status, 'kycNotification', id
        FROM unnest(@ids, @references, @versions, @ats, @statuses) AS step (id, reference, version, at, status)
        """,
        "@ids", "@references", "@versions", "@ats", "@statuses");

    /// <summary>Records the intent, or finds out what the reference already stands for and takes a free record over.</summary>
    public static BeginResult Begin(DbTransaction transaction, BeginUpgrade command, TimeProvider clock)
    {
        var time = transaction.Now(clock);
        var now = time.ToUnixTimeMilliseconds();
        var leaseUntil = (time + command.Lease).ToUnixTimeMilliseconds();
        var inserted = InsertIntent.Execute(
            transaction, command.PartnerReferenceNo, command.Owner, command.MerchantId, command.Fingerprint.Current, command.PhoneNo, command.PhoneHash, command.AttemptId, leaseUntil, now);
        if (inserted == 1)
        {
            AuditTrail.Add(transaction, command.Owner, AuditAction.Create, command.PartnerReferenceNo, time);
            return new BeginResult(BeginDecision.Ask, Inserted(command, leaseUntil, now), MayHaveArrived: false, time);
        }

        var row = Find(transaction, command.PartnerReferenceNo)!;
        // Another transaction may have held the row for a while: the lease goes by what the clock says now.
        time = transaction.Now(clock);
        leaseUntil = (time + command.Lease).ToUnixTimeMilliseconds();
        var decision = BeginRules.Decide(row, command, time);
        if (decision != BeginDecision.Ask)
            return new BeginResult(decision, row, row.MayHaveArrived != 0, time);

        // A lease that ran out without being released: its attempt died, perhaps after sending.
        var mayHaveArrived = row.MayHaveArrived != 0 || row.AttemptId is not null;
        Guarded(TakeOver.Execute(transaction, command.AttemptId, leaseUntil, mayHaveArrived ? 1L : 0L, command.PartnerReferenceNo, row.Version));
        AuditTrail.Add(transaction, command.Owner, AuditAction.Create, command.PartnerReferenceNo, time);
        return new BeginResult(BeginDecision.Ask, row, mayHaveArrived, time);
    }

    /// <summary>Writes how an attempt ended, if it still holds the record, and adopts what was notified before the record was known.</summary>
    public static OutcomeResult Record(DbTransaction transaction, RecordOutcome outcome)
    {
        var row = Find(transaction, outcome.PartnerReferenceNo)!;
        var held = row.AttemptId == outcome.AttemptId;
        var answer = FinnetAnswers.For(outcome.Event);
        var status = held ? UpgradeTransitions.Decide(row.CurrentStatus, outcome.Event).Status : row.CurrentStatus;
        // Nothing of a record that is not held changes, but history is read in the order of versions: the next step must not share this one's.
        var after = row with { Version = row.Version + 1 };
        if (held)
        {
            var issued = status == UpgradeStatus.WidgetIssued && outcome.Event == UpgradeEvent.WidgetIssued && row.RedactedAt is null;
            after = after with
            {
                Status = status.ToText(),
                ResponseCode = outcome.ResponseCode,
                MayHaveArrived = row.MayHaveArrived != 0 || answer.MayHaveArrived ? 1 : 0,
                AttemptId = null,
                LeaseUntil = null,
                WidgetUrl = issued ? outcome.WidgetUrl : null,
                WidgetExpiresAt = issued ? outcome.WidgetExpiresAt?.ToUnixTimeMilliseconds() : null,
                UpdatedAt = outcome.Now.ToUnixTimeMilliseconds(),
            };
            Guarded(WriteOutcome.Execute(
                transaction,
                after.Status,
                after.ResponseCode,
                after.MayHaveArrived,
                after.WidgetUrl,
                after.WidgetExpiresAt,
                after.Version,
                after.UpdatedAt,
                outcome.PartnerReferenceNo,
                row.Version));
        }
        else
        {
            Guarded(CountUp.Execute(transaction, outcome.PartnerReferenceNo, row.Version));
        }

        AddHistory(transaction, new HistoryEntry(outcome.HistoryId, outcome.PartnerReferenceNo, after.Version, outcome.Now, status, HistorySource.FinnetResponse)
        {
            ResponseCode = outcome.ResponseCode,
            Message = row.RedactedAt is null ? outcome.Message : null,
        });
        var adopted = held && answer.AdoptsOrphans && NotificationStore.AdoptOrphans(transaction, outcome.PartnerReferenceNo, outcome.PhoneHash, outcome.Now);
        return new OutcomeResult(adopted ? Find(transaction, outcome.PartnerReferenceNo)! : after, held);
    }

    // What the statement of that name wrote.
    private static UpgradeRow Inserted(BeginUpgrade command, long leaseUntil, long now) => new()
    {
        PartnerReferenceNo = command.PartnerReferenceNo,
        Owner = command.Owner,
        MerchantId = command.MerchantId,
        Status = UpgradeStatus.Requested.ToText(),
        Fingerprint = command.Fingerprint.Current,
        PhoneHash = command.PhoneHash,
        AttemptId = command.AttemptId,
        LeaseUntil = leaseUntil,
        Version = 1,
        CreatedAt = now,
        UpdatedAt = now,
    };

    /// <summary>Moves an upgrade by a notification and writes its history; the state may stay the same.</summary>
    public static void ApplyNotification(DbTransaction transaction, UpgradeRow row, UpgradeEvent happened, string notificationId, string? viaReference, DateTimeOffset now)
    {
        var status = UpgradeTransitions.Decide(row.CurrentStatus, happened).Status;
        var version = row.Version + 1;
        Guarded(Move.Execute(transaction, status.ToText(), version, now.ToUnixTimeMilliseconds(), row.PartnerReferenceNo, row.Version));
        AddHistory(transaction, new HistoryEntry(notificationId, row.PartnerReferenceNo, version, now, status, HistorySource.KycNotification)
        {
            NotificationId = notificationId,
            ViaReference = viaReference,
        });
    }

    /// <summary>A record, held until the transaction ends.</summary>
    public static UpgradeRow? Find(DbTransaction transaction, string partnerReferenceNo) => SelectHeld.QuerySingle(transaction, UpgradeRow.Read, partnerReferenceNo);

    /// <summary>Other records of the same phone whose «on process» a notification about one of them settles.</summary>
    /// <param name="transaction">The writer's.</param>
    /// <param name="row">The record that the notification names.</param>
    /// <param name="phone">Its phone, where it is known: finds what was stored under another lookup key, too.</param>
    public static IReadOnlyList<UpgradeRow> InProcessOfSamePhone(DbTransaction transaction, UpgradeRow row, KeyedHashes? phone) =>
        SelectInProcess.Query(transaction, UpgradeRow.Read, row.PhoneHash, phone?.Current, phone?.PreviousOrCurrent, row.PartnerReferenceNo);

    /// <summary><see cref="Find"/> for many at once (PostgreSQL).</summary>
    public static Dictionary<string, UpgradeRow> FindAll(DbTransaction transaction, string[] references) =>
        SelectAllHeld.Query(transaction, UpgradeRow.Read, [references]).ToDictionary(row => row.PartnerReferenceNo, StringComparer.Ordinal);

    /// <summary>Which of these phones have a record «on process» (PostgreSQL).</summary>
    public static List<byte[]> PhonesInProcess(DbTransaction transaction, byte[][] phones) => SelectPhonesInProcess.Query(transaction, reader => reader.Bytes(0)!, [phones]);

    /// <summary><see cref="ApplyNotification"/> for many records at once, each named once (PostgreSQL).</summary>
    public static void ApplyNotifications(DbTransaction transaction, IReadOnlyList<(UpgradeRow Row, UpgradeEvent Happened, string NotificationId, DateTimeOffset Now)> steps)
    {
        if (steps.Count == 0)
            return;
        var references = Column(step => step.Row.PartnerReferenceNo);
        var statuses = Column(step => UpgradeTransitions.Decide(step.Row.CurrentStatus, step.Happened).Status.ToText());
        var versions = Column(step => step.Row.Version + 1);
        var nows = Column(step => step.Now.ToUnixTimeMilliseconds());
        Guarded(MoveAll.Execute(transaction, references, Column(step => step.Row.Version), statuses, versions, nows), steps.Count);
        InsertAllHistory.Execute(transaction, Column(step => step.NotificationId), references, versions, nows, statuses);

        T[] Column<T>(Func<(UpgradeRow Row, UpgradeEvent Happened, string NotificationId, DateTimeOffset Now), T> of) => [.. steps.Select(of)];
    }

    public static void AddHistory(DbTransaction transaction, HistoryEntry entry) => InsertHistory.Execute(
        transaction,
        entry.Id,
        entry.PartnerReferenceNo,
        entry.Version,
        entry.At.ToUnixTimeMilliseconds(),
        entry.Status.ToText(),
        entry.Source.ToText(),
        entry.ResponseCode,
        entry.Message,
        entry.NotificationId,
        entry.ViaReference);

    // Whoever updates has read the row under a lock that it still holds, so another count means that this rule was broken: fail rather than overwrite.
    public static void Guarded(int rows, int expected = 1)
    {
        if (rows != expected)
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
