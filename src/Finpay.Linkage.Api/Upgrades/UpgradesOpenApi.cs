using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What the OpenAPI document says about the routes of upgrades.</summary>
internal static class UpgradesOpenApi
{
    public static void DescribeImages(SwaggerGenOptions options) => options.MapType<ReceivedImage>(() => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Description = "data:image/jpeg;base64,… or data:image/png;base64,…, padded and without line breaks; jpg counts as jpeg.",
        Pattern = "^[A-Za-z]{4}:[A-Za-z]{5}/[A-Za-z]{3,4};[A-Za-z]{4}64,",
    });

    public static RouteHandlerBuilder DescribeCreate(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("createAccountUpgrade")
        .WithDescription(
            "Builds the widget request, with merchantPass, KK number and mother's name encrypted, sends it to Finnet and hands the widget "
            + "URL back. Only phoneNo is required. "
            + "With a partnerReferenceNo of your own the call is safe to repeat, whatever came of it: the same content again gives the "
            + "same record, and asks Finnet again only where that can settle something.")
        .WithBody<CreateUpgradeRequest>()
        .WithExample(null, "minimal", "The phone number alone", "create-minimal")
        .WithExample(
            null, "documented", "Ours, after Finnet's sample: drawn photos, KK and mother's name in clear, no merchant fields",
            "create-documented")
        .WithExample("201", "widgetIssued", "A widget was issued", "widget-issued")
        .WithExample("200", "replayed", "The same call again (Idempotent-Replayed: true)", "widget-issued")
        .WithExample("200", "approved", "The customer is Premium already", "approved")
        .WithText("201", "Finnet issued a widget: send the customer to widgetUrl.")
        .WithText("200", "The current object: a repeated call, or Finnet says approved, rejected or in process.")
        .DescribeProblemsWithBody(
            ProblemKind.ReferenceTaken, ProblemKind.ReferenceReused, ProblemKind.ReferenceRedacted, ProblemKind.InProgress,
            ProblemKind.DuplicateReference, ProblemKind.FinnetRefused, ProblemKind.FinnetCredentials, ProblemKind.FinnetUnclear,
            ProblemKind.FinnetUnavailable, ProblemKind.TooManyImages, ProblemKind.FinnetTimeout);

    public static RouteHandlerBuilder DescribeRead(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getAccountUpgrade")
        .WithDescription("Keys with the role merchant see what their own name created, ops sees everything.")
        .WithParameter("partnerReferenceNo", "The reference of the upgrade.")
        .WithExample("200", "rejected", "Rejected by a notification", "with-history")
        .WithText("200", "The upgrade, with how it came there.")
        .DescribeProblems(ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeUpgradeList(this RouteHandlerBuilder endpoint) => endpoint
        .WithParameter("status", "Only this status: requested, widgetIssued, inProcess, approved, rejected, inDoubt, failed.")
        .WithParameter("createdFrom", "ISO 8601 time, inclusive.")
        .WithParameter("createdTo", "ISO 8601 time, exclusive.")
        .DescribeList("listAccountUpgrades", "upgrade-page");

    public static RouteHandlerBuilder DescribeSearch(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("searchAccountUpgrades")
        .WithDescription("Newest first. A phone number never stands in a URL, so this is a POST.")
        .WithBody<SearchRequest>()
        .WithExample(null, "phone", "By phone number", "search")
        .WithExample("200", "page", "A page", "upgrade-page")
        .WithText("200", "A page; nextCursor is absent on the last one.")
        .DescribeProblemsWithBody(ProblemKind.Forbidden);
}
