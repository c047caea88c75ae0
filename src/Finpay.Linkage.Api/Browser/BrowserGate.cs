using System.Net.Http.Headers;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Security;

namespace Finpay.Linkage.Api.Browser;

/// <summary>
/// Lets a page with a token in. Each token may call so often, whatever strangers do; each source may send so many wrong tokens.
/// </summary>
internal sealed partial class BrowserGate(
    BrowserTokens tokens, IOptions<RateLimitOptions> limits, TimeProvider clock, ILogger<BrowserGate> logger)
{
    public const string SchemeName = "Bearer";
    public const int CallsPerSecond = 5;

    private const int MaxTokenLength = 512;
    private const int MaxKeys = 10_000;

    private readonly int allowed = limits.Value.FailedCallbacksPerMinute;
    private readonly WindowLimit<SourceNetwork> wrong =
        new(limits.Value.FailedCallbacksPerMinute, TimeSpan.FromMinutes(1), MaxKeys, clock);

    private readonly WindowLimit<string> calls = new(CallsPerSecond, TimeSpan.FromSeconds(1), MaxKeys, clock);

    /// <summary>The token that the request came in with.</summary>
    public static BrowserToken TokenOf(HttpContext http) =>
        http.Features.Get<BrowserToken>() ?? throw new InvalidOperationException("The route has no gate.");

    public async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        if (TextOf(http.Request) is not { } text)
            return Refuse(http, "There is no token.");
        if (tokens.Read(text) is not { } token)
            return Wait(http) is { } pause ? TooMany(pause) : Refuse(http, "This is no token of ours.");
        RequestNote.Of(http).PartnerReferenceNo = token.PartnerReferenceNo;
        if (token.ExpiresAt <= clock.GetUtcNow())
            return Refuse(http, "The token has expired.");
        if (calls.Count(text).Wait is { } wait)
            return TooMany(wait);
        http.Features.Set(token);
        return await next(context);
    }

    private static string? TextOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && AuthenticationHeaderValue.TryParse(header, out var value)
        && value.Scheme.Equals(SchemeName, StringComparison.OrdinalIgnoreCase) && value.Parameter is { Length: > 0 and <= MaxTokenLength }
            ? value.Parameter
            : null;

    private TimeSpan? Wait(HttpContext http)
    {
        if (allowed == 0)
            return null;
        var (wait, atLimit) = wrong.Count(SourceNetwork.Of(http.Connection.RemoteIpAddress));
        if (atLimit)
            LogLimited(allowed);
        return wait;
    }

    private static ProblemResult Refuse(HttpContext http, string detail)
    {
        http.Response.Headers.WWWAuthenticate = SchemeName;
        return new ProblemResult(ProblemKind.BrowserToken.Build(detail));
    }

    private static ProblemResult TooMany(TimeSpan wait) =>
        new(ProblemKind.TooManyRequests.Build("Repeat the call after Retry-After."), wait);

    [LoggerMessage(EventId = 1601, Level = LogLevel.Warning,
        Message = "A source sent {Limit} wrong browser tokens this minute: its further ones get 429")]
    private partial void LogLimited(int limit);
}
