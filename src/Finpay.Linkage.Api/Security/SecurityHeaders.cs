using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Security;

/// <summary>What browsers are told. Only Swagger UI is a page; everything else is data that no page may frame, run or keep.</summary>
internal static class SecurityHeaders
{
    // Swagger UI's own files; its styles are partly inline, and its icons are data URIs.
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        // Only over TLS, which a proxy may end: whom to believe about that, ForwardedHeaders says. Never on localhost.
        if (app.Configuration.IsProduction())
            app.UseHsts();
        app.Use((context, next) =>
        {
            Set(context);
            return next(context);
        });
    }

    /// <summary>Also for an answer that is begun anew.</summary>
    public static void Set(HttpContext context)
    {
        var (headers, path) = (context.Response.Headers, context.Request.Path);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase) ? PagePolicy : DataPolicy;
        if (path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase))
            headers.CacheControl = "no-store";
    }
}
