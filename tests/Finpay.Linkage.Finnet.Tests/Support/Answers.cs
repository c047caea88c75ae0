using System.Globalization;
using System.Net;
using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>Finnet's answers, right and wrong.</summary>
internal static class Answers
{
    public const string WidgetUrl =
        "https://demos.finnet.co.id/mob-dev/widget/prem?phone=6281295288912&uuid=04667364-ef55-46c6-9006-8c99388e4cdd";

    public static HttpResponseMessage Sample() => Raw(Finnet.Tests.Support.Sample.WidgetResponse);

    /// <summary>An issued widget with the given values of these two members.</summary>
    public static HttpResponseMessage Issued(
        string? widgetUrlJson = $"\"{WidgetUrl}\"", string? expiryTimeJson = "\"2024-11-01 14:01:10\"") =>
        Json(
            """{"responseCode":"2000000","responseMessage":"Request has been processed successfully" """
            + (widgetUrlJson is null ? "" : $",\"widgetUrl\":{widgetUrlJson}")
            + (expiryTimeJson is null ? "" : $",\"expiryTime\":{expiryTimeJson}")
            + "}");

    /// <summary>A code and a message, under the HTTP status that the code names.</summary>
    public static HttpResponseMessage Code(string code, string? retryAfter = null) => Json(
        $$"""{"responseCode":"{{code}}","responseMessage":"Finnet's words"}""",
        (HttpStatusCode)int.Parse(code.AsSpan(0, 3), CultureInfo.InvariantCulture),
        retryAfter);

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK, string? retryAfter = null) =>
        Raw(Encoding.UTF8.GetBytes(json), status, retryAfter);

    public static HttpResponseMessage Raw(byte[] body, HttpStatusCode status = HttpStatusCode.OK, string? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        if (retryAfter is not null)
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return response;
    }
}
