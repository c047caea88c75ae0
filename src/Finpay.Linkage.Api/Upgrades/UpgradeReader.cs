using Dapper;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What a list of upgrades is narrowed to.</summary>
internal sealed record UpgradeFilter(UpgradeStatus? Status, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, KeyedHashes? PhoneHash)
{
    /// <summary>Binds a cursor to its filters.</summary>
    public string Signature => string.Join('|', "upgrades", Status, CreatedFrom?.UtcTicks, CreatedTo?.UtcTicks, PhoneHash is null ? null : Convert.ToHexString(PhoneHash.Current));
}

/// <summary>Reads upgrades and decrypts what may be shown.</summary>
internal sealed class UpgradeReader(IDatabase database, ColumnCipher cipher, TimeProvider clock)
{
    public const string WidgetUrlColumn = "upgrades.widget_url";
    public const string PhoneColumn = "upgrades.phone_no";
    public const string MessageColumn = "upgrade_history.message";

    /// <param name="partnerReferenceNo">The reference.</param>
    /// <param name="owner">The key name that must own it; null for operators.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public async Task<UpgradeView?> FindAsync(string partnerReferenceNo, string? owner, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = database.BeginRead(connection);
        var row = await connection.QuerySingleOrDefaultAsync<UpgradeRow>(
            $"SELECT {UpgradeRow.Columns} FROM upgrades WHERE partner_reference_no = @partnerReferenceNo", new { partnerReferenceNo }, transaction);
        if (row is null || (owner is not null && row.Owner != owner))
            return null;
        var history = await connection.QueryAsync<HistoryRow>(
            """
            SELECT h.id, h.at, h.status, h.source, h.response_code, h.message, h.notification_id, n.kyc_message, h.via_reference
            FROM upgrade_history h LEFT JOIN notifications n ON n.id = h.notification_id
            WHERE h.partner_reference_no = @partnerReferenceNo ORDER BY h.version
            """,
            new { partnerReferenceNo },
            transaction);
        return ToView(row, justIssued: false) with { History = [.. history.Select(step => ToView(step, row.RedactedAt is not null))] };
    }

    /// <summary>Newest first by (time, reference), after the position of the cursor.</summary>
    public async Task<IReadOnlyList<UpgradeRow>> ListAsync(UpgradeFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // Conditions are added as text, not as «@x IS NULL OR …», so that the planner can use an index.
        var conditions = new List<string> { "1 = 1" };
        if (filter.Status is not null)
            conditions.Add("status = @status");
        if (filter.PhoneHash is not null)
            conditions.Add("phone_hash IN (@phoneHash, @previousPhoneHash)");
        if (filter.CreatedFrom is not null)
            conditions.Add("created_at >= @createdFrom");
        if (filter.CreatedTo is not null)
            conditions.Add("created_at < @createdTo");
        if (after is not null)
            conditions.Add("(created_at, partner_reference_no) < (@afterTime, @afterId)");
        var rows = await connection.QueryAsync<UpgradeRow>(
            $"SELECT {UpgradeRow.Columns} FROM upgrades WHERE {string.Join(" AND ", conditions)} ORDER BY created_at DESC, partner_reference_no DESC LIMIT @limit",
            new
            {
                status = filter.Status?.ToText(),
                phoneHash = filter.PhoneHash?.Current,
                previousPhoneHash = filter.PhoneHash?.PreviousOrCurrent,
                createdFrom = Ceiling(filter.CreatedFrom),
                createdTo = Ceiling(filter.CreatedTo),
                afterTime = after?.Time,
                afterId = after?.Id,
                limit,
            });
        return rows.AsList();
    }

    /// <param name="row">The record.</param>
    /// <param name="justIssued">Its widget was issued a moment ago: the URL is shown even when Finnet's expiryTime lies in the past already.</param>
    public UpgradeView ToView(UpgradeRow row, bool justIssued)
    {
        var status = row.CurrentStatus;
        var expiry = status == UpgradeStatus.WidgetIssued ? FromMilliseconds(row.WidgetExpiresAt) : null;
        var expired = expiry <= clock.GetUtcNow();
        return new UpgradeView
        {
            PartnerReferenceNo = row.PartnerReferenceNo,
            Status = status,
            WidgetUrl = expiry is not null && (justIssued || !expired) ? cipher.DecryptText(row.WidgetUrl, WidgetUrlColumn, row.PartnerReferenceNo) : null,
            ExpiryTime = expiry,
            Expired = expiry is null ? null : expired,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.UpdatedAt),
            RedactedAt = FromMilliseconds(row.RedactedAt),
        };
    }

    // A redacted record may have been settled by a notification about another reference, which keeps its own message.
    private HistoryView ToView(HistoryRow row, bool isRedacted) => new()
    {
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.At),
        Status = EnumText.Parse<UpgradeStatus>(row.Status),
        Source = EnumText.Parse<HistorySource>(row.Source),
        ResponseCode = row.ResponseCode,
        Message = !isRedacted && Message(row) is { Length: > 0 } message ? message : null,
        ViaReference = row.ViaReference,
    };

    private string? Message(HistoryRow row) => row.NotificationId is null
        ? cipher.DecryptText(row.Message, MessageColumn, row.Id)
        : cipher.DecryptText(row.KycMessage, Inbox.NotificationReader.MessageColumn, row.NotificationId);

    private static DateTimeOffset? FromMilliseconds(long? value) => value is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    // Times are stored in milliseconds: what was created before a bound within its millisecond counts as before it.
    private static long? Ceiling(DateTimeOffset? time) =>
        time is { } value ? (value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond : null;
}
