using System.Data.Common;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>What each answer says of one event at one endpoint.</summary>
public abstract record DeliveryFacts
{
    /// <summary>The id of this delivery.</summary>
    public required string Id { get; init; }

    /// <summary>The webhook-id: the same for all attempts and all endpoints.</summary>
    public required string EventId { get; init; }

    /// <summary>What happened: account_upgrade.approved, for example.</summary>
    public required string Type { get; init; }

    /// <summary>The name of the endpoint.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The upgrade.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>Where it stands.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When it is due again; only while it is pending.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Why the last attempt did not deliver it: HTTP and the status, timeout, connection refused and others like them.</summary>
    public string? LastError { get; init; }

    /// <summary>When the event was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was delivered.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }
}

/// <summary>One event at one endpoint, in a list.</summary>
public sealed record DeliveryView : DeliveryFacts
{
    /// <summary>How many attempts were made.</summary>
    public required long Attempts { get; init; }
}

/// <summary>One event at one endpoint, with its attempts.</summary>
public sealed record DeliveryDetails : DeliveryFacts
{
    /// <summary>The newest 50 attempts, oldest first.</summary>
    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>The body as it would be sent now.</summary>
    public required EventMessage Body { get; init; }
}

/// <summary>A page of deliveries, newest first.</summary>
public sealed record DeliveryPage(IReadOnlyList<DeliveryView> Items, string? NextCursor);

/// <summary>The filters of a list of deliveries.</summary>
internal sealed record DeliveryFilter(
    DeliveryState? State, string? Type, string? Endpoint, string? PartnerReferenceNo, string? MerchantId)
{
    /// <summary>Binds a cursor to its filters.</summary>
    public string Signature => string.Join('|', "events", State, Type, Endpoint, PartnerReferenceNo, MerchantId);
}

/// <summary>Reads deliveries as operators see them.</summary>
internal sealed class EventReader(IDatabase database, ColumnCipher cipher)
{
    private const string Columns = """
        id, event_id, type, endpoint, partner_reference_no, state, attempts, next_attempt_at, last_error, created_at, delivered_at
        """;

    private const string OfMerchant = """
        EXISTS (SELECT 1 FROM upgrades
          WHERE upgrades.partner_reference_no = event_deliveries.partner_reference_no AND merchant_id = @merchant)
        """;

    /// <summary>Newest first, after the position of the cursor: ids begin with their time.</summary>
    public Task<List<DeliveryView>> ListAsync(
        DeliveryFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        var (conditions, parameters) = (new List<string> { "1 = 1" }, new List<(string, object?)> { ("@limit", limit) });
        if (filter.State is { } state)
            Add(state == DeliveryState.Delivered ? "state = @state" : "state = @state AND state <> 'delivered'", ("@state", state));
        if (filter.Type is { } type)
            Add("type = @type", ("@type", type));
        if (filter.Endpoint is { } endpoint)
            Add("endpoint = @endpoint", ("@endpoint", endpoint));
        if (filter.PartnerReferenceNo is { } reference)
            Add("partner_reference_no = @reference", ("@reference", reference));
        if (filter.MerchantId is { } merchant)
            Add(OfMerchant, ("@merchant", merchant));
        if (after is not null)
            Add("id < @after", ("@after", after.Id));
        var sql = $"SELECT {Columns} FROM event_deliveries WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit";
        return new Statement(sql).QueryAsync(database, Read, cancellationToken, [.. parameters]);

        void Add(string condition, (string, object?) value)
        {
            conditions.Add(condition);
            parameters.Add(value);
        }
    }

    public async Task<DeliveryDetails?> FindAsync(string id, Scope scope, CancellationToken cancellationToken) =>
        await Delivery.FindAsync(database, StoredText.Of(id), cancellationToken) is { } found && scope.Covers(found.Owner, found.MerchantId)
            ? Details(found)
            : null;

    private DeliveryDetails Details(Delivery found) => new()
    {
        Id = found.Id,
        EventId = found.EventId,
        Type = found.Type,
        Endpoint = found.Endpoint,
        PartnerReferenceNo = found.PartnerReferenceNo,
        State = found.State,
        NextAttemptAt = found.NextAttemptAt,
        LastError = found.LastError,
        CreatedAt = found.CreatedAt,
        DeliveredAt = found.DeliveredAt,
        Attempts = AttemptLogText.Read(found.AttemptLog),
        Body = EventMessage.Of(found, cipher),
    };

    private static DeliveryView Read(DbDataReader reader) => new()
    {
        Id = reader.GetString(0),
        EventId = reader.GetString(1),
        Type = reader.GetString(2),
        Endpoint = reader.GetString(3),
        PartnerReferenceNo = reader.GetString(4),
        State = reader.Word<DeliveryState>(5),
        Attempts = reader.GetInt64(6),
        NextAttemptAt = reader.TimeOrNull(7),
        LastError = reader.TextOrNull(8),
        CreatedAt = reader.Time(9),
        DeliveredAt = reader.TimeOrNull(10),
    };
}
