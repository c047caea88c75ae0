namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>One deviation from the contract, with the answer it would earn if it were the only one.</summary>
internal sealed record Problem(string Field, string Reason, string ResponseCode, string ResponseMessage)
{
    public static Problem NotJson(string reason) => new("", reason, "4000000", "Bad Request");

    public static Problem Format(string field, string reason) => new(field, reason, "4000001", $"Invalid Field Format {field}");

    public static Problem Missing(string field) => new(field, "is missing", "4000002", $"Invalid Mandatory Field {field}");

    public static Problem WrongMerchant() => new("merchantId", "is not the one Finnet issued", "4040008", "Invalid Merchant");

    public static Problem WrongPassword() =>
        new("merchantPass", "does not decrypt to the merchant password", "4010000", "Unauthorized. [merchantPass]");
}
