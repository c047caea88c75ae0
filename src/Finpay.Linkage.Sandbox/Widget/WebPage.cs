using System.Text;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>A whole page as a result. It loads nothing from another host and sends nothing to one.</summary>
internal static class WebPage
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The same, and scripts and data of one other server.</summary>
    public static string PolicyWith(Uri? server) => server is null
        ? Policy
        : Policy.Replace("script-src 'self'", $"script-src 'self' {Origin(server)}", StringComparison.Ordinal)
            .Replace("connect-src 'self'", $"connect-src 'self' {Origin(server)}", StringComparison.Ordinal);

    public static IResult Ok(Visit visit, string title, Html content, int status = StatusCodes.Status200OK) => TypedResults.Text(
        Page.Render(
            "layout.html",
            visit.Texts,
            ("lang", visit.Texts.Language),
            ("title", title),
            ("content", content),
            ("languages", Languages(visit))).Text,
        "text/html",
        Encoding.UTF8,
        status);

    /// <param name="visit">Session and language.</param>
    /// <param name="title">The key of a text.</param>
    /// <param name="text">The message.</param>
    /// <param name="link">The link to the next page.</param>
    /// <param name="kind">CSS class: good, bad or empty.</param>
    /// <param name="status">The HTTP status.</param>
    public static IResult Message(
        Visit visit, string title, string text, Html link, string kind = "", int status = StatusCodes.Status200OK)
    {
        var next = kind.Length > 0 && link != Html.Empty ? Page.Render("next.html", visit.Texts) : Html.Empty;
        var content = Page.Render(
            "message.html", ("title", visit.Texts[title]), ("text", text), ("link", link), ("kind", kind), ("next", next));
        return Ok(visit, visit.Texts[title], content, status);
    }

    // The URL contains the phone number: browsers must not send it as a referrer, and caches must not store it.
    public static ValueTask<object?> Protect(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        ProtectAsync(context, next, Policy);

    public static async ValueTask<object?> ProtectAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string policy)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return await next(context);
    }

    private static string Origin(Uri server) => server.GetLeftPart(UriPartial.Authority);

    private static Html Languages(Visit visit) => Page.Render(
        "languages.html", visit.Texts, ("address", visit.Address), ("id", Current(visit, "id")), ("en", Current(visit, "en")));

    private static Html Current(Visit visit, string language) =>
        visit.Texts.Language == language ? new Html(" aria-current=\"true\"") : Html.Empty;
}
