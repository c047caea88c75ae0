using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Audit;

/// <summary>What was done.</summary>
public enum AuditAction
{
    /// <summary>An upgrade was asked for, or asked for again.</summary>
    Create,

    /// <summary>Everything personal was removed.</summary>
    Redact,

    /// <summary>Everything personal was removed from a notification that belongs to no upgrade.</summary>
    RedactNotification,

    /// <summary>Stored data was brought under the newest keys.</summary>
    Reencrypt,

    /// <summary>An operator read one upgrade.</summary>
    ReadUpgrade,

    /// <summary>An operator listed upgrades.</summary>
    ListUpgrades,

    /// <summary>An operator searched by phone number.</summary>
    SearchUpgrades,

    /// <summary>An operator read one notification.</summary>
    ReadNotification,

    /// <summary>An operator listed notifications.</summary>
    ListNotifications,

    /// <summary>An operator read the audit trail.</summary>
    ReadAudit,
}

/// <summary>Who did what, when.</summary>
public sealed record AuditView
{
    /// <summary>Our id of it.</summary>
    public required string Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The name of the key; (retention) for the service itself, (command) for a command on the server.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>The reference of what it was done to, when it was one thing and has one.</summary>
    public string? PartnerReferenceNo { get; init; }
}

/// <summary>A page of the audit trail, newest first.</summary>
public sealed record AuditPage(IReadOnlyList<AuditView> Items, string? NextCursor);

/// <summary>The audit trail. What changes something is in it by the same transaction; that an operator read is noted on the side. Results that Finnet notifies are in the history.</summary>
internal sealed partial class AuditTrail(IDatabase database, WriteQueue writes, TimeProvider clock, ILogger<AuditTrail> logger)
{
    public const string Retention = "(retention)";
    public const string Command = "(command)";

    private static readonly Statement Insert = new(
        "INSERT INTO audit (id, at, actor, action, partner_reference_no) VALUES (@id, @at, @actor, @action, @reference)", "@id", "@at", "@actor", "@action", "@reference");

    private long dropped;

    /// <summary>Adds a line to a transaction.</summary>
    public static int Add(DbTransaction transaction, string actor, AuditAction action, string? partnerReferenceNo, DateTimeOffset now) =>
        Insert.Execute(transaction, Guid.CreateVersion7(now).ToString(), now.ToUnixTimeMilliseconds(), actor, action.ToText(), partnerReferenceNo);

    /// <summary>Notes that an operator read something. Nobody waits for it: who reads must be able to when nothing can be written.</summary>
    public void NoteRead(string actor, AuditAction action, string? partnerReferenceNo = null) => _ = KeepAsync(actor, action, partnerReferenceNo);

    /// <summary>Newest first, after the position of the cursor: ids begin with their time.</summary>
    public async Task<IReadOnlyList<AuditView>> ListAsync(string? partnerReferenceNo, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var conditions = new List<string> { "1 = 1" };
        if (partnerReferenceNo is not null)
            conditions.Add("partner_reference_no = @partnerReferenceNo");
        if (after is not null)
            conditions.Add("id < @afterId");
        var rows = await connection.QueryAsync<(string Id, long At, string Actor, string Action, string? Reference)>(
            $"SELECT id, at, actor, action, partner_reference_no FROM audit WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit",
            new { partnerReferenceNo, afterId = after?.Id, limit });
        return [.. rows.Select(row => new AuditView
        {
            Id = row.Id,
            At = DateTimeOffset.FromUnixTimeMilliseconds(row.At),
            Actor = row.Actor,
            Action = EnumText.Parse<AuditAction>(row.Action),
            PartnerReferenceNo = row.Reference,
        })];
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

    [LoggerMessage(EventId = 1301, Level = LogLevel.Warning, Message = "Not in the audit trail, {Dropped} since the start: {Actor} {Action}")]
    private partial void LogDropped(Exception exception, long dropped, string actor, AuditAction action);
}
