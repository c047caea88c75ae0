using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Finpay.Linkage.Sandbox.Judging;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>An answer of the widget service.</summary>
internal sealed record Reply(int Status, string Body, string ContentType = "application/json")
{
    public static readonly Reply InProcess = Of("2020000", "KYC still on process");
    public static readonly Reply Rejected = Of("2000001", "KYC rejected");
    public static readonly Reply Approved = Of("2000002", "KYC approved");
    public static readonly Reply UsedUp = Of("4090001", "Duplicate partnerReferenceNo");
    public static readonly Reply Unauthorised = Of("4010000", "Unauthorized. [scripted]");
    public static readonly Reply InvalidToken = Of("4010001", "Invalid Token (B2B)");
    public static readonly Reply ExternalIdUsed = Of("4090000", "Conflict");
    public static readonly Reply GeneralError = Of("5000000", "General Error");
    public static readonly Reply NotFound = Of("4040000", "Not Found");
    public static readonly Reply NotJson = new(200, "<html><body>Scheduled maintenance</body></html>", "text/html");

    /// <summary>Only recorded: the connection is closed without an answer.</summary>
    public static readonly Reply HungUp = new(0, "(connection closed)", "");

    // Java and PHP services do not escape & in JSON, so the widgetUrl keeps it.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A token answer; expiresIn as a string, as SNAP writes it.</summary>
    public static Reply Token(string accessToken, int expiresIn) => new(200, JsonSerializer.Serialize(
        new
        {
            responseCode = "2007300",
            responseMessage = "Successful",
            accessToken,
            tokenType = "Bearer",
            expiresIn = expiresIn.ToString(CultureInfo.InvariantCulture),
        },
        Relaxed));

    public static Reply Of(Problem problem) => Of(problem.ResponseCode, problem.ResponseMessage);

    /// <summary>Contract, section 2: a code is HTTP (3) + service (2) + case (2).</summary>
    public static Reply Of(string responseCode, string responseMessage) =>
        new(
            int.Parse(responseCode.AsSpan(0, 3), CultureInfo.InvariantCulture),
            JsonSerializer.Serialize(new { responseCode, responseMessage }, Relaxed));

    public static Reply Issued(string widgetUrl, DateTimeOffset expiresAt) => new(200, JsonSerializer.Serialize(
        new
        {
            responseCode = "2000000",
            responseMessage = "Request has been processed successfully",
            widgetUrl,
            expiryTime = expiresAt.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        },
        Relaxed));

    public async Task SendAsync(HttpContext http)
    {
        if (this == HungUp)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = Status;
        http.Response.ContentType = ContentType;
        await http.Response.WriteAsync(Body, http.RequestAborted);
    }
}
