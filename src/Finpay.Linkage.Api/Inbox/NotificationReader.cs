using System.Data.Common;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>A notification as operators see it.</summary>
public sealed record NotificationView
{
    /// <summary>The id of this notification.</summary>
    public required string Id { get; init; }

    /// <summary>When it arrived first.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When it arrived last.</summary>
    public required DateTimeOffset LastReceivedAt { get; init; }

    /// <summary>How often it arrived.</summary>
    public required long Deliveries { get; init; }

    /// <summary>The result as Finnet wrote it, if it is a known word; else other: rawBase64 has the words.</summary>
    public string? KycResponse { get; init; }

    /// <summary>Finnet's reason.</summary>
    public string? KycMessage { get; init; }

    /// <summary>True when kycMessage or rawBase64 is left out because it can't be decrypted. Absent otherwise.</summary>
    public bool? Unreadable { get; init; }

    /// <summary>The reference that it names.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>The merchant that it names.</summary>
    public string? MerchantId { get; init; }

    /// <summary>What became of it.</summary>
    public required Disposition Disposition { get; init; }

    /// <summary>What is known about its origin and about the record that it names.</summary>
    public required NotificationEvidence Evidence { get; init; }

    /// <summary>The body as received, in Base64; only when one notification is read.</summary>
    public string? RawBase64 { get; init; }
}

/// <summary>A page of notifications, newest first.</summary>
public sealed record NotificationPage(IReadOnlyList<NotificationView> Items, string? NextCursor);

internal sealed record NotificationFilter(Disposition? Disposition, string? PartnerReferenceNo, string? MerchantId)
{
    /// <summary>Binds a cursor to its filters.</summary>
    public string Signature => string.Join('|', "notifications", Disposition, PartnerReferenceNo, MerchantId);
}

/// <summary>Reads the inbox and decrypts what may be shown.</summary>
internal sealed class NotificationReader(IDatabase database, ColumnCipher cipher)
{
    private const string Columns = """
        id, received_at, last_received_at, deliveries, kyc_response, kyc_message, partner_reference_no, merchant_id, disposition, evidence
        """;

    private static readonly Statement SelectOne = new($"SELECT {Columns}, raw FROM notifications WHERE id = @id");

    /// <summary>One that names no merchant is for those who see all.</summary>
    public async Task<NotificationView?> FindAsync(string id, Scope scope, CancellationToken cancellationToken)
    {
        var rows = await SelectOne.QueryAsync(
            database, reader => WithRaw(Read(reader), reader.Bytes(10)), cancellationToken, ("@id", id));
        return rows is [var view] && scope.Covers(owner: null, view.MerchantId) ? view : null;
    }

    /// <summary>Newest first, after the position of the cursor: ids begin with their time.</summary>
    public Task<List<NotificationView>> ListAsync(
        NotificationFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        var conditions = new List<string> { "1 = 1" };
        if (filter.Disposition is { } disposition)
            conditions.Add(
                disposition == Disposition.Applied ? "disposition = 'applied'" : "disposition = @disposition AND disposition <> 'applied'");
        if (filter.PartnerReferenceNo is not null)
            conditions.Add("partner_reference_no = @reference");
        if (filter.MerchantId is not null)
            conditions.Add("merchant_id = @merchant");
        if (after is not null)
            conditions.Add("id < @after");
        var sql = $"SELECT {Columns} FROM notifications WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit";
        return new Statement(sql).QueryAsync(
            database, Read, cancellationToken,
            ("@disposition", filter.Disposition), ("@reference", filter.PartnerReferenceNo), ("@merchant", filter.MerchantId),
            ("@after", after?.Id), ("@limit", limit));
    }

    private NotificationView Read(DbDataReader reader)
    {
        var id = reader.GetString(0);
        var readable = cipher.TryDecryptText(reader.Bytes(5), EncryptedColumns.KycMessage, id, out var message);
        return new()
        {
            Id = id,
            ReceivedAt = reader.Time(1),
            LastReceivedAt = reader.Time(2),
            Deliveries = reader.GetInt64(3),
            KycResponse = reader.TextOrNull(4),
            KycMessage = message,
            Unreadable = readable ? null : true,
            PartnerReferenceNo = reader.TextOrNull(6),
            MerchantId = reader.TextOrNull(7),
            Disposition = reader.Word<Disposition>(8),
            Evidence = NotificationEvidence.FromJson(reader.GetString(9)),
        };
    }

    private NotificationView WithRaw(NotificationView view, byte[]? raw) =>
        raw is null ? view
        : cipher.TryDecrypt(raw, EncryptedColumns.Raw, view.Id) is { } bytes ? view with { RawBase64 = Convert.ToBase64String(bytes) }
        : view with { Unreadable = true };
}
