using System.Data.Common;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>Which deliveries are made pending again.</summary>
internal sealed record RedeliveryFilter(
    string Endpoint, DeliveryState State, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, string? MerchantId);

/// <summary>
/// Makes deliveries pending again, from the start of the schedule, with the same webhook-id. One that had ended waits for no other event
/// and holds none up.
/// </summary>
internal sealed class EventRedelivery(IDatabase database, WriteQueue writes, EventOutbox outbox, TimeProvider clock)
{
    /// <summary>Deliveries for one transaction, so that callbacks find room between.</summary>
    private const int SliceSize = 100;

    private const string Again = """
        UPDATE event_deliveries
        SET redelivered = CASE WHEN state = 'pending' THEN redelivered ELSE 1 END, state = 'pending', step = 0, next_attempt_at = @now,
          last_error = NULL, delivered_at = NULL, ended_at = NULL
        """;

    private const string Found = """
        FROM event_deliveries WHERE endpoint = @endpoint AND state = @state AND created_at >= @from AND created_at < @to
          AND (CAST(@merchant AS text) IS NULL OR EXISTS (SELECT 1 FROM upgrades
            WHERE upgrades.partner_reference_no = event_deliveries.partner_reference_no AND merchant_id = @merchant))
        """;

    private static readonly Statement One = new($"{Again} WHERE id = @id RETURNING partner_reference_no");

    // PostgreSQL looks again at what it updates, when another transaction has just changed it, but not at what it selected before.
    private static readonly Statement Many = new(
        $"""
         {Again}
         WHERE state = @state AND id IN (SELECT id {Found} AND id > @after AND id <= @last ORDER BY id LIMIT @limit) RETURNING id
         """);

    private static readonly Statement Count = new($"SELECT count(*) {Found}");

    private static readonly Statement SelectLast = new($"SELECT max(id) {Found}");

    /// <returns>False when there is no such delivery.</returns>
    public async Task<bool> RedeliverAsync(string id, string actor)
    {
        var now = clock.GetUtcNow();
        var found = await writes.ExecuteAsync(id, transaction =>
        {
            var references = One.Query(transaction, reader => reader.GetString(0), ("@id", id), ("@now", transaction.Now(clock)));
            if (references is not [var reference])
                return false;
            AuditTrail.Add(transaction, actor, AuditAction.RedeliverEvent, reference, now);
            return true;
        });
        outbox.TellCommitted();
        return found;
    }

    public async Task<long> CountAsync(RedeliveryFilter filter, CancellationToken cancellationToken) =>
        (await Count.QueryAsync(database, reader => reader.GetInt64(0), cancellationToken, Parameters(filter)))[0];

    /// <returns>How many they were.</returns>
    public async Task<long> RedeliverAsync(RedeliveryFilter filter, string actor, CancellationToken cancellationToken)
    {
        // What is written after the call is none of it.
        var last = (await SelectLast.QueryAsync(database, reader => reader.TextOrNull(0), cancellationToken, Parameters(filter)))[0];
        var (total, after) = (0L, "");
        while (last is not null)
        {
            var position = after;
            var ids = await writes.ExecuteAsync("", transaction => Slice(transaction, filter, position, last, actor), persistent: true);
            total += ids.Count;
            outbox.TellCommitted();
            if (ids.Count < SliceSize)
                break;
            after = ids.Max(StringComparer.Ordinal)!;
        }

        return total;
    }

    private List<string> Slice(DbTransaction transaction, RedeliveryFilter filter, string after, string last, string actor)
    {
        var now = transaction.Now(clock);
        var ids = Many.Query(
            transaction, reader => reader.GetString(0),
            [.. Parameters(filter), ("@after", after), ("@last", last), ("@limit", SliceSize), ("@now", now)]);
        if (after.Length == 0 && ids.Count > 0)
            AuditTrail.Add(transaction, actor, AuditAction.RedeliverEvents, null, now);
        return ids;
    }

    private static (string Name, object? Value)[] Parameters(RedeliveryFilter filter) =>
    [
        ("@endpoint", filter.Endpoint), ("@state", filter.State), ("@from", filter.CreatedFrom ?? DateTimeOffset.UnixEpoch),
        ("@to", filter.CreatedTo ?? DateTimeOffset.MaxValue), ("@merchant", filter.MerchantId),
    ];
}
