using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Model;

/// <summary>Finnet's possible answers to an attempt: the rows of api.md's table.</summary>
internal enum FinnetSays
{
    Issued,
    OnProcess,
    Approved,
    Rejected,
    Refused,
    Duplicate,
    NotReached,
    Busy,
    Unclear,
    NoAnswer,
}

/// <summary>All values of the model: so few that all combinations occur.</summary>
internal static class World
{
    /// <summary>A phone that a notification leaves out.</summary>
    public const int NoPhone = 2;

    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(45);

    public static readonly TimeSpan WidgetLife = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(120);

    public static readonly string[] References = ["reference-0", "reference-1", "reference-2"];

    public static readonly string[] Owners = ["shop", "other-shop"];

    /// <summary>Each may be the service's own merchant; a start decides which.</summary>
    public static readonly string[] Merchants = [TestSettings.MerchantId, "AGREE999999"];

    /// <summary>In the form that is sent to Finnet, then in another form that notifications use.</summary>
    public static readonly string[][] Phones = [["6281295288912", "081295288912"], ["6281295288913", "+6281295288913"], ["", " "]];

    public static readonly string[] Messages = ["welcome", ""];

    /// <summary>Spellings with the same meaning; an unknown text has only one.</summary>
    public static readonly string[][] Outcomes =
    [
        ["KYC Approved", "kyc_approved"], ["KYC Rejected", "Rejected"], ["KYC Pending", "KYC Pending"],
    ];

    public static string? Code(FinnetSays answer) => answer switch
    {
        FinnetSays.Issued => "2000000",
        FinnetSays.OnProcess => "2020000",
        FinnetSays.Approved => "2000002",
        FinnetSays.Rejected => "2000001",
        FinnetSays.Refused => "4000001",
        FinnetSays.Duplicate => "4090001",
        FinnetSays.Busy => "4290000",
        FinnetSays.Unclear => "5000000",
        _ => null,
    };
}
