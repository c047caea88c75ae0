using System.Text;
using Finpay.Linkage.Sandbox.Widget;

namespace Finpay.Linkage.Sandbox.Shop;

internal static class ShopPages
{
    public const string Table = "shop/texts.json";

    public static readonly string[] Files = ["shop.css", "form.js", "result.js", "language.js", "photo.js", "texts.json"];

    public static IResult Form(HttpRequest request)
    {
        var texts = Texts.For(request, Table);
        return Whole(texts, "form.title", "form.js", Page.Render(
            "shop/form.html", texts, ("ktp", Photo(texts, "ktp")), ("selfie", Photo(texts, "selfie"))));
    }

    public static IResult Result(HttpRequest request)
    {
        var texts = Texts.For(request, Table);
        return Whole(texts, "result.pageTitle", "result.js", Page.Render("shop/result.html", texts));
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
