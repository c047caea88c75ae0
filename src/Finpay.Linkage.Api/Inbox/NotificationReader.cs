using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>A notification as operators see it.</summary>
public sealed record NotificationView
{
    /// <summary>Our id of it.</summary>
    public required string Id { get; init; }

    /// <summary>When it came first.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it came last.</summary>
    public required DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>How often it came.</summary>
    public required long Deliveries { get; init; }

    /// <summary>The result in Finnet's words.</summary>
    public string? KycResponse { get; init; }

    /// <summary>Finnet's reason.</summary>
    public string? KycMessage { get; init; }

    /// <summary>The reference that it names.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>The merchant that it names.</summary>
    public string? MerchantId { get; init; }

    /// <summary>What became of it.</summary>
    public required Disposition Disposition { get; init; }

    /// <summary>What is known about where it came from and what it fits to.</summary>
    public required NotificationEvidence Evidence { get; init; }

    /// <summary>The body as received, in Base64; only when one notification is read.</summary>
    public string? RawBase64 { get; init; }
}

/// <summary>A page of notifications, newest first.</summary>
public sealed record NotificationPage(IReadOnlyList<NotificationView> Items, string? NextCursor);

internal sealed record NotificationFilter(Disposition? Disposition, string? PartnerReferenceNo)
{
    /// <summary>Binds a cursor to its filters.</summary>
    public string Signature => string.Join('|', "notifications", Disposition, PartnerReferenceNo);
}

internal sealed class NotificationReader(IDatabase database, ColumnCipher cipher)
{
    public const string MessageColumn = "notifications.kyc_message";
    public const string RawColumn = "notifications.raw";
    private const string Columns = "id, received_at, last_received_at, deliveries, kyc_response, kyc_message, partner_reference_no, merchant_id, disposition, evidence";

    public async Task<NotificationView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<NotificationRow>($"SELECT {Columns}, raw FROM notifications WHERE id = @id", new { id });
        return row is null ? null : ToView(row) with { RawBase64 = row.Raw is null ? null : Convert.ToBase64String(cipher.Decrypt(row.Raw, RawColumn, row.Id)) };
    }

    /// <summary>Newest first, after the position of the cursor: ids begin with their time.</summary>
    public async Task<IReadOnlyList<NotificationView>> ListAsync(NotificationFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var conditions = new List<string> { "1 = 1" };
        if (filter.Disposition is not null)
            conditions.Add(filter.Disposition == Disposition.Applied ? "disposition = 'applied'" : "disposition = @disposition AND disposition <> 'applied'");
        if (filter.PartnerReferenceNo is not null)
            conditions.Add("partner_reference_no = @PartnerReferenceNo");
        if (after is not null)
            conditions.Add("id < @afterId");
        var rows = await connection.QueryAsync<NotificationRow>(
            $"SELECT {Columns} FROM notifications WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit",
            new { disposition = filter.Disposition?.ToText(), filter.PartnerReferenceNo, afterId = after?.Id, limit });
        return [.. rows.Select(ToView)];
    }

    private NotificationView ToView(NotificationRow row) => new()
    {
        Id = row.Id,
        ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.ReceivedAt),
        LastReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.LastReceivedAt),
        Deliveries = row.Deliveries,
        KycResponse = row.KycResponse,
        KycMessage = cipher.DecryptText(row.KycMessage, MessageColumn, row.Id),
        PartnerReferenceNo = row.PartnerReferenceNo,
        MerchantId = row.MerchantId,
        Disposition = EnumText.Parse<Disposition>(row.Disposition),
        Evidence = NotificationEvidence.FromJson(row.Evidence),
    };

    private sealed class NotificationRow
    {
        public required string Id { get; init; }
        public long ReceivedAt { get; init; }
        public long LastReceivedAt { get; init; }
        public long Deliveries { get; init; }
        public string? KycResponse { get; init; }
        public byte[]? KycMessage { get; init; }
        public string? PartnerReferenceNo { get; init; }
        public string? MerchantId { get; init; }
        public required string Disposition { get; init; }
        public required string Evidence { get; init; }
        public byte[]? Raw { get; init; }
    }
}
