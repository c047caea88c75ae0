using System.Net;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>
/// Refuses calls from other websites: a developer has other pages open in the same browser, and all of them can reach localhost.
/// Scripts send no Origin header and are accepted.
/// </summary>
internal static class OwnPagesOnly
{
    public static async ValueTask<object?> Check(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        // With a key the name does not matter: behind --any-address this machine has names that only others know.
        var needsKey = context.HttpContext.RequestServices.GetRequiredService<StandInOptions>().RequiredKey is not null;
        if (!needsKey && !IsThisMachine(request.Host))
            return Refused("this is not a name of this machine");

        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!reads && IsForeign(request))
            return Refused("another website may not do this");

        if (HttpMethods.IsPost(request.Method) && !request.HasJsonContentType())
            return TypedResults.Json(
                new ControlError("Content-Type must be application/json."), statusCode: StatusCodes.Status415UnsupportedMediaType);

        return await next(context);
    }

    public static bool IsForeign(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site[0] is not ("same-origin" or "none")
        || request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin[0], $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    // DNS rebinding: a foreign name that resolves to 127.0.0.1 makes its page "the same origin".
    private static bool IsThisMachine(HostString host) =>
        host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address));

    private static IResult Refused(string why) =>
        TypedResults.Json(new ControlError($"Refused: {why}."), statusCode: StatusCodes.Status403Forbidden);
}
