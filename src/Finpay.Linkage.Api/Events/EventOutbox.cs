using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Npgsql;

namespace Finpay.Linkage.Api.Events;

/// <summary>
/// What a change of a record says to the merchant's systems. The record is locked by the transaction that makes it. Without a time it
/// happens now; of a result the history has the time.
/// </summary>
internal sealed record UpgradeEvent(
    string Type, string PartnerReferenceNo, string Owner, string MerchantId, Enum Status, long Version, DateTimeOffset? At = null);

/// <summary>
/// An endpoint that some instance has in its settings, with its filters; empty: all. The merchant is known to that instance alone, which
/// looks at the filters again before it sends.
/// </summary>
internal sealed record KnownEndpoint(string Name, string Owner, IReadOnlyList<string> Types, string? MerchantId = null)
{
    public bool Wants(string type, string? owner, string? merchantId) =>
        (Owner.Length == 0 || Owner == owner) && (MerchantId is null || MerchantId == merchantId)
        && (Types.Count == 0 || Types.Contains(type, StringComparer.Ordinal));
}

/// <summary>
/// The transactional outbox: a row for each event and endpoint, in the transaction of the change. Without endpoints there is no statement.
/// </summary>
internal sealed class EventOutbox(TimeProvider clock)
{
    private const string Columns = """
        id, event_id, type, endpoint, partner_reference_no, status, version, position, at, state, next_attempt_at, created_at
        """;

    private static readonly Statement Insert = new(
        $"""
         INSERT INTO event_deliveries ({Columns})
         VALUES (@id, @eventId, @type, @endpoint, @reference, @status, @version, @position,
           COALESCE(@at, {Dialect.ServerTime}, @now), 'pending', COALESCE({Dialect.ServerTime}, @now),
           COALESCE({Dialect.ServerTime}, @now))
         """);

    // The same for many at once, with PostgreSQL alone: a statement costs a round trip there.
    private static readonly Statement InsertAll = new(
        $"""
         INSERT INTO event_deliveries ({Columns})
         SELECT id, event_id, type, endpoint, reference, status, version, position, COALESCE(at, {Dialect.ServerTime}), 'pending',
           {Dialect.ServerTime}, {Dialect.ServerTime}
         FROM unnest(@id, @eventId, @type, @endpoint, @reference, @status, @version, @position, @at)
           AS told (id, event_id, type, endpoint, reference, status, version, position, at)
         """);

    /// <summary>For programs that tell nobody.</summary>
    public static EventOutbox None { get; } = new(TimeProvider.System);

    /// <summary>Whose rows are written. The registry sets it.</summary>
    public IReadOnlyList<KnownEndpoint> Endpoints { get; set => Volatile.Write(ref field, value); } = [];

    /// <summary>Called after a commit that may have written rows. The dispatcher sets it.</summary>
    public Action? Committed { get; set; }

    /// <summary>To be called once the transaction is on disk, so that its events are sent at once.</summary>
    public void TellCommitted()
    {
        if (Endpoints.Count > 0)
            Committed?.Invoke();
    }

    public void Add(DbTransaction transaction, params IReadOnlyCollection<UpgradeEvent> events)
    {
        var endpoints = Endpoints;
        if (endpoints.Count == 0 || events.Count == 0)
            return;
        var now = clock.GetUtcNow();
        var rows = events.SelectMany(one => RowsOf(one, endpoints, now)).ToList();
        if (transaction is NpgsqlTransaction && rows.Count > 1)
        {
            InsertAll.Execute(
                transaction, Column("@id", row => row.Id), Column("@eventId", row => row.EventId), Column("@type", row => row.Event.Type),
                Column("@endpoint", row => row.Endpoint), Column("@reference", row => row.Event.PartnerReferenceNo),
                Column("@status", row => EnumText.Of(row.Event.Status)), Column("@version", row => row.Event.Version),
                Column("@position", row => row.Position), Column("@at", row => row.Event.At?.ToUnixTimeMilliseconds()));
            return;
        }

        foreach (var row in rows)
        {
            Insert.Execute(
                transaction, ("@id", row.Id), ("@eventId", row.EventId), ("@type", row.Event.Type), ("@endpoint", row.Endpoint),
                ("@reference", row.Event.PartnerReferenceNo), ("@status", row.Event.Status), ("@version", row.Event.Version),
                ("@position", row.Position), ("@at", row.Event.At), ("@now", now));
        }

        (string Name, object? Value) Column<T>(string name, Func<Row, T> of) => (name, rows.Select(of).ToArray());
    }

    private static IEnumerable<Row> RowsOf(UpgradeEvent one, IReadOnlyList<KnownEndpoint> endpoints, DateTimeOffset now)
    {
        var eventId = $"evt_{Guid.CreateVersion7(now):N}";
        return endpoints.Where(endpoint => endpoint.Wants(one.Type, one.Owner, one.MerchantId))
            .Select(endpoint => new Row(Guid.CreateVersion7(now).ToString(), eventId, endpoint.Name, one));
    }

    private sealed record Row(string Id, string EventId, string Endpoint, UpgradeEvent Event)
    {
        // What changes no version comes after the change that made it.
        public long Position => (2 * Event.Version) + (EventTypes.IsResult(Event.Type) ? 0 : 1);
    }
}
