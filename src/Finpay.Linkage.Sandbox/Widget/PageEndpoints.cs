namespace Finpay.Linkage.Sandbox.Widget;

internal static class PageEndpoints
{
    public static void MapWidgetPages(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(WebPage.Protect);
        group.MapGet("", (string? phone, string? uuid, WidgetPages pages) => pages.Show(phone, uuid));
        group.MapGet("/leave", (string? phone, string? uuid, WidgetPages pages) => pages.Leave(phone, uuid));
        group.MapGet("/image", (string? phone, string? uuid, string? name, WidgetPages pages) => pages.Image(phone, uuid, name));
        group.MapGet("/style.css", () => TypedResults.Text(Page.Read("style.css"), "text/css"));
        group.MapPost("/approve", ApproveAsync);
        group.MapPost("/reject", RejectAsync);
    }

    // The form is read by hand: a form without a cookie session has nothing an antiforgery token could guard.
    private static async Task<IResult> ApproveAsync(HttpRequest request, WidgetPages pages)
    {
        if (!request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        var form = await request.ReadFormAsync();
        return pages.Approve(form["phone"], form["uuid"]);
    }

    private static async Task<IResult> RejectAsync(HttpRequest request, WidgetPages pages)
    {
        if (!request.HasFormContentType)
            return TypedResults.StatusCode(StatusCodes.Status415UnsupportedMediaType);

        var form = await request.ReadFormAsync();
        return pages.Reject(form["phone"], form["uuid"], form["reason"]);
    }
}
