using System.Net.ServerSentEvents;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.Browser;

/// <summary>What the OpenAPI document says about the routes for pages.</summary>
internal static class BrowserOpenApi
{
    private const string SchemeName = "BrowserToken";

    public static void DescribeToken(SwaggerGenOptions options)
    {
        options.AddSecurityDefinition(SchemeName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A browser token: it opens one upgrade for an hour, unless Browser:TokenLifetime says otherwise.",
        });
        // A stream is text, and not the framework's type.
        options.MapType<SseItem<string>>(() => new OpenApiSchema { Type = JsonSchemaType.String });
    }

    public static RouteHandlerBuilder DescribeIssue(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("issueBrowserToken")
        .WithDescription(
            "For the page of the customer whose upgrade this is. The token opens this one upgrade and nothing else; nothing of it is "
            + "stored. The page sends it in Authorization: Bearer, never in a URL.")
        .WithParameter("partnerReferenceNo", "The reference of the upgrade.")
        .WithExample("201", "token", "A token", "browser-token")
        .WithText("201", "The token, until when it is good, and the paths for the page.")
        .DescribeProblems(ProblemKind.NotFound, ProblemKind.ReferenceRedacted);

    public static RouteHandlerBuilder DescribeStatus(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getBrowserStatus")
        .WithDescription("With If-None-Match it answers 304 while nothing has changed.")
        .Produces(StatusCodes.Status304NotModified)
        .WithExample("200", "rejected", "Rejected", "browser-status")
        .WithText("200", "The upgrade, as its customer may see it.")
        .WithText("304", "The page has it already.")
        .RequireToken(ProblemKind.NotFound);

    public static RouteHandlerBuilder DescribeEvents(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("followBrowserStatus")
        .WithDescription(
            "`event: status` has the same object as the status, with its version as the id: the first at once, then after every change. "
            + "Last-Event-ID leaves out what the page has already. A comment every 15 s shows that the stream lives. `event: end` says why "
            + "it ends: final, expired (the token) or shutdown (open it again).")
        .WithEventStream("event: status\nid: 3\ndata: {…}\n\nevent: end\ndata: {\"reason\":\"final\"}\n\n")
        .WithText("200", "The stream.")
        .RequireToken(ProblemKind.TooManyStreams);

    public static RouteHandlerBuilder DescribeModule(this RouteHandlerBuilder endpoint) => endpoint
        .WithName("getBrowserModule")
        .WithDescription(
            "An ES module without dependencies: `watchUpgrade({ url, token, onStatus, onEnd, onError })`; see docs/frontend.md.")
        .WithText("200", "The module.");

    private static RouteHandlerBuilder RequireToken(this RouteHandlerBuilder endpoint, ProblemKind own) => endpoint
        .DescribeOnly(
            own, ProblemKind.BrowserToken, ProblemKind.MethodNotAllowed, ProblemKind.TooManyRequests, ProblemKind.Internal,
            ProblemKind.StoreUnavailable)
        .With((operation, context) => operation.Security =
            [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeName, context.Document)] = [] }]);

    private static RouteHandlerBuilder WithEventStream(this RouteHandlerBuilder endpoint, string example) => endpoint.With((operation, _) =>
        operation.Responses!["200"] = new OpenApiResponse
        {
            Content = new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal)
            {
                ["text/event-stream"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    Example = example,
                },
            },
        });
}
