namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>The session that a call to the widget belongs to, and the language of the answer.</summary>
internal sealed record Visit(string? Phone, string? Uuid, Texts Texts)
{
    public const string Table = "widget.json";

    public string Query => $"phone={Uri.EscapeDataString(Phone ?? "")}&uuid={Uri.EscapeDataString(Uuid ?? "")}";

    /// <summary>The URL of the session's page; another <c>name=value</c> may follow.</summary>
    public string Address => Phone is null && Uuid is null ? "/widget/prem?" : $"/widget/prem?{Query}&";

    public static Visit Of(HttpRequest request, string? phone, string? uuid) => new(phone, uuid, Texts.For(request, Table));

    /// <summary>Remembers a chosen language for every later page, including the demo shop.</summary>
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
