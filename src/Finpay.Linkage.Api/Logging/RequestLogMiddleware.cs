using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Finpay.Linkage.Api.Logging;

/// <summary>
/// One line per request, and the name of its span: the pattern of the route, never the path, which may carry a token, nor the query.
/// </summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, TimeProvider clock, ILogger<RequestLogMiddleware> logger)
{
    // A caller writes these: the address, by today's and by older names, and a method that is none.
    private static readonly string[] TagsOfTheCaller =
    [
        "url.path", "url.query", "url.full", "http.target", "http.url", "http.host", "http.request.method_original", "server.address",
        "server.port", "user_agent.original", "http.user_agent",
    ];

    // Asked every few seconds by machines.
    private static readonly string[] RoutesOfProbes = ["/health/live", "/health/ready", "/metrics"];

    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            var method = Method(context.Request.Method);
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span)
                Describe(span, method, route, context.Response.StatusCode);
            Log(context, method, route ?? "(no route)", (long)clock.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private void Log(HttpContext context, string method, string route, long elapsedMs)
    {
        var (status, key) = (context.Response.StatusCode, context.User.Identity?.Name);
        var traceId = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
        if (context.Features.Get<RequestNote>() is { Outcome: { } outcome } note)
            LogOutcome(method, route, status, elapsedMs, key, note.PartnerReferenceNo, outcome, note.ResponseCode ?? "none", traceId);
        else
            LogRequest(
                RoutesOfProbes.Contains(route) ? LogLevel.Debug : LogLevel.Information, method, route, status, elapsedMs, key, traceId);
    }

    private static void Describe(Activity span, string method, string? route, int status)
    {
        foreach (var tag in TagsOfTheCaller)
            span.SetTag(tag, null);
        span.DisplayName = route is null ? method : $"{method} {route}";
        // The framework adds none of these itself unless a switch says so; with it, the caller's own words come too.
        span.SetTag("http.request.method", method);
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
        if (RoutesOfProbes.Contains(route))
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    // A caller can send any word as the method: only known ones are logged.
    private static string Method(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsHead(method) || HttpMethods.IsPut(method)
        || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsPatch(method) ? method : "(other)";

    [LoggerMessage(EventId = 4002, Message = "{Method} {Route} answered {StatusCode} in {ElapsedMs} ms, key {KeyName}, trace {TraceId}")]
    private partial void LogRequest(
        LogLevel level, string method, string route, int statusCode, long elapsedMs, string? keyName, string traceId);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Information,
        Message = "{Method} {Route} answered {StatusCode} in {ElapsedMs} ms, key {KeyName}, {PartnerReferenceNo}: {Outcome}, Finnet's "
            + "code {ResponseCode}, trace {TraceId}")]
    private partial void LogOutcome(
        string method, string route, int statusCode, long elapsedMs, string? keyName, string? partnerReferenceNo, string outcome,
        string responseCode, string traceId);
}
