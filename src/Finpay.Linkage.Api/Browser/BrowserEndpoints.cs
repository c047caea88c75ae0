using System.Globalization;
using System.Text;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api.Browser;

/// <summary>A merchant's server issues a token; its customer's page follows that one upgrade, and nothing else.</summary>
internal static class BrowserEndpoints
{
    private const string Prefix = "/browser/v1";
    private const string CorsPolicy = "pages";
    private const string LastEventId = "Last-Event-ID";
    private const string StatusPath = "/account-upgrade";
    private const string EventsPath = "/account-upgrade/events";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly string Module = Embedded.Text("linkage.js");

    public static void AddBrowser(this IServiceCollection services)
    {
        services.AddSingleton<BrowserTokens>().AddSingleton<BrowserGate>().AddSingleton<BrowserReader>();
        services.AddSingleton<BrowserStreams>().AddHostedService(provider => provider.GetRequiredService<BrowserStreams>());
        services.AddJson(BrowserJson.Shared);
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<BrowserOptions>>((cors, browser) => cors.AddPolicy(
            CorsPolicy,
            policy => policy
                // By this delegate, and not WithOrigins, because then every answer says that it varies by the origin.
                .SetIsOriginAllowed(origin => browser.Value.Origins.Contains(origin, StringComparer.Ordinal))
                .WithMethods(HttpMethods.Get)
                .WithHeaders(HeaderNames.Authorization, HeaderNames.IfNoneMatch, LastEventId)
                .WithExposedHeaders(HeaderNames.ETag, HeaderNames.RetryAfter)
                .SetPreflightMaxAge(TimeSpan.FromHours(1))));
        services.Configure<SwaggerGenOptions>(BrowserOpenApi.DescribeToken);
    }

    public static void MapBrowserTokens(this RouteGroupBuilder v1) => v1
        .MapPost("/account-upgrades/{partnerReferenceNo}/browser-token", IssueAsync).LimitReads()
        .WithTags("Browser").RequireAuthorization(ApiKeys.CallerPolicy)
        .WithSummary("Issue a token with which a page follows this upgrade").DescribeIssue();

    public static void MapBrowser(this WebApplication app)
    {
        var gate = app.Services.GetRequiredService<BrowserGate>();
        var group = app.MapGroup(Prefix).WithTags("Browser").RequireCors(CorsPolicy).AllowAnonymous();
        group.MapGet(StatusPath, ReadAsync).AddEndpointFilter(gate.CheckAsync).LimitReads()
            .WithSummary("Where the token's upgrade stands").DescribeStatus();
        group.MapGet(EventsPath, Follow).AddEndpointFilter(gate.CheckAsync)
            .WithSummary("Follow the token's upgrade (server-sent events)").DescribeEvents();
        group.MapGet("/linkage.js", ReadModule).WithSummary("The module for pages").DescribeModule();
    }

    private static async Task<Results<Created<BrowserTokenView>, ProblemResult>> IssueAsync(
        string partnerReferenceNo, HttpContext context, UpgradeReader reader, BrowserTokens tokens, AuditTrail audit)
    {
        var scope = context.User.Scope();
        if (await reader.FindAsync(partnerReferenceNo, scope, context.RequestAborted) is not { } upgrade)
            return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade that this key may see."));
        if (upgrade.RedactedAt is not null)
            return new ProblemResult(ProblemKind.ReferenceRedacted.Build("There is nothing left for a page to follow.") with
            {
                PartnerReferenceNo = partnerReferenceNo,
            });
        // With the token an operator reads the record too.
        if (scope.Owner is null)
            audit.NoteRead(context.User.KeyName(), AuditAction.ReadUpgrade, partnerReferenceNo);
        var (text, token) = tokens.Issue(partnerReferenceNo);
        var path = context.Request.PathBase + Prefix;
        return TypedResults.Created((string?)null, new BrowserTokenView
        {
            Token = text,
            ExpiresAt = token.ExpiresAt,
            StatusUrl = path + StatusPath,
            EventsUrl = path + EventsPath,
        });
    }

    private static async Task<Results<Ok<BrowserView>, StatusCodeHttpResult, ProblemResult>> ReadAsync(
        HttpContext context, BrowserReader reader)
    {
        var reference = BrowserGate.TokenOf(context).PartnerReferenceNo;
        if (await reader.FindAsync(reference, context.RequestAborted) is not { } view)
            return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade."));
        var tag = new EntityTagHeaderValue(
            string.Create(CultureInfo.InvariantCulture, $"\"{view.Version}{(view.Expired == true ? "-expired" : "")}\""), isWeak: true);
        context.Response.GetTypedHeaders().ETag = tag;
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(view);
    }

    private static Results<ServerSentEventsResult<string>, ProblemResult> Follow(HttpContext context, BrowserStreams streams)
    {
        _ = long.TryParse(context.Request.Headers[LastEventId], NumberStyles.None, CultureInfo.InvariantCulture, out var lastEventId);
        if (streams.Open(BrowserGate.TokenOf(context), lastEventId) is not { } stream)
            return new ProblemResult(ProblemKind.TooManyStreams.Build("Open it after Retry-After."), RetryAfter);
        context.Response.RegisterForDispose(stream);
        // nginx and others like it must not wait for more.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(stream.ReadAsync(async aborted =>
        {
            await context.Response.Body.WriteAsync(": \n\n"u8.ToArray(), aborted);
            await context.Response.Body.FlushAsync(aborted);
        }));
    }

    private static ContentHttpResult ReadModule(HttpResponse response)
    {
        response.Headers.CacheControl = "public, max-age=3600";
        response.Headers.Vary = HeaderNames.Origin;
        return TypedResults.Text(Module, "text/javascript", Encoding.UTF8);
    }
}
