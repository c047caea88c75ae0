using System.Security.Claims;
using System.Text.Encodings.Web;
using Finpay.Linkage.Api.Merchants;
using Microsoft.AspNetCore.Authentication;

namespace Finpay.Linkage.Api.Security;

/// <summary>A route that takes the key as a bearer token too, for callers that can send no other header.</summary>
internal sealed record TakesBearerKey;

/// <summary>Callers of /v1 by <c>X-Api-Key</c>: compared by hash, in fixed time, with every configured key.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions, ApiKeyRing keys, MerchantRing merchants, ILoggerFactory loggers,
    UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, loggers, encoder)
{
    private const int MaxKeyLength = 512;
    private const string Bearer = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var values = Request.Headers[ApiKeys.HeaderName];
        if (values.Count == 0 && Context.GetEndpoint()?.Metadata.GetMetadata<TakesBearerKey>() is not null)
            values = Request.Headers.Authorization;
        if (values.Count == 0)
            return Task.FromResult(AuthenticateResult.NoResult());
        if (values.Count > 1 || WithoutBearer(values[0]) is not { Length: > 0 and <= MaxKeyLength } key || keys.Find(key) is not { } entry)
            return Task.FromResult(AuthenticateResult.Fail("Unknown key."));

        List<Claim> claims = [new(ClaimTypes.Name, entry.Name), new(ClaimTypes.Role, entry.Role.ToString()!)];
        if (entry.MerchantName is { } name)
        {
            // A merchant that was added while the service runs has no client yet.
            if (merchants.Find(name) is not { } merchant)
                return Task.FromResult(AuthenticateResult.Fail("Unknown merchant."));
            claims.Add(new Claim(ApiKeys.MerchantClaim, merchant.Id));
        }

        var identity = new ClaimsIdentity(claims, Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }

    private string? WithoutBearer(string? value) =>
        Request.Headers.ContainsKey(ApiKeys.HeaderName) || value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) != true
            ? value
            : value[Bearer.Length..].Trim();

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

    /// <summary>The merchantId of the key's merchant.</summary>
    public const string MerchantClaim = "merchantId";

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

    /// <summary>The merchantId of the key's merchant; null for an operator's key for all of them.</summary>
    public static string? MerchantId(this ClaimsPrincipal user) => user.FindFirst(ApiKeys.MerchantClaim)?.Value;

    /// <summary>What the caller may see.</summary>
    public static Scope Scope(this ClaimsPrincipal user) =>
        user.IsInRole(nameof(ApiRole.Ops)) ? new(Owner: null, user.MerchantId()) : new(user.KeyName(), MerchantId: null);
}

/// <summary>The records that a caller may see: those of a key name, those of a merchant, or all. A name belongs to one merchant.</summary>
internal sealed record Scope(string? Owner, string? MerchantId)
{
    public static Scope All { get; } = new(null, null);

    public bool Covers(string? owner, string? merchantId) =>
        (Owner is null || owner == Owner) && (MerchantId is null || merchantId == MerchantId);
}
