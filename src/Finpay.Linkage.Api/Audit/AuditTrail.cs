using System.Data.Common;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Audit;

/// <summary>What was done; from ReadUpgrade on, what an operator read.</summary>
[JsonConverter(typeof(CamelCaseConverter<AuditAction>))]
public enum AuditAction
{
    Create,
    Redact,
    RedactNotification,
    ApplyNotification,
    Reencrypt,
    PruneAudit,
    RedeliverEvent,
    RedeliverEvents,
    TestEvent,
    AskAgain,
    AskAgainMany,
    ReadUpgrade,
    ListUpgrades,
    SearchUpgrades,
    ReadNotification,
    ListNotifications,
    ReadAudit,
    ListEvents,
    ReadEvent,
}

/// <summary>Who did what, when.</summary>
public sealed record AuditView
{
    /// <summary>The id of this line.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The name of the key; (retention) for the service itself, (command) for the tool.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>The reference that it concerns, if it is one.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>The status of the upgrade before it; present where an operator changed it.</summary>
    public string? OldStatus { get; init; }

    /// <summary>The status after it.</summary>
    public string? NewStatus { get; init; }

    /// <summary>The operator's reason, until the upgrade is redacted.</summary>
    public string? Reason { get; init; }

    /// <summary>With pruneAudit: the lines before this time were removed.</summary>
    public DateTimeOffset? RemovedBefore { get; init; }

    /// <summary>True when reason is left out because it can't be decrypted. Absent otherwise.</summary>
    public bool? Unreadable { get; init; }
}

/// <summary>What a line about a changed status has besides. The encrypted reason is bound to the id.</summary>
internal sealed record AuditDetails(string Id, byte[] Reason, string OldStatus, string NewStatus);

/// <summary>A page of the audit trail, newest first.</summary>
public sealed record AuditPage(IReadOnlyList<AuditView> Items, string? NextCursor);

/// <summary>A change and its line are one transaction; the reads of operators are noted beside the answer.</summary>
internal sealed partial class AuditTrail(
    IDatabase database, WriteQueue writes, ColumnCipher cipher, TimeProvider clock, ILogger<AuditTrail> logger)
{
    public const string Retention = "(retention)";
    public const string Command = "(command)";

    private const string OfMerchant = """
        EXISTS (SELECT 1 FROM upgrades WHERE upgrades.partner_reference_no = audit.partner_reference_no AND merchant_id = @merchant)
        """;

    private static readonly Statement Insert = new(
        $"""
        INSERT INTO audit (id, at, actor, action, partner_reference_no, old_status, new_status, reason, removed_before)
        VALUES (@id, COALESCE({Dialect.ServerTime}, @at), @actor, @action, @reference, @oldStatus, @newStatus, @reason, @removedBefore)
        """);

    private long dropped;

    /// <summary>Adds a line to a transaction.</summary>
    public static int Add(
        DbTransaction transaction, string actor, AuditAction action, string? partnerReferenceNo, DateTimeOffset now,
        AuditDetails? details = null, DateTimeOffset? removedBefore = null) => Insert.Execute(
            transaction, ("@id", details?.Id ?? Guid.CreateVersion7(now).ToString()), ("@at", now), ("@actor", actor),
            ("@action", action), ("@reference", partnerReferenceNo), ("@oldStatus", details?.OldStatus),
            ("@newStatus", details?.NewStatus), ("@reason", details?.Reason), ("@removedBefore", removedBefore));

    /// <summary>Notes that an operator read something. Nobody waits for it: reading must work when writing does not.</summary>
    public void NoteRead(string actor, AuditAction action, string? partnerReferenceNo = null) =>
        _ = KeepAsync(actor, action, partnerReferenceNo);

    /// <summary>
    /// Newest first, after the position of the cursor: ids begin with their time. Of one merchant are the lines about its records.
    /// </summary>
    public Task<List<AuditView>> ListAsync(
        string? partnerReferenceNo, string? merchantId, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        var select = new Statement(
            $"""
             SELECT id, at, actor, action, partner_reference_no, old_status, new_status, reason, removed_before FROM audit
             WHERE {(partnerReferenceNo is null ? "1 = 1" : "partner_reference_no = @reference")}
               AND {(merchantId is null ? "1 = 1" : OfMerchant)}
               AND {(after is null ? "1 = 1" : "id < @after")}
             ORDER BY id DESC LIMIT @limit
             """);
        return select.QueryAsync(
            database, Read, cancellationToken, ("@reference", partnerReferenceNo), ("@merchant", merchantId), ("@after", after?.Id),
            ("@limit", limit));
    }

    private AuditView Read(DbDataReader reader)
    {
        var id = reader.GetString(0);
        var readable = cipher.TryDecryptText(reader.Bytes(7), EncryptedColumns.AuditReason, id, out var reason);
        return new AuditView
        {
            Id = id,
            At = reader.Time(1),
            Actor = reader.GetString(2),
            Action = reader.Word<AuditAction>(3),
            PartnerReferenceNo = reader.TextOrNull(4),
            OldStatus = reader.TextOrNull(5),
            NewStatus = reader.TextOrNull(6),
            Reason = reason,
            RemovedBefore = reader.TimeOrNull(8),
            Unreadable = readable ? null : true,
        };
    }

    private async Task KeepAsync(string actor, AuditAction action, string? partnerReferenceNo)
    {
        var now = clock.GetUtcNow();
        try
        {
            await writes.ExecuteAsync("", transaction => Add(transaction, actor, action, partnerReferenceNo, now));
        }
        catch (Exception exception) when (exception is StoreUnavailableException or DbException)
        {
            LogDropped(exception, Interlocked.Increment(ref dropped), actor, action);
        }
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning,
        Message = "A read is missing in the audit trail ({Dropped} since the start): {Actor} {Action}")]
    private partial void LogDropped(Exception exception, long dropped, string actor, AuditAction action);
}

[JsonSerializable(typeof(AuditPage))]
internal sealed partial class AuditJson : JsonSerializerContext;
