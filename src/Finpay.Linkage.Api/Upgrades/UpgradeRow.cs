using System.Data.Common;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>A row of <c>upgrades</c>, as stored: times in Unix milliseconds, personal data encrypted.</summary>
internal sealed record UpgradeRow
{
    public const string Columns = """
        partner_reference_no, owner, merchant_id, status, fingerprint, phone_hash, widget_url, widget_expires_at, response_code,
        may_have_arrived, attempt_id, lease_until, version, created_at, updated_at, redacted_at
        """;

    public required string PartnerReferenceNo { get; init; }
    public required string Owner { get; init; }
    public required string MerchantId { get; init; }
    public required string Status { get; init; }
    public byte[]? Fingerprint { get; init; }
    public byte[]? PhoneHash { get; init; }
    public byte[]? WidgetUrl { get; init; }
    public long? WidgetExpiresAt { get; init; }
    public string? ResponseCode { get; init; }
    public long MayHaveArrived { get; init; }
    public string? AttemptId { get; init; }
    public long? LeaseUntil { get; init; }
    public long Version { get; init; }
    public long CreatedAt { get; init; }
    public long UpdatedAt { get; init; }
    public long? RedactedAt { get; init; }

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static UpgradeRow Read(DbDataReader reader) => new()
    {
        PartnerReferenceNo = reader.GetString(0),
        Owner = reader.GetString(1),
        MerchantId = reader.GetString(2),
        Status = reader.GetString(3),
        Fingerprint = reader.Bytes(4),
        PhoneHash = reader.Bytes(5),
        WidgetUrl = reader.Bytes(6),
        WidgetExpiresAt = reader.Number(7),
        ResponseCode = reader.Text(8),
        MayHaveArrived = reader.GetInt64(9),
        AttemptId = reader.Text(10),
        LeaseUntil = reader.Number(11),
        Version = reader.GetInt64(12),
        CreatedAt = reader.GetInt64(13),
        UpdatedAt = reader.GetInt64(14),
        RedactedAt = reader.Number(15),
    };

    public UpgradeStatus CurrentStatus => EnumText.Parse<UpgradeStatus>(Status);
}

/// <summary>A row of <c>upgrade_history</c>, with the message of the notification it came from.</summary>
internal sealed class HistoryRow
{
    public required string Id { get; init; }
    public long At { get; init; }
    public required string Status { get; init; }
    public required string Source { get; init; }
    public string? ResponseCode { get; init; }
    public byte[]? Message { get; init; }
    public string? NotificationId { get; init; }
    public byte[]? KycMessage { get; init; }
    public string? ViaReference { get; init; }
}
