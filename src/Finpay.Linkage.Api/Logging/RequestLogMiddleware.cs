using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Finpay.Linkage.Api.Logging;

/// <summary>One line per request, and what its span says: the route's pattern, never the path, which may carry a token, nor the query.</summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, TimeProvider clock, ILogger<RequestLogMiddleware> logger)
{
    // What the caller likes: the address, by the names of today's conventions and of those before, and a method that is none.
    private static readonly string[] TagsOfTheCaller = ["url.path", "url.query", "url.full", "http.target", "http.url", "http.request.method_original"];

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
            LogRequest(
                method,
                route ?? "(no route)",
                context.Response.StatusCode,
                (long)clock.GetElapsedTime(started).TotalMilliseconds,
                context.User.Identity?.Name,
                Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
        }
    }

    private static void Describe(Activity span, string method, string? route, int status)
    {
        foreach (var tag in TagsOfTheCaller)
            span.SetTag(tag, null);
        span.DisplayName = route is null ? method : $"{method} {route}";
        span.SetTag("http.route", route);
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }

    // A method is any token the caller likes: only known ones are written.
    private static string Method(string method) => HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsHead(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsPatch(method) ? method : "(other)";

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "{Method} {Route} → {StatusCode} in {ElapsedMs} ms, key {KeyName}, trace {TraceId}")]
    private partial void LogRequest(string method, string route, int statusCode, long elapsedMs, string? keyName, string traceId);
}
