using System.Data.Common;
using System.Text;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>What an operator asks for. The reason is kept in the audit trail, encrypted, until the record is redacted.</summary>
internal sealed record Application(
    string NotificationId, string? PartnerReferenceNo, KycOutcome Outcome, string Reason, string Actor);

/// <summary>
/// The record after it, or null when the notification is about none; and why it can't be done, in words without personal data.
/// </summary>
internal sealed record ApplicationResult(UpgradeRow? Row, string? Conflict = null);

/// <summary>
/// Makes a notification count that changed nothing when it came. It can't be made to say more than it does: everything that can be read
/// in it must agree with what the operator asks for.
/// </summary>
internal sealed class NotificationApplier(
    WriteQueue writes, StorageKeySet keys, MerchantRing merchants, TimeProvider clock, EventOutbox outbox)
{
    private static readonly Statement Select = new("SELECT disposition, raw, evidence FROM notifications WHERE id = @id");

    // Redaction finds it by the reference of the record that it changed; its raw bytes keep the one that it came with. An invalid one is
    // known by its bytes, which may be another customer's the next time.
    private static readonly Statement MarkApplied = new(
        """
        UPDATE notifications
        SET disposition = 'applied', partner_reference_no = @reference,
          dedupe_key = CASE WHEN disposition <> 'invalid' THEN dedupe_key END
        WHERE id = @id AND disposition IN ('orphan', 'invalid', 'unknownOutcome')
        """);

    /// <returns>Ends when it is on disk.</returns>
    public async Task<ApplicationResult> ApplyAsync(Application asked, string? storedReference)
    {
        var now = clock.GetUtcNow();
        var auditId = Guid.CreateVersion7(now).ToString();
        var reason = keys.Cipher.Encrypt(asked.Reason, EncryptedColumns.AuditReason, auditId);
        var result = await writes.ExecuteAsync(asked.PartnerReferenceNo ?? storedReference ?? "", transaction =>
        {
            if (Find(transaction, asked, out var row) is { } conflict)
                return new ApplicationResult(row, conflict);
            var after = UpgradeTransitions.After(row!.Status, asked.Outcome);
            if (after.Disposition != Disposition.Applied)
                return new ApplicationResult(row, $"The upgrade is {EnumText.Of(row.Status)}; this would change nothing.");
            var reference = row.PartnerReferenceNo;
            if (MarkApplied.Execute(transaction, ("@reference", reference), ("@id", asked.NotificationId)) == 0)
                return new ApplicationResult(row, "It has been applied meanwhile.");
            UpgradeRecords.Move(transaction, row, asked.Outcome, asked.NotificationId, now, outbox, HistorySource.Operator);
            AuditTrail.Add(
                transaction, asked.Actor, AuditAction.ApplyNotification, reference, now,
                new AuditDetails(auditId, reason, EnumText.Of(row.Status), EnumText.Of(after.Status)));
            return new ApplicationResult(UpgradeRecords.Find(transaction, reference));
        });
        outbox.TellCommitted();
        return result;
    }

    /// <returns>Why the notification can't count for a record; null when it can for <paramref name="row"/>.</returns>
    private string? Find(DbTransaction transaction, Application asked, out UpgradeRow? row)
    {
        row = null;
        var (disposition, raw, evidence) = Select.Query(
            transaction,
            reader => (reader.Word<Disposition>(0), reader.Bytes(1), NotificationEvidence.FromJson(reader.GetString(2))),
            ("@id", asked.NotificationId)).Single();
        if (disposition is not (Disposition.Orphan or Disposition.Invalid or Disposition.UnknownOutcome))
            return $"It is {EnumText.Of(disposition)}; only an orphan, invalid or unknownOutcome one can be applied.";
        if (raw is null || keys.Cipher.TryDecrypt(raw, EncryptedColumns.Raw, asked.NotificationId) is not { } body)
            return "Its content was removed or can't be decrypted.";
        var reading = KycNotificationReader.Read(body, evidence.Charset);
        if (reading.MerchantId is { } merchant && merchants.FindById(merchant) is null)
            return "It names another merchant.";
        if (KycOutcomes.Read(reading.KycResponse ?? "") is not KycOutcome.Unknown and var outcome && outcome != asked.Outcome)
            return "It reports the other outcome.";
        if (reading.KycResponse is null && !Supports(body, asked.Outcome, isJson: reading.Problem != KycNotificationProblem.NotJson))
            return "Its text has the other outcome, or none.";

        row = reading.PartnerReferenceNo is { } named ? FindOwn(named) : null;
        if (row is not null && asked.PartnerReferenceNo is not null)
            return "It names an upgrade itself: leave partnerReferenceNo out.";
        if (row is null && asked.PartnerReferenceNo is null)
            return "It names no upgrade: give partnerReferenceNo.";
        row ??= FindOwn(asked.PartnerReferenceNo!);
        if (row is null)
            return "There is no upgrade with this partnerReferenceNo.";
        // One that names no merchant may have come with the token of one.
        if (evidence.Merchants?.Contains(merchants.FindById(row.MerchantId)?.Name ?? "", StringComparer.Ordinal) == false)
            return "It came with the token or the key of another merchant.";
        if (row.RedactedAt is not null)
            return "The upgrade is redacted.";
        return NotificationHashes.Phone(keys.Lookup, reading.PhoneNo) is { } phone && !phone.Matches(row.PhoneHash)
            ? "Its phone is not the phone of the upgrade."
            : null;

        // A reference of another merchant's is none of this one's.
        UpgradeRow? FindOwn(string reference) =>
            UpgradeRecords.Find(transaction, reference) is { } found && (reading.MerchantId ?? found.MerchantId) == found.MerchantId
                ? found
                : null;
    }

    // Where the result can't be read, the text must not have the other word. A body that is no JSON must have the given one.
    private static bool Supports(byte[] body, KycOutcome asked, bool isJson)
    {
        // Without NUL, UTF-16 is readable too.
        var text = Encoding.Latin1.GetString(body).Replace("\0", "", StringComparison.Ordinal);
        var (approves, rejects) = (Has("approved"), Has("rejected"));
        var (given, other) = asked == KycOutcome.Approved ? (approves, rejects) : (rejects, approves);
        return !other && (given || isJson);

        bool Has(string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}
