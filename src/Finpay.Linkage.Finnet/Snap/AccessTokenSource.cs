using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet;

/// <summary>The B2B access token: fetched when first needed, and again shortly before it expires. All callers share a fetch.</summary>
internal sealed partial class AccessTokenSource(
    AccessTokenClient client, IOptions<FinnetOptions> options, TimeProvider clock, ILogger<AccessTokenSource> logger)
{
    // While the old token is still good, a failed fetch is not repeated with every call.
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private AccessToken? current;
    private Task<AccessToken>? fetching;

    /// <returns>A token that is valid now.</returns>
    /// <exception cref="NoTokenException">There is none.</exception>
    public Task<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (current is { } fresh && now < fresh.RefreshAt)
                return Task.FromResult(fresh);
            // A task of its own: when one caller cancels, the others still wait for it.
            fetching ??= Task.Run(FetchAsync, CancellationToken.None);
            // The old token serves until the next one is there.
            return current is { } last && now < last.ExpiresAt ? Task.FromResult(last) : fetching.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Forgets a token that Finnet refused, unless a newer one has replaced it.</summary>
    public void Drop(AccessToken refused)
    {
        lock (gate)
        {
            if (ReferenceEquals(current, refused))
                current = null;
        }
    }

    private async Task<AccessToken> FetchAsync()
    {
        AccessToken? token = null;
        try
        {
            // The fetch belongs to no caller, so it needs a time limit of its own.
            using var timeout = new CancellationTokenSource(options.Value.AttemptTimeout, clock);
            token = await client.FetchAsync(timeout.Token).ConfigureAwait(false);
            LogFetched((long)(token.ExpiresAt - clock.GetUtcNow()).TotalSeconds);
            return token;
        }
        catch (NoTokenException exception)
        {
            LogFailed(exception.Answer.Kind, exception.Answer.ResponseCode?.ToString() ?? "none");
            throw;
        }
        finally
        {
            lock (gate)
            {
                fetching = null;
                current = token ?? (current is null ? null : current with { RefreshAt = clock.GetUtcNow() + PauseAfterFailure });
            }
        }
    }

    [LoggerMessage(EventId = 2003, Level = LogLevel.Information, Message = "Finnet access token fetched, valid for {Seconds} s")]
    private partial void LogFetched(long seconds);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "Finnet access token not fetched: {Failure}, code {ResponseCode}")]
    private partial void LogFailed(FinnetAnswerKind failure, string responseCode);
}

/// <summary>A B2B access token and its times.</summary>
/// <param name="Value">What is sent after <c>Bearer</c>.</param>
/// <param name="RefreshAt">From then on, the next token is fetched.</param>
/// <param name="ExpiresAt">From then on, this one is not sent.</param>
internal sealed record AccessToken(Secret Value, DateTimeOffset RefreshAt, DateTimeOffset ExpiresAt)
{
    // SNAP's usual life, for an answer that does not say it readably.
    private static readonly TimeSpan DefaultLife = TimeSpan.FromSeconds(900);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(60);

    /// <param name="value">The token.</param>
    /// <param name="expiresIn">Its life in seconds, in Finnet's words.</param>
    /// <param name="asked">When it was asked for. Its life counts from then, so that it never ends later here than at Finnet.</param>
    public static AccessToken Lasting(Secret value, string? expiresIn, DateTimeOffset asked)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        var life = !decimal.TryParse(expiresIn, style, CultureInfo.InvariantCulture, out var seconds) || seconds <= 0 ? DefaultLife
            : seconds < (decimal)LongestLife.TotalSeconds ? TimeSpan.FromSeconds((double)seconds)
            : LongestLife;
        var margin = life / 5 < LongestMargin ? life / 5 : LongestMargin;
        return new AccessToken(value, asked + life - margin, asked + life);
    }
}
