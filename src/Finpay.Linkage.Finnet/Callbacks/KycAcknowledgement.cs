using System.Text.Json;
using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet;

/// <summary>What a merchant answers a KYC notification with: Finnet's envelope under the HTTP status that its code names.</summary>
/// <remarks>Source: Upgrade Account Notification, response; BI-SNAP for the errors.</remarks>
public sealed record KycAcknowledgement
{
    private KycAcknowledgement(string code, string message) => (ResponseCode, ResponseMessage) = (ResponseCode.Parse(code), message);

    /// <summary>2000000: it is stored. Answer so only then, and to a repeated one as well.</summary>
    public static KycAcknowledgement Accepted { get; } = new("2000000", "Request has been processed successfully");

    /// <summary>4000000: the body is no notification.</summary>
    public static KycAcknowledgement BadRequest { get; } = new("4000000", "Bad Request");

    /// <summary>4010000: it is not from Finnet.</summary>
    public static KycAcknowledgement Unauthorized { get; } = new("4010000", "Unauthorized");

    /// <summary>4040008: it is for another merchant.</summary>
    public static KycAcknowledgement InvalidMerchant { get; } = new("4040008", "Invalid Merchant");

    /// <summary>5000000: it could not be stored. Finnet sends it again.</summary>
    public static KycAcknowledgement GeneralError { get; } = new("5000000", "General Error");

    /// <summary>Seven digits.</summary>
    [JsonPropertyName("responseCode")]
    public ResponseCode ResponseCode { get; }

    /// <summary>At most 150 characters.</summary>
    [JsonPropertyName("responseMessage")]
    public string ResponseMessage { get; }

    /// <summary>The status to answer with.</summary>
    [JsonIgnore]
    public int HttpStatus => ResponseCode.HttpStatus;

    /// <summary>The body, to be sent as <c>application/json</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FinnetJson.Default.KycAcknowledgement);

    internal static KycAcknowledgement For(KycNotificationReading reading) => reading.Problem switch
    {
        KycNotificationProblem.InvalidFieldFormat => new("4000001", $"Invalid Field Format {reading.Field}"),
        KycNotificationProblem.InvalidMandatoryField => new("4000002", $"Invalid Mandatory Field {reading.Field}"),
        _ => BadRequest,
    };
}
