using System.Text;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>A whole page as a result; nothing on it comes from, or goes to, another host by itself.</summary>
internal static class WebPage
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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

    /// <param name="visit">Who is told.</param>
    /// <param name="title">A text's key.</param>
    /// <param name="text">What is told.</param>
    /// <param name="link">Where to go on.</param>
    /// <param name="kind">How it looks: good, bad or neither.</param>
    /// <param name="status">The HTTP status.</param>
    public static IResult Message(
        Visit visit, string title, string text, Html link, string kind = "", int status = StatusCodes.Status200OK)
    {
        var next = kind.Length > 0 && link != Html.Empty ? Page.Render("next.html", visit.Texts) : Html.Empty;
        var content = Page.Render("message.html", ("title", visit.Texts[title]), ("text", text), ("link", link), ("kind", kind), ("next", next));
        return Ok(visit, visit.Texts[title], content, status);
    }

    // The address holds the phone number: it is not passed on as a referrer, nor kept by a cache.
    public static ValueTask<object?> Protect(EndpointFilterInvocationContext context, EndpointFilterDelegate next) => ProtectAsync(context, next, Policy);

    public static async ValueTask<object?> ProtectAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string policy)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return await next(context);
    }

    private static Html Languages(Visit visit) => Page.Render(
        "languages.html", visit.Texts, ("address", visit.Address), ("id", Current(visit, "id")), ("en", Current(visit, "en")));

    private static Html Current(Visit visit, string language) =>
        visit.Texts.Language == language ? new Html(" aria-current=\"true\"") : Html.Empty;
}
