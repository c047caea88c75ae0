using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>Records in memory.</summary>
internal static class UpgradeRows
{
    public const string Owner = "shop";

    public static readonly byte[] Fingerprint = [1, 2, 3];

    public static UpgradeRow Of(UpgradeStatus status, string? responseCode = null) => new()
    {
        PartnerReferenceNo = Calls.Reference,
        Owner = Owner,
        MerchantId = "M",
        Status = status,
        ResponseCode = responseCode,
        Fingerprint = Fingerprint,
        Version = 1,
        CreatedAt = ManualClock.Start,
        UpdatedAt = ManualClock.Start,
    };

    public static UpgradeView View(UpgradeRow row) => new()
    {
        PartnerReferenceNo = row.PartnerReferenceNo,
        Status = row.Status,
        CreatedAt = ManualClock.Start,
        UpdatedAt = ManualClock.Start,
    };
}
