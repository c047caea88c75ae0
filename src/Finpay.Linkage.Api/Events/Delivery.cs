using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Npgsql;

namespace Finpay.Linkage.Api.Events;

/// <summary>What became of an event at one endpoint. Written in lower camel case in JSON and in the database.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(Http.CamelCaseConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>It is to be sent, again perhaps.</summary>
    Pending,

    /// <summary>The receiver answered with a 2xx.</summary>
    Delivered,

    /// <summary>It is not sent any more, unless an operator asks for it.</summary>
    Dead,
}

/// <summary>A row of <c>event_deliveries</c>, with what its message needs besides.</summary>
internal sealed record Delivery
{
    private const string Select = """
        SELECT d.id, d.event_id, d.type, d.endpoint, d.partner_reference_no, d.status, d.version, COALESCE(h.at, d.at), d.state,
          d.attempts, d.step, d.next_attempt_at, d.attempt_log, d.last_error, d.created_at, d.delivered_at, h.notification_id,
          n.kyc_message, u.owner, u.asked_for, u.merchant_id
        FROM event_deliveries d
          LEFT JOIN upgrades u ON u.partner_reference_no = d.partner_reference_no
          LEFT JOIN upgrade_history h ON h.partner_reference_no = d.partner_reference_no AND h.version = d.version
            AND d.type IN ('account_upgrade.approved', 'account_upgrade.rejected')
          LEFT JOIN upgrades via ON via.partner_reference_no = h.via_reference
          LEFT JOIN notifications n ON n.id = h.notification_id AND u.redacted_at IS NULL
            AND (h.via_reference IS NULL OR via.owner = u.owner)
        """;

    private static readonly Statement SelectOne = new($"{Select} WHERE d.id = @id");

    // With PostgreSQL alone: one round trip.
    private static readonly Statement SelectMany = new($"{Select} WHERE d.id = ANY(@ids)");

    public required string Id { get; init; }
    public required string EventId { get; init; }
    public required string Type { get; init; }
    public required string Endpoint { get; init; }
    public required string PartnerReferenceNo { get; init; }
    public required string Status { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DeliveryState State { get; init; }

    /// <summary>All attempts that were recorded.</summary>
    public required long Attempts { get; init; }

    /// <summary>Those of the present schedule that failed.</summary>
    public required long Step { get; init; }
    public DateTimeOffset? NextAttemptAt { get; init; }
    public required string AttemptLog { get; init; }
    public string? LastError { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Whose record it is; null when there is none any more.</summary>
    public string? Owner { get; init; }

    /// <inheritdoc cref="Owner"/>
    public string? MerchantId { get; init; }

    /// <summary>The notification that brought the result; null when none did.</summary>
    public string? NotificationId { get; init; }

    /// <summary>Encrypted. Null also when the record is redacted, or the notification was about the reference of another owner.</summary>
    public byte[]? KycMessage { get; init; }

    /// <summary>The upgrade that this one asks about.</summary>
    public string? AskedFor { get; init; }

    public static IReadOnlyList<Delivery> Find(DbTransaction transaction, IReadOnlyCollection<string> ids) =>
        transaction is NpgsqlTransaction
            ? SelectMany.Query(transaction, Read, ("@ids", ids.ToArray()))
            : [.. ids.SelectMany(id => SelectOne.Query(transaction, Read, ("@id", id)))];

    public static async Task<Delivery?> FindAsync(IDatabase database, string id, CancellationToken cancellationToken) =>
        await SelectOne.QueryAsync(database, Read, cancellationToken, ("@id", id)) is [var found] ? found : null;

    private static Delivery Read(DbDataReader reader) => new()
    {
        Id = reader.GetString(0),
        EventId = reader.GetString(1),
        Type = reader.GetString(2),
        Endpoint = reader.GetString(3),
        PartnerReferenceNo = reader.GetString(4),
        Status = reader.GetString(5),
        Version = reader.GetInt64(6),
        At = reader.Time(7),
        State = reader.Word<DeliveryState>(8),
        Attempts = reader.GetInt64(9),
        Step = reader.GetInt64(10),
        NextAttemptAt = reader.TimeOrNull(11),
        AttemptLog = reader.GetString(12),
        LastError = reader.TextOrNull(13),
        CreatedAt = reader.Time(14),
        DeliveredAt = reader.TimeOrNull(15),
        NotificationId = reader.TextOrNull(16),
        KycMessage = reader.Bytes(17),
        Owner = reader.TextOrNull(18),
        AskedFor = reader.TextOrNull(19),
        MerchantId = reader.TextOrNull(20),
    };
}
