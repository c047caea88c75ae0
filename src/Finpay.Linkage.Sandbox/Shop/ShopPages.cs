using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Sandbox.Widget;

namespace Finpay.Linkage.Sandbox.Shop;

internal static class ShopPages
{
    public const string Table = "shop/texts.json";

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static readonly string[] Files = ["shop.css", "form.js", "result.js", "language.js", "photo.js", "texts.json"];

    public static IResult Form(HttpRequest request)
    {
        var texts = Texts.For(request, Table);
        return Whole(texts, "form.title", "form.js", Page.Render(
            "shop/form.html", texts, ("ktp", Photo(texts, "ktp")), ("selfie", Photo(texts, "selfie"))));
    }

    /// <summary>Complete as it is sent, so that it also works without JavaScript, by looking again.</summary>
    /// <param name="request">Language and order.</param>
    /// <param name="view">What is known of the order.</param>
    public static IResult Result(HttpRequest request, OrderView view)
    {
        var texts = Texts.For(request, Table);
        var text = view is { State: "rejected", Reason: null } ? "result.rejected.noReason" : $"result.{view.State}.text";
        var (key, address) = view.State == "open" ? ("result.open.action", view.WidgetUrl) : ($"result.{view.State}.action", "/shop");
        return Whole(
            texts,
            $"result.{view.State}.title",
            "result.js",
            Page.Render(
                "shop/result.html",
                texts,
                ("state", view.State),
                ("view", JsonSerializer.Serialize(view, Json)),
                ("stateTitle", texts[$"result.{view.State}.title"]),
                ("stateText", texts.With(text, ("time", JakartaTime(view.ExpiryTime)))),
                ("reason", view.Reason),
                ("noReason", view.Reason is null ? new Html(" hidden") : Html.Empty),
                ("action", texts.Words.ContainsKey(key)
                    ? Page.Render("shop/action.html", ("address", address), ("text", texts[key])) : Html.Empty),
                ("look", view.State is "approved" or "rejected" or "unknown"
                    ? Html.Empty : Page.Render("shop/look.html", texts, ("order", request.Query["order"])))));
    }

    public static IResult File(string file) => TypedResults.Text(
        Page.Read(file == "photo.js" ? file : $"shop/{file}"),
        Path.GetExtension(file) switch
        {
            ".css" => "text/css",
            ".js" => "text/javascript",
            _ => "application/json",
        },
        Encoding.UTF8);

    private static string JakartaTime(string? time) => DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out var at)
        ? at.ToOffset(TimeSpan.FromHours(7)).ToString("dd-MM-yyyy HH:mm 'WIB'", CultureInfo.InvariantCulture)
        : "";

    private static IResult Whole(Texts texts, string title, string script, Html content) => TypedResults.Text(
        Page.Render(
            "shop/layout.html", texts, ("lang", texts.Language), ("title", texts[title]), ("script", script), ("content", content)).Text,
        "text/html",
        Encoding.UTF8);

    private static Html Photo(Texts texts, string name) => Page.Render(
        "shop/photo.html",
        texts,
        ("name", name),
        ("title", texts[$"form.{name}"]),
        ("removeTitle", texts[$"form.remove.{name}"]));
}
