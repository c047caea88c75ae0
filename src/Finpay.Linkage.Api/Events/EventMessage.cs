using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Events;

/// <summary>The body of a webhook message.</summary>
public sealed record EventMessage
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>What happened: account_upgrade.approved, for example.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required string Timestamp { get; init; }

    /// <summary>The upgrade; empty in a test message.</summary>
    public required EventData Data { get; init; }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EventsJson.Shared.EventMessage);

    internal static EventMessage Test(DateTimeOffset now) =>
        new() { Type = EventTypes.Test, Timestamp = TextOf(now), Data = new EventData() };

    /// <summary>As it is sent now: the message of a result is read from its notification, and gone once the upgrade is redacted.</summary>
    internal static EventMessage Of(Delivery delivery, ColumnCipher cipher)
    {
        string? message = null;
        if (delivery.NotificationId is { } id)
            cipher.TryDecryptText(delivery.KycMessage, EncryptedColumns.KycMessage, id, out message);
        return new EventMessage
        {
            Type = delivery.Type,
            Timestamp = TextOf(delivery.At),
            Data = new EventData
            {
                PartnerReferenceNo = delivery.PartnerReferenceNo,
                AskedFor = delivery.AskedFor,
                Status = delivery.Status,
                Version = delivery.Version,
                KycMessage = string.IsNullOrEmpty(message) ? null : message,
            },
        };
    }

    private static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);
}

/// <summary>The upgrade that a message is about.</summary>
public sealed record EventData
{
    /// <summary>The reference.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>The upgrade that this one was made to ask about; absent for others.</summary>
    public string? AskedFor { get; init; }

    /// <summary>The status after the change.</summary>
    public string? Status { get; init; }

    /// <summary>The version of the record: a receiver ignores a message with a lower version than it has seen.</summary>
    public long? Version { get; init; }

    /// <summary>Finnet's reason; only with approved and rejected, and not once the upgrade is redacted.</summary>
    public string? KycMessage { get; init; }
}
