using System.Data.Common;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Finnet's same answer again is counted at its last step: a caller may repeat a create for ever.</summary>
internal static class HistoryFolding
{
    private static readonly Statement SelectLast = new(
        """
        SELECT version, id, message FROM upgrade_history
        WHERE partner_reference_no = @reference AND version = (SELECT max(version) FROM upgrade_history
          WHERE partner_reference_no = @reference) AND status = @status AND source = @source
          AND COALESCE(response_code, '') = @responseCode
        """);

    private static readonly Statement Count = new(
        "UPDATE upgrade_history SET count = count + 1, last_at = @at WHERE partner_reference_no = @reference AND version = @version");

    /// <returns>False when the record's last step is another one. The record is locked.</returns>
    public static bool TryFold(DbTransaction transaction, HistoryEntry line, ColumnCipher cipher)
    {
        var last = SelectLast.Query(
            transaction, reader => (Version: reader.GetInt64(0), Id: reader.GetString(1), Message: reader.Bytes(2)),
            ("@reference", line.PartnerReferenceNo), ("@status", line.Status), ("@source", line.Source),
            ("@responseCode", line.ResponseCode ?? ""));
        if (last is not [var step] || !IsSame(step.Message, step.Id, line, cipher))
            return false;
        UpgradeRecords.Guarded(Count.Execute(
            transaction, ("@at", line.At), ("@reference", line.PartnerReferenceNo), ("@version", step.Version)));
        return true;
    }

    // What can't be read is not known to be the same.
    private static bool IsSame(byte[]? message, string id, HistoryEntry line, ColumnCipher cipher) =>
        cipher.TryDecryptText(message, EncryptedColumns.HistoryMessage, id, out var before)
        && cipher.TryDecryptText(line.Message, EncryptedColumns.HistoryMessage, line.Id, out var now)
        && before == now;
}
