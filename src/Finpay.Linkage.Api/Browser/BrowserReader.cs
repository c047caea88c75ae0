using System.Data.Common;
using System.Text.Json;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Browser;

/// <summary>Reads upgrades as their customers' pages see them.</summary>
internal sealed class BrowserReader(IDatabase database, ColumnCipher cipher, UpgradeReader upgrades, TimeProvider clock)
{
    // The message is that of the step which brought the result, unless it was about the reference of another owner.
    private static readonly Statement SelectNewer = new(
        $"""
         SELECT u.*, {Dialect.ServerTime}, n.id, n.kyc_message
         FROM (
           SELECT {UpgradeRow.Columns} FROM json_each(@known::json) AS known
             JOIN upgrades ON partner_reference_no = known.key AND version > CAST(CAST(known.value AS text) AS bigint)) AS u
           LEFT JOIN upgrade_history h ON h.partner_reference_no = u.partner_reference_no AND u.redacted_at IS NULL
             AND u.status IN ('approved', 'rejected') AND h.version = (
               SELECT min(version) FROM upgrade_history AS one
               WHERE one.partner_reference_no = u.partner_reference_no AND one.status = u.status)
           LEFT JOIN upgrades via ON via.partner_reference_no = h.via_reference
           LEFT JOIN notifications n ON n.id = h.notification_id AND (h.via_reference IS NULL OR via.owner = u.owner)
         """);

    public async Task<BrowserView?> FindAsync(string partnerReferenceNo, CancellationToken cancellationToken) =>
        await FindNewerAsync(new(StringComparer.Ordinal) { [partnerReferenceNo] = 0 }, cancellationToken) is [var view] ? view : null;

    /// <summary>Those of which there is a newer version than is known, in one query.</summary>
    public Task<List<BrowserView>> FindNewerAsync(Dictionary<string, long> known, CancellationToken cancellationToken) =>
        SelectNewer.QueryAsync(
            database, Read, cancellationToken, ("@known", JsonSerializer.Serialize(known, BrowserJson.Shared.DictionaryStringInt64)));

    private BrowserView Read(DbDataReader reader)
    {
        var row = UpgradeRow.Read(reader);
        var shown = upgrades.ToView(row, justSent: false, reader.TimeOrNull(UpgradeRow.ColumnCount) ?? clock.GetUtcNow());
        string? message = null;
        if (reader.TextOrNull(UpgradeRow.ColumnCount + 1) is { } notificationId)
            cipher.TryDecryptText(reader.Bytes(UpgradeRow.ColumnCount + 2), EncryptedColumns.KycMessage, notificationId, out message);
        return new BrowserView
        {
            PartnerReferenceNo = row.PartnerReferenceNo,
            Status = row.Status,
            Final = row.Status is UpgradeStatus.Approved or UpgradeStatus.Rejected,
            Version = row.Version,
            WidgetUrl = shown.WidgetUrl,
            ExpiryTime = shown.ExpiryTime,
            Expired = shown.Expired,
            KycMessage = string.IsNullOrEmpty(message) ? null : message,
            UpdatedAt = row.UpdatedAt,
        };
    }
}
