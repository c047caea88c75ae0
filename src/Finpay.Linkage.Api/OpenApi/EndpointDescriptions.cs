using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.OpenApi;

/// <summary>What the OpenAPI document says about each endpoint, beside its summary.</summary>
internal static class EndpointDescriptions
{
    public static RouteHandlerBuilder DescribeCreate(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("createAccountUpgrade")
        .WithDescription(
            "Builds and encrypts the widget request, forwards it to Finnet and hands the widget URL back. Only phoneNo is required. With a partnerReferenceNo of your own "
            + "the call is safe to repeat, whatever came of it: the same content again gives the same record, and asks Finnet again only where that can settle something.")
        .WithMetadata(new RequestBodyOf(typeof(CreateUpgradeRequest)))
        .WithExample(null, "minimal", "The phone number alone", OpenApiExamples.CreateMinimal)
        .WithExample(null, "documented", "Finnet's documented sample, KK and mother's name in clear", OpenApiExamples.CreateDocumented)
        .WithExample("201", "widgetIssued", "A widget was issued", OpenApiExamples.WidgetIssued)
        .WithExample("200", "replayed", "The same call again (Idempotent-Replayed: true)", OpenApiExamples.WidgetIssued)
        .WithExample("200", "approved", "The customer is Premium already", OpenApiExamples.Approved)
        .WithText("201", "Finnet issued a widget: send the customer to widgetUrl.")
        .WithText("200", "The current object: a repeated call, or Finnet says approved, rejected or in process.")
        .DescribeProblems(
            EndpointProblems.Body | EndpointProblems.Fields,
            ProblemKind.ReferenceTaken, ProblemKind.ReferenceReused, ProblemKind.ReferenceRedacted, ProblemKind.InProgress, ProblemKind.DuplicateReference,
            ProblemKind.FinnetRefused, ProblemKind.FinnetUnclear, ProblemKind.FinnetUnavailable, ProblemKind.TooManyImages, ProblemKind.FinnetTimeout);

    public static RouteHandlerBuilder DescribeRead(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getAccountUpgrade")
        .WithDescription("Keys with the role merchant see what their own name created, ops sees everything.")
        .WithMetadata(new ParameterText("partnerReferenceNo", "The reference of the upgrade."))
        .WithExample("200", "rejected", "Rejected by a notification", OpenApiExamples.WithHistory)
        .WithText("200", "The upgrade, with how it came there.")
        .DescribeProblems(EndpointProblems.None, ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeRedact(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("redactAccountUpgrade")
        .WithDescription(
            "Removes phone number, widget URL, messages, raw notifications and every keyed hash; references, states and times stay. For good: only a backup still has them. "
            + "Safe to repeat. A notification that comes later counts, and is kept without its content.")
        .WithMetadata(new ParameterText("partnerReferenceNo", "The reference of the upgrade."))
        .WithExample("200", "receipt", "The receipt", OpenApiExamples.Redaction)
        .WithText("200", "It is redacted, now or since an earlier call.")
        .DescribeProblems(EndpointProblems.OpsOnly, ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeSearch(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("searchAccountUpgrades")
        .WithDescription("Newest first. A phone number never stands in a URL, so this is a POST.")
        .WithMetadata(new RequestBodyOf(typeof(SearchRequest)))
        .WithExample(null, "phone", "By phone number", OpenApiExamples.Search)
        .WithExample("200", "page", "A page", OpenApiExamples.UpgradePage)
        .WithText("200", "A page; nextCursor is absent on the last one.")
        .DescribeProblems(EndpointProblems.Body | EndpointProblems.Fields | EndpointProblems.OpsOnly);

    public static RouteHandlerBuilder DescribeList<TPage>(this RouteHandlerBuilder endpoint, string example) => endpoint
        .WithName(typeof(TPage) == typeof(UpgradePage) ? "listAccountUpgrades" : typeof(TPage) == typeof(AuditPage) ? "listAudit" : "listKycNotifications")
        .WithMetadata(
            new ParameterText("status", "Only this status: requested, widgetIssued, inProcess, approved, rejected, inDoubt, failed."),
            new ParameterText("disposition", "Only this disposition: applied, duplicate, orphan, contradiction, unknownOutcome, invalid."),
            new ParameterText("partnerReferenceNo", "Only this reference."),
            new ParameterText("createdFrom", "ISO 8601 time, inclusive."),
            new ParameterText("createdTo", "ISO 8601 time, exclusive."),
            new ParameterText("limit", "Most items of a page, 1 to 200 (50)."),
            new ParameterText("cursor", "nextCursor of the page before, with the same filters."))
        .WithExample("200", "page", "A page", example)
        .WithText("200", "A page; nextCursor is absent on the last one.")
        .DescribeProblems(EndpointProblems.Fields | EndpointProblems.OpsOnly);

    public static RouteHandlerBuilder DescribeNotification(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getKycNotification")
        .WithMetadata(new ParameterText("id", "The id of the notification."))
        .WithExample("200", "notification", "One notification", OpenApiExamples.Notification)
        .WithText("200", "The notification, with rawBase64: the body as it was received.")
        .DescribeProblems(EndpointProblems.OpsOnly, ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeDiagnosis(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("diagnoseCallback")
        .WithDescription(
            "Takes a captured callback, stores nothing, and says which recipe and key its signature was made with and what differs from what is configured and was received: the path, the body "
            + "(escapes, white space), the form or the age of the time, or the key. The answer repeats nothing of the body.")
        .WithMetadata(new RequestBodyOf(typeof(DiagnoseRequest)))
        .WithExample(null, "captured", "A captured callback", OpenApiExamples.Diagnose)
        .WithExample("200", "body", "The body was rewritten on its way", OpenApiExamples.Diagnosis)
        .WithText("200", "What was found.")
        .DescribeProblems(EndpointProblems.Body | EndpointProblems.Fields | EndpointProblems.OpsOnly);

    public static RouteHandlerBuilder DescribeCallback(this RouteHandlerBuilder endpoint, string name) => endpoint
        .WithName(name)
        .WithDescription("Authenticates, stores and applies. 200 means: committed to disk, once, however often it is sent. 500 means: send it again.")
        .WithMetadata(new ParameterText("token", "One of Notifications:PathTokens."))
        .WithMetadata(new RequestBodyOf(typeof(KycNotificationBody)))
        .WithExample(null, "sample", "The documentation's sample (kysMessage)", OpenApiExamples.CallbackSample)
        .WithExample(null, "table", "The documentation's table (kycMessage)", OpenApiExamples.CallbackTable)
        .Reply("Committed.", CallbackReply.Taken)
        .Reply("Not a notification. When authentic, it is kept as invalid.", CallbackReply.BadRequest, CallbackReply.InvalidFieldFormat("phoneNo"), CallbackReply.InvalidMandatoryField("kycResponse"))
        .Reply("Not authentic; nothing is stored.", CallbackReply.Unauthorized)
        .Reply("merchantId is not ours.", CallbackReply.InvalidMerchant)
        .Reply("Another method than POST.", CallbackReply.MethodNotAllowed)
        .Reply("The body came too slowly.", CallbackReply.RequestTimeout)
        .Reply("Over Notifications:MaxBodyBytes.", CallbackReply.TooLarge)
        .Reply("A form, multipart or XML.", CallbackReply.UnsupportedMediaType)
        .Reply("Not authentic, too often from one address; an authentic callback is never limited. With Retry-After.", CallbackReply.TooManyRequests)
        .Reply("Headers or trailers are longer than the server takes.", CallbackReply.HeadersTooLarge)
        .Reply("It could not be committed: send it again.", CallbackReply.GeneralError);

    public static RouteHandlerBuilder DescribeLive(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getLiveness")
        .WithDescription("Touches nothing: for a restart decision.")
        .WithExample("200", "healthy", "Healthy", OpenApiExamples.Healthy)
        .WithText("200", "The process answers.");

    public static RouteHandlerBuilder DescribeReady(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getReadiness")
        .WithDescription("Reads from the database: for a routing decision.")
        .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable)
        .WithExample("200", "healthy", "Healthy", OpenApiExamples.Healthy)
        .WithExample("503", "unhealthy", "Unhealthy", OpenApiExamples.Unhealthy)
        .WithText("200", "The service can work.")
        .WithText("503", "The database is gone.");

    private static RouteHandlerBuilder Reply(this RouteHandlerBuilder endpoint, string description, params ReadOnlySpan<CallbackReply> replies)
    {
        var status = replies[0].ResponseCode[..3];
        endpoint.Produces<CallbackReply>(int.Parse(status, CultureInfo.InvariantCulture), "application/json");
        foreach (var reply in replies)
            endpoint.WithExample(status, reply.ResponseCode, reply.ResponseMessage, JsonSerializer.Serialize(reply, ApiJson.Shared.CallbackReply));
        return endpoint.WithText(status, description);
    }

    public static RouteHandlerBuilder WithExample(this RouteHandlerBuilder endpoint, string? status, string name, string summary, string json) =>
        endpoint.WithMetadata(new EndpointExample(status, name, summary, json));

    public static RouteHandlerBuilder WithText(this RouteHandlerBuilder endpoint, string status, string description) =>
        endpoint.WithMetadata(new ResponseText(status, description));
}

/// <summary>The notification as Finnet's table has it; the reader takes more (contract section 4).</summary>
public sealed class KycNotificationBody
{
    /// <summary>KYC Approved or KYC Rejected.</summary>
    public required string KycResponse { get; init; }

    /// <summary>The reason.</summary>
    public string? KycMessage { get; init; }

    /// <summary>The reason as Finnet's sample spells it; the one that is not empty is taken.</summary>
    public string? KysMessage { get; init; }

    /// <summary>The reference of the upgrade.</summary>
    public required string PartnerReferenceNo { get; init; }

    /// <summary>The customer's number.</summary>
    public string? PhoneNo { get; init; }

    /// <summary>The merchant.</summary>
    public required string MerchantId { get; init; }
}
