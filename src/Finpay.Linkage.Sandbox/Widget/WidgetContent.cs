using System.Globalization;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>A session as markup.</summary>
internal static class WidgetContent
{
    public static Html Of(Session session)
    {
        var data = session.Prefilled;
        return Page.Render(
            "widget.html",
            ("phone", session.PhoneNo),
            ("uuid", session.Uuid),
            ("reference", session.PartnerReferenceNo),
            ("expiry", Wib(session.ExpiresAt)),
            ("reason", PlannedDecision.RejectedMessage),
            ("leave", Followable(session) ?? $"/widget/prem/leave?phone={session.PhoneNo}&uuid={session.Uuid}"),
            ("photos", Wrap("<div class=\"photos\">", [Photo(session, data.Ktp, "ktp", "KTP"), Photo(session, data.Selfie, "selfie", "Selfie")], "</div>")),
            ("personalData", Wrap(
                "<dl>",
                [
                    Row("KK number", data.KkNumber),
                    Row("Mother's name", data.BiologicalMotherName),
                    Row("Nationality", data.Nationality),
                    Row("E-mail", data.Email),
                ],
                "</dl>")));
    }

    public static Html Back(Session session) =>
        Followable(session) is { } url ? Page.Render("link.html", ("href", url), ("title", "Back to the merchant")) : Html.Empty;

    public static string Wib(DateTimeOffset time) =>
        time.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd HH:mm:ss 'WIB'", CultureInfo.InvariantCulture);

    // Anything else, a javascript: address above all, is never made a link.
    private static string? Followable(Session session) =>
        Uri.TryCreate(session.RedirectFinalUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url.AbsoluteUri : null;

    private static Html Photo(Session session, PrefilledImage? image, string name, string title) => image is null
        ? Html.Empty
        : Page.Render(
            "photo.html",
            ("phone", session.PhoneNo),
            ("uuid", session.Uuid),
            ("name", name),
            ("title", title),
            ("mark", image.IsEditable ? "editable" : "read-only"));

    private static Html Row(string title, string? value) =>
        value is null ? Html.Empty : Page.Render("row.html", ("title", title), ("value", value));

    private static Html Wrap(string open, Html[] parts, string close) => parts.All(p => p == Html.Empty)
        ? new Html("<p class=\"soft\">Nothing was prefilled.</p>")
        : Html.Join([new Html(open), .. parts, new Html(close)]);
}
