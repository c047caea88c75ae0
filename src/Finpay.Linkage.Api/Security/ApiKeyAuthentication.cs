using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;

namespace Finpay.Linkage.Api.Security;

/// <summary>Callers of /v1 by <c>X-Api-Key</c>: compared by hash, in fixed time, with every configured key.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions, ApiKeyRing keys, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, loggers, encoder)
{
    private const int MaxKeyLength = 512;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var values = Request.Headers[ApiKeys.HeaderName];
        if (values.Count == 0)
            return Task.FromResult(AuthenticateResult.NoResult());
        if (values.Count > 1 || values[0] is not { Length: > 0 and <= MaxKeyLength } key || keys.Find(key) is not { } entry)
            return Task.FromResult(AuthenticateResult.Fail("Unknown key."));

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, entry.Name), new Claim(ClaimTypes.Role, entry.Role.ToString()!)], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = ApiKeys.SchemeName;
        return Task.CompletedTask;
    }
}

internal static class ApiKeys
{
    public const string HeaderName = "X-Api-Key";
    public const string SchemeName = "ApiKey";

    /// <summary>Any key.</summary>
    public const string CallerPolicy = "caller";

    /// <summary>Keys with the role ops.</summary>
    public const string OpsPolicy = "ops";

    public static void AddApiKeys(this IServiceCollection services)
    {
        // The core alone: AddAuthentication would bring data protection, with a key ring on disk that nothing here uses.
        services.AddWebEncoders();
        services.AddSingleton<ApiKeyRing>();
        services.AddTransient<ApiKeyAuthenticationHandler>();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = SchemeName;
            options.AddScheme<ApiKeyAuthenticationHandler>(SchemeName, SchemeName);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(CallerPolicy, policy => policy.RequireRole(nameof(ApiRole.Merchant), nameof(ApiRole.Ops)))
            .AddPolicy(OpsPolicy, policy => policy.RequireRole(nameof(ApiRole.Ops)));
    }

    /// <summary>The name of the key that was used: the owner of what it creates.</summary>
    public static string KeyName(this ClaimsPrincipal user) =>
        user.Identity?.Name ?? throw new InvalidOperationException("The route has no policy.");

    /// <summary>Whose records the caller may read: its own, or (null) everybody's.</summary>
    public static string? ReadableOwner(this ClaimsPrincipal user) => user.IsInRole(nameof(ApiRole.Ops)) ? null : user.KeyName();
}
