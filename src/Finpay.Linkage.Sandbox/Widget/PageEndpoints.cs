using System.Text;

namespace Finpay.Linkage.Sandbox.Widget;

internal static class PageEndpoints
{
    public static void MapWidgetPages(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(WebPage.Protect);
        group.MapGet("", Show);
        group.MapGet(
            "/leave", (string? phone, string? uuid, HttpRequest request, WidgetPages pages) => pages.Leave(Visit.Of(request, phone, uuid)));
        group.MapGet("/image", (string? phone, string? uuid, string? name, WidgetPages pages) => pages.Image(phone, uuid, name));
        group.MapGet("/style.css", () => TypedResults.Text(Page.Read("style.css"), "text/css"));
        group.MapGet("/widget.js", () => TypedResults.Text(Page.Read("widget.js"), "text/javascript", Encoding.UTF8));
        group.MapGet("/photo.js", () => TypedResults.Text(Page.Read("photo.js"), "text/javascript", Encoding.UTF8));
        group.MapPost("/photo", TakePhotoAsync);
        group.MapPost("/approve", ApproveAsync);
        group.MapPost("/reject", RejectAsync);
    }

    private static IResult Show(string? phone, string? uuid, HttpContext http, WidgetPages pages)
    {
        var visit = Visit.Of(http.Request, phone, uuid);
        visit.Remember(http);
        return pages.Show(visit);
    }

    private static async Task<IResult> TakePhotoAsync(HttpRequest request, WidgetPages pages)
    {
        if (!request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        var form = await request.ReadFormAsync();
        return await pages.TakePhotoAsync(Visit.Of(request, form["phone"], form["uuid"]), form["name"], form.Files["photo"]);
    }

    // Form binding would require an antiforgery token, which protects nothing here: there is no cookie session.
    private static async Task<IResult> ApproveAsync(HttpRequest request, WidgetPages pages)
    {
        if (!request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        var form = await request.ReadFormAsync();
        return pages.Approve(Visit.Of(request, form["phone"], form["uuid"]));
    }

    private static async Task<IResult> RejectAsync(HttpRequest request, WidgetPages pages)
    {
        if (!request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        var form = await request.ReadFormAsync();
        // A reason that was typed wins over one from the list.
        var reason = string.IsNullOrWhiteSpace(form["reason"]) ? form["preset"] : form["reason"];
        return pages.Reject(Visit.Of(request, form["phone"], form["uuid"]), reason);
    }
}
