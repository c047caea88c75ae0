namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>Whom a call to the widget is from, and in which language the answer is.</summary>
internal sealed record Visit(string? Phone, string? Uuid, Texts Texts)
{
    public const string Table = "widget.json";

    public string Query => $"phone={Uri.EscapeDataString(Phone ?? "")}&uuid={Uri.EscapeDataString(Uuid ?? "")}";

    /// <summary>The page of the same check; another <c>name=value</c> may follow.</summary>
    public string Address => Phone is null && Uuid is null ? "/widget/prem?" : $"/widget/prem?{Query}&";

    public static Visit Of(HttpRequest request, string? phone, string? uuid) => new(phone, uuid, Texts.For(request, Table));

    /// <summary>A language chosen by the switch holds on every later page, the merchant's demo shop included.</summary>
    public void Remember(HttpContext http)
    {
        if (http.Request.Query.ContainsKey(Texts.Cookie))
        {
            http.Response.Cookies.Append(Texts.Cookie, Texts.Language, new CookieOptions
            {
                Path = "/",
                MaxAge = TimeSpan.FromDays(365),
                SameSite = SameSiteMode.Lax,
            });
        }
    }
}
