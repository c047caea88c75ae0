using System.Globalization;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>What is wrong with an uploaded photo: the key of a text that is shown beside that photo.</summary>
internal sealed record PhotoFault(string Name, string Text);

/// <summary>A session as markup.</summary>
internal static class WidgetContent
{
    public static Html Of(Session session, Visit visit, PhotoFault? fault = null)
    {
        var data = session.Prefilled;
        var texts = visit.Texts;
        return Page.Render(
            "widget.html",
            texts,
            ("phone", session.PhoneNo),
            ("uuid", session.Uuid),
            ("referenceNo", session.PartnerReferenceNo),
            ("expiry", Wib(session.ExpiresAt)),
            ("leaveUrl", Followable(session) ?? $"/widget/prem/leave?{visit.Query}"),
            ("pictures", Html.Join(
                [PhotoContent.Of(session, data.Ktp, "ktp", visit, fault), PhotoContent.Of(session, data.Selfie, "selfie", visit, fault)])),
            ("personalData", PersonalData(texts, data)),
            ("disabled", session.HasPhotos() ? Html.Empty : new Html(" disabled")),
            ("needsPhotos", session.HasPhotos() ? Html.Empty : Page.Render("refusal.html", ("error", texts["photosFirst"]))));
    }

    public static Html Back(Session session, Visit visit) => Followable(session) is { } url
        ? Page.Render("link.html", ("href", url), ("title", visit.Texts["back"]))
        : Html.Empty;

    public static string Wib(DateTimeOffset time) =>
        time.ToOffset(TimeSpan.FromHours(7)).ToString("yyyy-MM-dd HH:mm:ss 'WIB'", CultureInfo.InvariantCulture);

    // Any other scheme, javascript: above all, must not become a link.
    private static string? Followable(Session session) =>
        Uri.TryCreate(session.RedirectFinalUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url.AbsoluteUri : null;

    private static Html PersonalData(Texts texts, Prefilled data)
    {
        Html[] rows =
        [
            Row(texts, "kk", data.KkNumber),
            Row(texts, "mother", data.BiologicalMotherName),
            Row(texts, "nationality", data.Nationality),
            Row(texts, "email", data.Email),
        ];
        return Page.Render(
            rows.All(row => row == Html.Empty) ? "nothing.html" : "rows.html", texts, ("rows", Html.Join(rows)));
    }

    private static Html Row(Texts texts, string title, string? value) =>
        value is null ? Html.Empty : Page.Render("row.html", texts, ("title", texts[title]), ("value", value));
}
