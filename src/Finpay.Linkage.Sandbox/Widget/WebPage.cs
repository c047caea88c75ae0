using System.Text;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>A whole page as a result; nothing on it comes from, or goes to, another host by itself.</summary>
internal static class WebPage
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static IResult Ok(string title, Html content, string width = "") =>
        TypedResults.Text(Page.Whole(title, content, width).Text, "text/html", Encoding.UTF8);

    public static IResult Message(string title, string text, Html link, int status = StatusCodes.Status200OK) => TypedResults.Text(
        Page.Whole(title, Page.Render("message.html", ("title", title), ("text", text), ("link", link))).Text,
        "text/html",
        Encoding.UTF8,
        status);

    // The address holds the phone number: it is not passed on as a referrer, nor kept by a cache.
    public static async ValueTask<object?> Protect(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        return await next(context);
    }
}
