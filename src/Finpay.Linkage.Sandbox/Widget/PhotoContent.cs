using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>One photo as markup, with an upload form if the customer may replace it.</summary>
internal static class PhotoContent
{
    public static Html Of(Session session, PrefilledImage? image, string name, Visit visit, PhotoFault? fault)
    {
        var texts = visit.Texts;
        var mark = image switch
        {
            null => "missing",
            { ByCustomer: true } => "taken",
            { IsEditable: true } => "editable",
            _ => "read-only",
        };
        var beside = fault?.Name == name ? fault : null;
        return Page.Render(
            "photo.html",
            ("name", name),
            ("title", texts[name]),
            ("mark", mark),
            ("markText", texts[mark]),
            ("picture", image is null ? Page.Render("no-picture.html", texts) : Picture(image, name, visit)),
            ("upload", MayBeTaken(image) ? Upload(session, image, name, texts, beside) : Refusal(texts, beside)));
    }

    /// <summary>Contract, section 1: isEditable allows the customer to retake it; a photo that was not sent is taken here.</summary>
    public static bool MayBeTaken(PrefilledImage? image) => image is null or { IsEditable: true };

    private static Html Picture(PrefilledImage image, string name, Visit visit) => Page.Render(
        "picture.html",
        ("query", visit.Query),
        ("name", name),
        ("alt", visit.Texts.With(image.ByCustomer ? "takenAlt" : "photoAlt", ("photo", visit.Texts[name]))));

    private static Html Refusal(Texts texts, PhotoFault? fault) =>
        fault is null ? Html.Empty : Page.Render("refusal.html", ("error", texts[fault.Text]));

    private static Html Upload(Session session, PrefilledImage? image, string name, Texts texts, PhotoFault? fault) => Page.Render(
        "upload.html",
        texts,
        ("phone", session.PhoneNo),
        ("uuid", session.Uuid),
        ("name", name),
        ("label", texts.With(image is null ? "take" : "replace", ("photo", texts[name]))),
        ("camera", name == "selfie" ? "user" : "environment"),
        ("invalid", fault is null ? Html.Empty : new Html(" aria-invalid=\"true\"")),
        ("error", fault is null ? "" : texts[fault.Text]));
}
