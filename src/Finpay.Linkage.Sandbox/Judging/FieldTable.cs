using System.Text.Json;

namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>The widget request's fields, copied by hand from the contract (section 1), not from the product's writer.</summary>
internal static class FieldTable
{
    private const JsonValueKind Text = JsonValueKind.String;
    private const JsonValueKind Boolean = JsonValueKind.True;
    private const JsonValueKind Members = JsonValueKind.Object;

    public static readonly IReadOnlyList<FieldRule> All =
    [
        new("partnerReferenceNo", Text, Need.Mandatory, 10, 64),
        new("phoneNo", Text, Need.Mandatory, 10, 15, Check: FieldChecks.Phone),
        new("merchantId", Text, Need.Mandatory, 1, 128),
        new("merchantPass", Text, Need.Mandatory, Encrypted: true),
        new("redirectFinalUrl", Text, Need.Optional, Check: FieldChecks.AbsoluteUrl),
        new("images", Members, Need.Optional),
        new("images.ktp", Members, Need.Optional),
        new("images.ktp.base64", Text, Need.MandatoryInParent, Check: FieldChecks.Image),
        new("images.ktp.isEditable", Boolean, Need.MandatoryInParent),
        new("images.selfie", Members, Need.Optional),
        new("images.selfie.base64", Text, Need.MandatoryInParent, Check: FieldChecks.Image),
        new("images.selfie.isEditable", Boolean, Need.MandatoryInParent),
        new("personalData", Members, Need.Optional),
        new("personalData.kkNumber", Text, Need.Optional, 16, 16, Encrypted: true, FieldChecks.Digits),
        new("personalData.biologicalMotherName", Text, Need.Optional, Encrypted: true),
        new("personalData.nationality", Text, Need.Optional, Check: FieldChecks.Nationality),
        new("personalData.email", Text, Need.Optional),
    ];

    private static readonly ILookup<string, FieldRule> ByParent = All.ToLookup(rule => rule.Parent, StringComparer.Ordinal);

    public static IEnumerable<FieldRule> ChildrenOf(string path) => ByParent[path];
}
