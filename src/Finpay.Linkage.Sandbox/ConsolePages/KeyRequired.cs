using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Sandbox.Snap;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>
/// With --any-address the whole network reaches the stand-in: only what customers and the API use stays open, the rest shows personal data
/// and needs the demo key, as X-Api-Key or as the password that a browser asks for.
/// </summary>
internal static class KeyRequired
{
    private static readonly PathString[] Open = ["/widget", "/shop", WidgetService.Path, TokenService.Path];

    public static void Use(WebApplication app, string key) => app.Use((http, next) =>
    {
        var isOpen = Array.Exists(Open, path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));
        if (isOpen || Has(http.Request, key))
            return next(http);

        http.Response.Headers.WWWAuthenticate = "Basic realm=\"Sandbox: any name, the demo API key as password\", charset=\"UTF-8\"";
        return TypedResults.Json(
            new ControlError("This needs the demo API key, as X-Api-Key or as password."), statusCode: StatusCodes.Status401Unauthorized)
            .ExecuteAsync(http);
    });

    private static bool Has(HttpRequest request, string key) =>
        Same(request.Headers["X-Api-Key"].ToString(), key) || Same(Password(request.Headers.Authorization.ToString()), key);

    private static string Password(string authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var given) || given.Scheme != "Basic")
            return "";

        var credentials = given.Parameter ?? "";
        var bytes = new byte[credentials.Length];
        return Convert.TryFromBase64String(credentials, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2)[^1]
            : "";
    }

    private static bool Same(string given, string key) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key));
}
