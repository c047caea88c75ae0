using System.Diagnostics;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>One line per request: the route's pattern, never the path, which may carry a token.</summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, TimeProvider clock, ILogger<RequestLogMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            LogRequest(
                Method(context.Request.Method),
                route,
                context.Response.StatusCode,
                (long)clock.GetElapsedTime(started).TotalMilliseconds,
                context.User.Identity?.Name,
                Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
        }
    }

    // A method is any token the caller likes: only known ones are written.
    private static string Method(string method) => HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsHead(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsPatch(method) ? method : "(other)";

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "{Method} {Route} → {StatusCode} in {ElapsedMs} ms, key {KeyName}, trace {TraceId}")]
    private partial void LogRequest(string method, string route, int statusCode, long elapsedMs, string? keyName, string traceId);
}
