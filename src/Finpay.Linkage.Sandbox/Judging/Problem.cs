namespace Finpay.Linkage.Sandbox.Judging;

/// <summary>One deviation from the contract, with the answer that it gets if it is the only one.</summary>
internal sealed record Problem(string Field, string Reason, string ResponseCode, string ResponseMessage)
{
    /// <summary>The service's two digits in a response code (contract, section 2).</summary>
    public const string Widget = "00";

    public static Problem NotJson(string reason, string service = Widget) => new("", reason, $"400{service}00", "Bad Request");

    public static Problem Format(string field, string reason, string service = Widget) =>
        new(field, reason, $"400{service}01", $"Invalid Field Format {field}");

    public static Problem Missing(string field, string service = Widget) =>
        new(field, "is missing", $"400{service}02", $"Invalid Mandatory Field {field}");

    public static Problem Unauthorized(string field, string reason, string shown, string service = Widget) =>
        new(field, reason, $"401{service}00", $"Unauthorized. [{shown}]");

    public static Problem WrongMerchant() => new("merchantId", "is not the one Finnet issued", "4040008", "Invalid Merchant");

    public static Problem WrongPassword() =>
        Unauthorized("merchantPass", "does not decrypt to the merchant password", "merchantPass");
}
