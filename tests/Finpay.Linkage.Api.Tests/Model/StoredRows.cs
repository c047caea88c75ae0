using System.Data.Common;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>Reads the tables with statements of its own.</summary>
internal sealed class StoredRows(
    IDatabase database, DbConnection connection, ColumnCipher cipher, Func<string, byte[]> hashPhone,
    IReadOnlyDictionary<string, string> attempts)
{
    private static readonly string[] RealPhones = [.. World.Phones.Select(forms => forms[0]).Where(phone => phone.Length > 0)];

    private readonly Dictionary<string, string> phones = RealPhones.ToDictionary(phone => Convert.ToHexString(hashPhone(phone)));

    public Seen See()
    {
        using var transaction = database.BeginRead(connection);
        var notifications = connection.Query<NotificationRow>(
            """
            SELECT id, merchant_id, partner_reference_no, kyc_response, kyc_message, phone_hash, disposition, deliveries, received_at,
              last_received_at
            FROM notifications ORDER BY received_at
            """,
            transaction: transaction).AsList();
        var numbers = notifications.Select((row, index) => (row.Id, Number: index + 1)).ToDictionary(pair => pair.Id, pair => pair.Number);
        var upgrades = connection.Query<StoredUpgrade>(
            """
            SELECT partner_reference_no, owner, merchant_id, phone_no, phone_hash, status, response_code, may_have_arrived, attempt_id,
              lease_until, widget_url, created_at
            FROM upgrades ORDER BY partner_reference_no
            """,
            transaction: transaction);
        var history = connection.Query<StepRow>(
            """
            SELECT partner_reference_no, status, source, response_code, notification_id, via_reference, count
            FROM upgrade_history ORDER BY partner_reference_no, version, id
            """,
            transaction: transaction);
        return new Seen(
            [.. upgrades.Select(ToUpgrade)],
            [.. history.Select(row => new SeenStep(
                row.PartnerReferenceNo, row.Status, row.Source, row.ResponseCode,
                row.NotificationId is null ? null : numbers[row.NotificationId], row.ViaReference, row.Count))],
            [.. notifications.Select(row => ToNotification(row, numbers[row.Id]))]);
    }

    private SeenUpgrade ToUpgrade(StoredUpgrade row)
    {
        var phone = cipher.DecryptText(row.PhoneNo, EncryptedColumns.Phone, row.PartnerReferenceNo)!;
        Assert.Equal(phone, Phone(row.PhoneHash));
        return new SeenUpgrade(
            row.PartnerReferenceNo, row.Owner, row.MerchantId, phone, row.Status, row.ResponseCode, row.MayHaveArrived != 0,
            row.LeaseUntil is null ? null : attempts[row.AttemptId!],
            row.LeaseUntil,
            cipher.DecryptText(row.WidgetUrl, EncryptedColumns.WidgetUrl, row.PartnerReferenceNo), row.CreatedAt);
    }

    private SeenNotification ToNotification(NotificationRow row, int number) => new(
        number, row.MerchantId, row.PartnerReferenceNo, row.KycResponse,
        cipher.DecryptText(row.KycMessage, EncryptedColumns.KycMessage, row.Id)!, Phone(row.PhoneHash),
        row.Disposition, row.Deliveries, row.ReceivedAt, row.LastReceivedAt);

    private string? Phone(byte[]? hash) => hash is null ? null : phones.GetValueOrDefault(Convert.ToHexString(hash), "another");

    private sealed class StoredUpgrade
    {
        public required string PartnerReferenceNo { get; init; }
        public required string Owner { get; init; }
        public required string MerchantId { get; init; }
        public byte[]? PhoneNo { get; init; }
        public byte[]? PhoneHash { get; init; }
        public required string Status { get; init; }
        public string? ResponseCode { get; init; }
        public long MayHaveArrived { get; init; }
        public string? AttemptId { get; init; }
        public long? LeaseUntil { get; init; }
        public byte[]? WidgetUrl { get; init; }
        public long CreatedAt { get; init; }
    }

    private sealed class StepRow
    {
        public required string PartnerReferenceNo { get; init; }
        public required string Status { get; init; }
        public required string Source { get; init; }
        public string? ResponseCode { get; init; }
        public string? NotificationId { get; init; }
        public string? ViaReference { get; init; }
        public long Count { get; init; }
    }

    private sealed class NotificationRow
    {
        public required string Id { get; init; }
        public string? MerchantId { get; init; }
        public string? PartnerReferenceNo { get; init; }
        public string? KycResponse { get; init; }
        public byte[]? KycMessage { get; init; }
        public byte[]? PhoneHash { get; init; }
        public required string Disposition { get; init; }
        public long Deliveries { get; init; }
        public long ReceivedAt { get; init; }
        public long LastReceivedAt { get; init; }
    }
}
