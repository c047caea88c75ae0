using System.Data.Common;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>A row of <c>upgrades</c>; personal data is encrypted or hashed.</summary>
internal sealed record UpgradeRow
{
    public const string Columns = """
        partner_reference_no, owner, merchant_id, status, fingerprint, phone_hash, widget_url, widget_expires_at, response_code,
        may_have_arrived, attempt_id, lease_until, version, created_at, updated_at, redacted_at,
        expiry_estimated, status_since, asked_for
        """;

    public const int ColumnCount = 19;

    public required string PartnerReferenceNo { get; init; }
    public required string Owner { get; init; }
    public required string MerchantId { get; init; }
    public required UpgradeStatus Status { get; init; }
    public byte[]? Fingerprint { get; init; }
    public byte[]? PhoneHash { get; init; }
    public byte[]? WidgetUrl { get; init; }
    public DateTimeOffset? WidgetExpiresAt { get; init; }

    /// <summary>Finnet gave no usable expiry: the time is the issue plus Upgrades:WidgetUrlLifetime.</summary>
    public bool ExpiryEstimated { get; init; }
    public string? ResponseCode { get; init; }

    /// <summary>An attempt may have reached Finnet without an answer.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>The attempt that holds the record.</summary>
    public string? AttemptId { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }
    public required long Version { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? RedactedAt { get; init; }

    /// <summary>When the status last changed; null when that is <see cref="UpdatedAt"/>.</summary>
    public DateTimeOffset? StatusSince { get; init; }

    /// <summary>The upgrade that this one asks Finnet about (ask-again).</summary>
    public string? AskedFor { get; init; }

    /// <summary>Reads <see cref="Columns"/>.</summary>
    public static UpgradeRow Read(DbDataReader reader) => new()
    {
        PartnerReferenceNo = reader.GetString(0),
        Owner = reader.GetString(1),
        MerchantId = reader.GetString(2),
        Status = reader.Word<UpgradeStatus>(3),
        Fingerprint = reader.Bytes(4),
        PhoneHash = reader.Bytes(5),
        WidgetUrl = reader.Bytes(6),
        WidgetExpiresAt = reader.TimeOrNull(7),
        ResponseCode = reader.TextOrNull(8),
        MayHaveArrived = reader.Flag(9),
        AttemptId = reader.TextOrNull(10),
        LeaseUntil = reader.TimeOrNull(11),
        Version = reader.GetInt64(12),
        CreatedAt = reader.Time(13),
        UpdatedAt = reader.Time(14),
        RedactedAt = reader.TimeOrNull(15),
        ExpiryEstimated = reader.Flag(16),
        StatusSince = reader.TimeOrNull(17),
        AskedFor = reader.TextOrNull(18),
    };
}
