using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Security;

/// <summary>
/// Headers for browsers. Swagger UI and the operators' console are pages; everything else is data that no page may frame, run or keep.
/// </summary>
internal static class SecurityHeaders
{
    // Swagger UI has inline styles, and icons as data URIs.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // Nothing inline, and no form is ever submitted: scripts take what is filled in.
    private const string ConsolePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'";

    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Sent over TLS only, never on localhost. TLS may end at a proxy that ForwardedHeaders names.
        if (app.Configuration.IsProduction())
            app.UseHsts();
        app.Use((context, next) =>
        {
            // At the start of the answer: a failure clears the headers that were set before it.
            context.Response.OnStarting(Set, context);
            return next(context);
        });
    }

    private static Task Set(object state)
    {
        var context = (HttpContext)state;
        var (headers, path) = (context.Response.Headers, context.Request.Path);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = Begins("/swagger") ? PagePolicy : Begins("/ops") ? ConsolePolicy : DataPolicy;
        if (Begins("/v1") || Begins("/ops"))
            headers.CacheControl = "no-store";
        return Task.CompletedTask;

        bool Begins(string prefix) => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase);
    }
}
