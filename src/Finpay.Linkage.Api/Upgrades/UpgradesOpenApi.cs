using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
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
        .WithDescription("Keys with the role merchant see what their own name created, ops sees everything, or everything of its merchant.")
        .WithParameter("partnerReferenceNo", "The reference of the upgrade.")
        .WithExample("200", "rejected", "Rejected by a notification", "with-history")
        .WithText("200", "The upgrade, with how it came there.")
        .DescribeProblems(ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeUpgradeList(this RouteHandlerBuilder endpoint) => endpoint
        .WithParameter("status", "Only this status: requested, widgetIssued, inProcess, approved, rejected, inDoubt, failed.")
        .WithParameter("overdue", "true: only those that have no result after Upgrades:OverdueAfter; false: only others.")
        .WithParameter("askedFor", "Only those that ask-again has made for this reference.")
        .WithParameter("merchant", CallerMerchants.FilterText)
        .WithParameter("createdFrom", "ISO 8601 time, inclusive.")
        .WithParameter("createdTo", "ISO 8601 time, exclusive.")
        .DescribeList("listAccountUpgrades", "upgrade-page");

    public static RouteHandlerBuilder DescribeAskAgain(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("askAgain")
        .WithDescription(
            "Finnet refuses a reference twice, so the service makes a new upgrade for the same phone, with askedFor, and answers as create "
            + "does, always about the new one. Its result, now or later, settles the first one too. While it is being asked about, or its "
            + "widget is open, that one is returned. At most once a minute.")
        .WithParameter("partnerReferenceNo", "The reference of the upgrade that has no result.")
        .WithExample("201", "widgetIssued", "The customer can continue in a new widget", "asked-again")
        .WithExample("200", "approved", "The customer is Premium", "asked-approved")
        .WithText("201", "Finnet issued a widget: the customer can continue in it.")
        .WithText("200", "Finnet says approved, rejected or in process; or (Idempotent-Replayed: true) it is being asked already.")
        .DescribeProblems(
            ProblemKind.NotFound, ProblemKind.ReferenceRedacted, ProblemKind.NotAskable, ProblemKind.InProgress,
            ProblemKind.DuplicateReference, ProblemKind.FinnetRefused, ProblemKind.FinnetCredentials, ProblemKind.FinnetUnclear,
            ProblemKind.FinnetUnavailable, ProblemKind.FinnetTimeout);

    public static RouteHandlerBuilder DescribeAskMany(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("askAgainMany")
        .WithDescription(
            "The same for overdue upgrades, oldest first, at most 5 a second, in the background. It goes on after a restart, and asks "
            + "about each once. With dryRun it only counts them.")
        .WithBody<AskAgainRequest>()
        .WithExample(null, "outage", "Count what was created during an outage", "ask-again")
        .WithExample("202", "count", "So many", "ask-again-count")
        .WithText("202", "How many will be asked about, or would be.")
        .DescribeProblemsWithBody(ProblemKind.Forbidden);

    public static RouteHandlerBuilder DescribeSearch(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("searchAccountUpgrades")
        .WithDescription("Newest first. A phone number never stands in a URL, so this is a POST.")
        .WithBody<SearchRequest>()
        .WithExample(null, "phone", "By phone number", "search")
        .WithExample("200", "page", "A page", "upgrade-page")
        .WithText("200", "A page; nextCursor is absent on the last one.")
        .DescribeProblemsWithBody(ProblemKind.Forbidden);
}
