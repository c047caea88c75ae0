using System.Data.Common;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Applies notifications that came before their record.</summary>
internal interface IOrphans
{
    /// <summary>
    /// Adopts the orphans of a record that came since then, where phone and merchant agree, in the transaction that records Finnet's
    /// answer.
    /// </summary>
    /// <returns>Whether there were any.</returns>
    bool Adopt(DbTransaction transaction, UpgradeRow row, KeyedHashes phone, DateTimeOffset since, DateTimeOffset now);
}

/// <summary>Writes the intent before Finnet is asked and the outcome after it. Encrypts and hashes before the write queue.</summary>
internal sealed partial class UpgradeStore(
    WriteQueue writes, StorageKeySet keys, IOrphans orphans, IOptions<UpgradeOptions> options,
    TimeProvider clock, EventOutbox outbox, ILogger<UpgradeStore> logger)
{
    /// <summary>Longer than a notification that crosses the creation of its record takes to be stored.</summary>
    private static readonly TimeSpan LongestCrossing = TimeSpan.FromSeconds(5);

    private static readonly Statement Insert = new(
        """
        INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, fingerprint, phone_no, phone_hash, may_have_arrived,
          attempt_id, lease_until, version, created_at, updated_at, asked_for)
        VALUES (@reference, @owner, @merchant, @status, @fingerprint, @phoneNo, @phoneHash, 0, @attemptId, @leaseUntil, 1, @now, @now,
          @askedFor)
        ON CONFLICT (partner_reference_no) DO NOTHING
        """);

    private static readonly Statement TakeOver = new(
        """
        UPDATE upgrades SET attempt_id = @attemptId, lease_until = @leaseUntil, may_have_arrived = @mayHaveArrived, version = version + 1
        WHERE partner_reference_no = @reference AND version = @expected
        """);

    private static readonly Statement WriteOutcome = new(
        """
        UPDATE upgrades SET status = @status, response_code = @responseCode, may_have_arrived = @mayHaveArrived,
          lease_until = NULL,
          widget_url = @widgetUrl, widget_expires_at = @widgetExpiresAt, expiry_estimated = @expiryEstimated,
          version = @version, updated_at = @now, status_since = @statusSince
        WHERE partner_reference_no = @reference AND version = @expected
        """);

    private static readonly Statement CountUp = new(
        "UPDATE upgrades SET version = version + 1 WHERE partner_reference_no = @reference AND version = @expected");

    /// <summary>Records the intent, or finds what the reference stands for already; takes over a record that nobody holds.</summary>
    public Task<Attempt> BeginAsync(UpgradeWidgetRequest request, string owner, string merchantId, Asking? asking = null)
    {
        var (reference, phone) = (request.PartnerReferenceNo, request.PhoneNo.Reveal());
        var fingerprint = Fingerprint.Of(request, keys.Lookup);
        var phoneHashes = keys.Lookup.ComputeAll(UpgradeRecords.PhonePurpose, phone);
        var encryptedPhone = keys.Cipher.Encrypt(phone, EncryptedColumns.Phone, reference);
        var begun = new UpgradeRow
        {
            PartnerReferenceNo = reference,
            Owner = owner,
            MerchantId = merchantId,
            Status = UpgradeStatus.Requested,
            Fingerprint = fingerprint.Current,
            PhoneHash = phoneHashes.Current,
            AttemptId = Guid.NewGuid().ToString("N"),
            Version = 1,
            AskedFor = asking?.AskedFor,
        };
        var attempt = new Attempt(AttemptState.Begun, begun)
        {
            Id = begun.AttemptId,
            Phone = phoneHashes,
            // Read before the lease begins, by our own clock: so it is never too late.
            LeaseEnds = clock.GetUtcNow() + options.Value.Lease,
        };
        var isCrossed = false;
        return writes.ExecuteAsync(reference, transaction =>
        {
            // Kept when this is run again, because the lock did not come in time.
            isCrossed |= !transaction.TryHoldOrphans(reference);
            if (isCrossed)
                transaction.HoldOrphans(reference);
            return Begin(transaction, attempt with { IsCrossed = isCrossed }, encryptedPhone, fingerprint, asking);
        });
    }

    /// <summary>Records how the attempt ended, if it still holds the record. Tried until its lease ends, even without the caller.</summary>
    public async Task<Attempt> RecordAsync(Attempt attempt, FinnetAnswer answer)
    {
        var reference = attempt.Row.PartnerReferenceNo;
        var now = clock.GetUtcNow();
        var historyId = Guid.CreateVersion7(now).ToString();
        var message = string.IsNullOrEmpty(answer.ResponseMessage) ? answer.Reason : answer.ResponseMessage;
        var line = new HistoryEntry(historyId, reference, 0, now, UpgradeStatus.Requested, HistorySource.FinnetResponse)
        {
            ResponseCode = answer.ResponseCode?.ToString(),
            Message = message.Length == 0 ? null : keys.Cipher.Encrypt(message, EncryptedColumns.HistoryMessage, historyId),
        };
        attempt = attempt with { Answer = answer };
        var url = answer.WidgetUrl is { } widgetUrl
            ? keys.Cipher.Encrypt(widgetUrl.Reveal(), EncryptedColumns.WidgetUrl, reference)
            : null;
        var recorded = await writes.RepeatAsync(reference, transaction => Record(transaction, attempt, line, url), attempt.LeaseEnds);
        outbox.TellCommitted();
        if (recorded.Row.ExpiryEstimated && url is not null)
            LogExpiryEstimated(reference, answer.ExpiryTime is null ? "can't be read" : "lies before its issue");
        return recorded;
    }

    // Without a URL there is no widget. A wrong expiry must not hide one.
    private Widget WidgetOf(FinnetAnswer answer, byte[]? url, DateTimeOffset now)
    {
        if (url is null)
            return default;
        var estimated = !(answer.ExpiryTime > now);
        var expiresAt = estimated ? now + options.Value.WidgetUrlLifetime : answer.ExpiryTime!.Value;
        return new(url, expiresAt.AsStored(), estimated);
    }

    private Attempt Begin(DbTransaction transaction, Attempt attempt, byte[] phone, KeyedHashes fingerprint, Asking? asking)
    {
        if (asking is not null && AskingRules.Refuse(transaction, attempt, asking, options.Value, clock) is { } refused)
            return refused;
        var now = transaction.Now(clock);
        var row = attempt.Row with { LeaseUntil = now + options.Value.Lease, CreatedAt = now, UpdatedAt = now };
        var inserted = Insert.Execute(
            transaction, ("@reference", row.PartnerReferenceNo), ("@owner", row.Owner), ("@merchant", row.MerchantId),
            ("@status", row.Status), ("@fingerprint", row.Fingerprint), ("@phoneNo", phone), ("@phoneHash", row.PhoneHash),
            ("@attemptId", attempt.Id), ("@leaseUntil", row.LeaseUntil), ("@now", now), ("@askedFor", row.AskedFor));
        if (inserted == 0)
            return TakeOverOrLeave(transaction, attempt, fingerprint);
        AuditTrail.Add(transaction, asking?.Actor ?? row.Owner, AuditAction.Create, row.PartnerReferenceNo, now);
        if (asking is not null)
            AuditTrail.Add(transaction, asking.Actor, AuditAction.AskAgain, asking.AskedFor, now);
        return attempt with { Row = row, Now = now };
    }

    private Attempt TakeOverOrLeave(DbTransaction transaction, Attempt attempt, KeyedHashes fingerprint)
    {
        var row = UpgradeRecords.Find(transaction, attempt.Row.PartnerReferenceNo)!;
        // Read only now: another transaction may have locked the row for a while.
        var now = transaction.Now(clock);
        var lease = options.Value.Lease;
        var found = attempt with
        {
            State = BeginRules.Decide(row, attempt.Row, fingerprint, now, lease),
            Row = row,
            Now = now,
            // A lease that ran out without being released: its attempt died, perhaps after it sent the request.
            MayHaveArrived = row.MayHaveArrived || row.LeaseUntil is not null,
            LeaseLeft = row.LeaseUntil - now is { } left && left > lease ? lease : row.LeaseUntil - now,
        };
        if (found.State != AttemptState.Begun)
            return found;
        UpgradeRecords.Guarded(TakeOver.Execute(
            transaction, ("@attemptId", attempt.Id), ("@leaseUntil", now + lease), ("@mayHaveArrived", found.MayHaveArrived),
            ("@reference", row.PartnerReferenceNo), ("@expected", row.Version)));
        AuditTrail.Add(transaction, row.Owner, AuditAction.Create, row.PartnerReferenceNo, now);
        return found;
    }

    private Attempt Record(DbTransaction transaction, Attempt attempt, HistoryEntry line, byte[]? url)
    {
        var (answer, row) = (attempt.Answer!, UpgradeRecords.Find(transaction, attempt.Row.PartnerReferenceNo)!);
        // Its commit was lost on the way back, and it is done again.
        if (row.AttemptId == attempt.Id && row.LeaseUntil is null)
            return attempt with { Row = row, Held = true };
        var held = row.AttemptId == attempt.Id;
        line = line with { At = transaction.Now(clock) };
        var widget = WidgetOf(answer, url, line.At);
        // A late attempt changes only the version, because the history is ordered by it.
        var after = row with { Version = row.Version + 1 };
        if (held)
        {
            var status = UpgradeTransitions.After(row.Status, answer.Kind, attempt.MayHaveArrived);
            if (row.RedactedAt is not null || row.Status is UpgradeStatus.Approved or UpgradeStatus.Rejected)
                widget = default;
            // With another status the URL is for the answer to this call alone.
            var stored = status == UpgradeStatus.WidgetIssued ? widget : default;
            after = after with
            {
                Status = status,
                ResponseCode = line.ResponseCode,
                MayHaveArrived = row.MayHaveArrived || answer.MayHaveArrived,
                LeaseUntil = null,
                WidgetUrl = widget.Url,
                WidgetExpiresAt = widget.ExpiresAt,
                ExpiryEstimated = widget.ExpiryEstimated,
                UpdatedAt = line.At,
                StatusSince = status == row.Status ? row.StatusSince ?? row.UpdatedAt : line.At,
            };
            UpgradeRecords.Guarded(WriteOutcome.Execute(
                transaction, ("@status", after.Status), ("@responseCode", after.ResponseCode), ("@mayHaveArrived", after.MayHaveArrived),
                ("@widgetUrl", stored.Url), ("@widgetExpiresAt", stored.ExpiresAt), ("@expiryEstimated", stored.ExpiryEstimated),
                ("@version", after.Version), ("@now", after.UpdatedAt), ("@statusSince", after.StatusSince),
                ("@reference", row.PartnerReferenceNo), ("@expected", row.Version)));
            if (status != row.Status && UpgradeRecords.ResultEvent(status) is { } type)
                outbox.Add(transaction, UpgradeRecords.EventOf(after, type));
        }
        else
        {
            UpgradeRecords.Guarded(CountUp.Execute(transaction, ("@reference", row.PartnerReferenceNo), ("@expected", row.Version)));
        }

        line = line with { Version = after.Version, Status = after.Status, Message = row.RedactedAt is null ? line.Message : null };
        // A record that nothing has changed since its creation has no history.
        if (row.Version == 1 || !HistoryFolding.TryFold(transaction, line, keys.Cipher))
            UpgradeRecords.AddHistory(transaction, line);
        if (held && UpgradeTransitions.IsAboutCustomer(answer.Kind, after.Status))
            Settling.ByAnswer(transaction, row, attempt.Phone, line, line.At - options.Value.SettleWithin, outbox);
        if (held && after.Status == UpgradeStatus.InProcess && answer.Kind == FinnetAnswerKind.InProcess)
            Settling.InProcessToo(transaction, row, line);
        DateTimeOffset? since = UpgradeTransitions.AdoptsOrphans(answer.Kind) ? DateTimeOffset.UnixEpoch
            : attempt.IsCrossed ? row.CreatedAt - LongestCrossing
            : null;
        if (held && since is { } start && orphans.Adopt(transaction, after, attempt.Phone, start, line.At))
            after = UpgradeRecords.Find(transaction, row.PartnerReferenceNo)!;
        return attempt with { Row = after, Held = held, Now = line.At };
    }

    [LoggerMessage(EventId = 1401, Level = LogLevel.Warning,
        Message = "expiryTime of {PartnerReferenceNo}'s widget {Fault}; Upgrades:WidgetUrlLifetime counts instead")]
    private partial void LogExpiryEstimated(string partnerReferenceNo, string fault);

    private readonly record struct Widget(byte[]? Url, DateTimeOffset? ExpiresAt, bool ExpiryEstimated);
}
