using System.Data.Common;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The filters of a list of upgrades.</summary>
internal sealed record UpgradeFilter(
    UpgradeStatus? Status, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, PhoneFilter? Phone, bool? Overdue = null,
    string? AskedFor = null, string? MerchantId = null)
{
    /// <summary>
    /// Binds a cursor to its filters. The phone is in clear because its hash depends on the lookup key; a cursor has neither.
    /// </summary>
    public string Signature => string.Join(
        '|', "upgrades", Status, CreatedFrom?.UtcTicks, CreatedTo?.UtcTicks, Phone?.Number.Reveal(), Overdue, AskedFor,
        MerchantId);
}

internal sealed record PhoneFilter(PhoneNumber Number, KeyedHashes Hash);

/// <summary>Reads upgrades and decrypts what may be shown.</summary>
internal sealed class UpgradeReader(IDatabase database, ColumnCipher cipher, IOptions<UpgradeOptions> options, TimeProvider clock)
{
    private const int MaxHistory = 200;

    private static readonly Statement SelectOne =
        new($"SELECT {UpgradeRow.Columns}, {Dialect.ServerTime} FROM upgrades WHERE partner_reference_no = @reference");

    private static readonly Statement SelectHistory = new(
        """
        SELECT h.id, h.at, h.status, h.source, h.response_code, h.message, h.notification_id, n.kyc_message, h.via_reference, via.owner,
          h.count, h.last_at
        FROM upgrade_history h LEFT JOIN notifications n ON n.id = h.notification_id
          LEFT JOIN upgrades via ON via.partner_reference_no = h.via_reference
        WHERE h.partner_reference_no = @reference ORDER BY h.version DESC LIMIT @limit
        """);

    private static readonly Statement SelectScope = new("SELECT owner, merchant_id FROM upgrades WHERE partner_reference_no = @reference");

    /// <summary>Whether there is such an upgrade in this scope, which never changes.</summary>
    public async Task<bool> IsInAsync(Scope scope, string partnerReferenceNo, CancellationToken cancellationToken) =>
        (await SelectScope.QueryAsync(
            database, reader => scope.Covers(reader.GetString(0), reader.GetString(1)), cancellationToken,
            ("@reference", partnerReferenceNo))) is [true];

    /// <summary>An upgrade with its history, if the caller may see it.</summary>
    public async Task<UpgradeView?> FindAsync(string partnerReferenceNo, Scope scope, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = database.BeginRead(connection);
        var rows = await SelectOne.QueryAsync(
            connection, transaction, ReadRow, cancellationToken, ("@reference", partnerReferenceNo));
        if (rows is not [var (row, now)] || !scope.Covers(row.Owner, row.MerchantId))
            return null;
        var history = await SelectHistory.QueryAsync(
            connection, transaction, reader => ReadStep(reader, row.RedactedAt is not null, scope.Owner), cancellationToken,
            ("@reference", partnerReferenceNo), ("@limit", MaxHistory + 1));
        return ToView(row, justSent: false, now) with
        {
            History = [.. history.Take(MaxHistory).Reverse()],
            HistoryTruncated = history.Count > MaxHistory ? true : null,
        };
    }

