using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Finnet's envelope: every answer on the callback path. The code is the HTTP status, 00, and a case.</summary>
/// <param name="ResponseCode">Seven digits.</param>
/// <param name="ResponseMessage">At most 150 characters.</param>
public sealed record CallbackReply(
    [property: Required, StringLength(7, MinimumLength = 7), RegularExpression("^[0-9]+$")] string ResponseCode,
    [property: Required, MaxLength(150)] string ResponseMessage) : IResult, IStatusCodeHttpResult
{
    public const string Prefix = "/callbacks/finnet";

    public static readonly CallbackReply Taken = new("2000000", "Request has been processed successfully");
    public static readonly CallbackReply BadRequest = new("4000000", "Bad Request");
    public static readonly CallbackReply Unauthorized = new("4010000", "Unauthorized");
    public static readonly CallbackReply NotFound = new("4040000", "Not Found");
    public static readonly CallbackReply InvalidMerchant = new("4040008", "Invalid Merchant");
    public static readonly CallbackReply MethodNotAllowed = new("4050000", "Method Not Allowed");
    public static readonly CallbackReply RequestTimeout = new("4080000", "Request Timeout");
    public static readonly CallbackReply TooLarge = new("4130000", "Request Entity Too Large");
    public static readonly CallbackReply UnsupportedMediaType = new("4150000", "Unsupported Media Type");
    public static readonly CallbackReply TooManyRequests = new("4290000", "Too Many Requests");
    public static readonly CallbackReply HeadersTooLarge = new("4310000", "Request Header Fields Too Large");
    public static readonly CallbackReply GeneralError = new("5000000", "General Error");

    private static readonly CallbackReply[] OfStatuses =
    [
        BadRequest, Unauthorized, NotFound, MethodNotAllowed, RequestTimeout, TooLarge, UnsupportedMediaType, TooManyRequests,
        HeadersTooLarge,
    ];

    int? IStatusCodeHttpResult.StatusCode => Status;
    private int Status => int.Parse(ResponseCode.AsSpan(0, 3), CultureInfo.InvariantCulture);

    public static CallbackReply InvalidFieldFormat(string field) => new("4000001", $"Invalid Field Format {field}");
    public static CallbackReply InvalidMandatoryField(string field) => new("4000002", $"Invalid Mandatory Field {field}");

    internal static CallbackReply For(KycNotificationProblem problem, string? field) => problem switch
    {
        KycNotificationProblem.InvalidFieldFormat => InvalidFieldFormat(field!),
        KycNotificationProblem.InvalidMandatoryField => InvalidMandatoryField(field!),
        _ => BadRequest,
    };

    /// <summary>The envelope for a status without a body; every 5xx is 5000000, so that Finnet sends again.</summary>
    public static CallbackReply ForStatus(int status)
    {
        if (status >= 500)
            return GeneralError;
        var code = string.Create(CultureInfo.InvariantCulture, $"{status:000}0000");
        return Array.Find(OfStatuses, reply => reply.ResponseCode == code) ?? new CallbackReply(code, "Request failed");
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(this, CallbacksJson.Shared.CallbackReply);
        httpContext.Response.ContentLength = body.Length;
        return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
