namespace Finpay.Linkage.Api.Storage;

/// <summary>The encrypted columns: each value is bound to its column and row.</summary>
internal static class EncryptedColumns
{
    public const string Phone = "upgrades.phone_no";
    public const string WidgetUrl = "upgrades.widget_url";
    public const string HistoryMessage = "upgrade_history.message";
    public const string KycMessage = "notifications.kyc_message";
    public const string Raw = "notifications.raw";
}