    /// <summary>Newest first by (time, reference), after the position of the cursor.</summary>
    public async Task<List<UpgradeView>> ListAsync(
        UpgradeFilter filter, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        // Conditions are added as text, not as «@x IS NULL OR …», so that the planner can use an index.
        var (conditions, parameters) = (new List<string> { "1 = 1" }, new List<(string, object?)> { ("@limit", limit) });
        if (filter.Status is { } status)
            Add("status = @status", ("@status", status));
        if (filter.Phone?.Hash is { } phone)
            Add("phone_hash IN (@phone, @previousPhone)", ("@phone", phone.Current), ("@previousPhone", phone.PreviousOrCurrent));
        if (filter.MerchantId is { } merchant)
            Add("merchant_id = @merchant", ("@merchant", merchant));
        if (filter.CreatedFrom is { } from)
            Add("created_at >= @createdFrom", ("@createdFrom", from.ToStoredCeiling()));
        if (filter.CreatedTo is { } to)
            Add("created_at < @createdTo", ("@createdTo", to.ToStoredCeiling()));
        if (filter.Overdue is { } overdue)
            Add(
                overdue ? Overdue.Condition : $"NOT ({Overdue.Condition})",
                Overdue.Parameters(options.Value, await database.NowAsync(clock, cancellationToken)));
        if (filter.AskedFor is { } asked)
            Add("asked_for = @askedFor", ("@askedFor", asked));
        if (after is not null)
            Add("(created_at, partner_reference_no) < (@afterTime, @afterId)", ("@afterTime", after.Time), ("@afterId", after.Id));
        var select = new Statement(
            $"""
             SELECT {UpgradeRow.Columns}, {Dialect.ServerTime} FROM upgrades WHERE {string.Join(" AND ", conditions)}
             ORDER BY created_at DESC, partner_reference_no DESC LIMIT @limit
             """);
        return await select.QueryAsync(
            database,
            reader =>
            {
                var (row, now) = ReadRow(reader);
                return ToView(row, justSent: false, now);
            },
            cancellationToken, [.. parameters]);

        void Add(string condition, params ReadOnlySpan<(string, object?)> values)
        {
            conditions.Add(condition);
            parameters.AddRange(values);
        }
    }

    private (UpgradeRow Row, DateTimeOffset Now) ReadRow(DbDataReader reader) =>
        (UpgradeRow.Read(reader), reader.TimeOrNull(UpgradeRow.ColumnCount) ?? clock.GetUtcNow());

    /// <summary>The URL that Finnet has just sent is shown whatever the status; later it is shown while the widget is open.</summary>
    public UpgradeView ToView(UpgradeRow row, bool justSent, DateTimeOffset now)
    {
        var expiry = row.Status == UpgradeStatus.WidgetIssued || (justSent && row.WidgetUrl is not null) ? row.WidgetExpiresAt : null;
        var expired = expiry <= now;
        var stored = expiry is not null && (justSent || !expired) ? row.WidgetUrl : null;
        var readable = cipher.TryDecryptText(stored, EncryptedColumns.WidgetUrl, row.PartnerReferenceNo, out var widgetUrl);
        return new UpgradeView
        {
            PartnerReferenceNo = row.PartnerReferenceNo,
            Status = row.Status,
            WidgetUrl = widgetUrl,
            Unreadable = readable ? null : true,
            ExpiryTime = expiry,
            ExpiryEstimated = expiry is not null && row.ExpiryEstimated ? true : null,
            Expired = expiry is null ? null : expired,
            Overdue = Overdue.Is(row, options.Value, now) ? true : null,
            AskedFor = row.AskedFor,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            RedactedAt = row.RedactedAt,
        };
    }

    // A redacted record may have been settled by a notification about another reference, which keeps its own message.
    private HistoryView ReadStep(DbDataReader reader, bool isRedacted, string? owner)
    {
        // Finnet speaks of the other reference, which a merchant must not see when it is not its own.
        var isOfAnother = owner is not null && reader.TextOrNull(8) is not null && reader.TextOrNull(9) != owner;
        string? message = null;
        var readable = isRedacted || isOfAnother || (reader.TextOrNull(6) is { } notificationId
            ? cipher.TryDecryptText(reader.Bytes(7), EncryptedColumns.KycMessage, notificationId, out message)
            : cipher.TryDecryptText(reader.Bytes(5), EncryptedColumns.HistoryMessage, reader.GetString(0), out message));
        return new HistoryView
        {
            At = reader.Time(1),
            Status = reader.Word<UpgradeStatus>(2),
            Source = reader.Word<HistorySource>(3),
            ResponseCode = reader.TextOrNull(4),
            Message = string.IsNullOrEmpty(message) ? null : message,
            Unreadable = readable ? null : true,
            ViaReference = isOfAnother ? null : reader.TextOrNull(8),
            Count = reader.GetInt64(10) is > 1 and var count ? count : null,
            LastAt = reader.TimeOrNull(11),
        };
    }
}
