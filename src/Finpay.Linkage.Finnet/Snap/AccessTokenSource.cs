using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet;

/// <summary>The B2B access token: fetched when first needed, and again shortly before it expires. All callers share a fetch.</summary>
internal sealed partial class AccessTokenSource(HttpClient http, CurrentOptions options, TimeProvider clock, ILogger logger)
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
    /// <returns>Whether it was the current one, so that the next one is fetched anew.</returns>
    public bool Drop(AccessToken refused)
    {
        lock (gate)
        {
            // A failed fetch ahead has changed the times beside the token.
            if (!ReferenceEquals(current?.Value, refused.Value))
                return false;
            current = null;
            return true;
        }
    }

    private async Task<AccessToken> FetchAsync()
    {
        using var span = FinnetTelemetry.StartToken();
        AccessToken? token = null;
        FinnetAnswer? failure = null;
        try
        {
            return token = await AskAsync().ConfigureAwait(false);
        }
        catch (NoTokenException exception)
        {
            failure = exception.Answer;
            throw;
        }
        finally
        {
            var now = clock.GetUtcNow();
            lock (gate)
            {
                fetching = null;
                current = token ?? (current is null ? null : current with { RefreshAt = now + PauseAfterFailure });
            }

            if (failure is not null)
                FinnetTelemetry.End(span, failure);
            if (token is not null)
                LogFetched((long)(token.ExpiresAt - now).TotalSeconds);
            if (failure is { Kind: FinnetAnswerKind.CredentialsRefused })
                LogRefused(failure.Reason);
            else if (failure is not null)
                LogFailed(failure.Kind, failure.Reason);
        }
    }

    private async Task<AccessToken> AskAsync()
    {
        // The fetch belongs to no caller and to no attempt, so it needs a time limit of its own.
        var settings = options.Value;
        using var limit = new CancellationTokenSource(settings.AttemptTimeout, clock);
        var snap = settings.Snap;
        var asked = clock.GetUtcNow();
        var timestamp = FinnetTime.WriteTimestamp(asked);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.EffectiveBaseUrl, snap.TokenPath))
        {
            Content = new StringContent("""{"grantType":"client_credentials"}""", new MediaTypeHeaderValue("application/json")),
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
            Headers = { Accept = { new("application/json") } },
        };
        try
        {
            // Read for each token, so that a new key counts without a restart.
            if (!RsaPemFile.TryLoadPrivateKey(snap.PrivateKeyPath, out var key, out var problem))
                throw NotSent($"{settings.Path}:{nameof(FinnetOptions.Snap)}:{nameof(SnapOptions.PrivateKeyPath)} {problem}.");
            using var privateKey = key;
            request.Headers.Add("X-CLIENT-KEY", snap.ClientId);
            request.Headers.Add("X-TIMESTAMP", timestamp);
            request.Headers.Add("X-SIGNATURE", SnapSigner.SignTokenRequest(privateKey, snap.ClientId, timestamp));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return Read(response, await AnswerBody.ReadAsync(response.Content, limit.Token).ConfigureAwait(false), asked);
        }
        catch (Exception exception) when (exception is not NoTokenException)
        {
            var why = limit.IsCancellationRequested ? "timeout, Finnet:AttemptTimeout"
                : FailureReason.Of(exception, request.RequestUri!);
            throw NotSent($"Finnet's token service gave no complete answer: {why}.", exception);
        }
    }

    private AccessToken Read(HttpResponseMessage response, byte[] body, DateTimeOffset asked)
    {
        var answer = TolerantJson.Read(body, root => new
        {
            // SNAP's answer has a code; other providers leave it out.
            Code = ResponseCode.TryParse(TolerantJson.Text(root, "responseCode"), out var code) ? code : (ResponseCode?)null,
            Message = TolerantJson.Message(root),
            AccessToken = TolerantJson.Text(root, "accessToken") is { Length: > 0 } text && SnapOptions.IsVisibleAscii(text) ? text : null,
            ExpiresIn = TolerantJson.Text(root, "expiresIn"),
        });
        // A valid code counts more than the HTTP status, as in all of Finnet's answers.
        var status = answer?.Code?.HttpStatus ?? (int)response.StatusCode;
        if (status is >= 200 and < 300 && answer?.AccessToken is { } token)
            return AccessToken.Lasting(new Secret(token), answer.ExpiresIn, asked);
        throw new NoTokenException(new FinnetAnswer
        {
            Kind = status switch
            {
                429 or 503 => FinnetAnswerKind.Busy,
                // Three of the 4xx do not speak about the credentials.
                >= 400 and < 500 and not (408 or 409 or 425) => FinnetAnswerKind.CredentialsRefused,
                _ => FinnetAnswerKind.NotSent,
            },
            ResponseCode = answer?.Code,
            ResponseMessage = answer?.Message,
            RetryAfter = AnswerBody.RetryAfter(response, clock),
            Reason = answer?.Code is { } code
                ? $"Finnet's token service answered {code}."
                : $"Finnet's token service gave no token ({AnswerBody.Describe(response)}).",
        });
    }

    private static NoTokenException NotSent(string reason, Exception? cause = null) =>
        new(new FinnetAnswer { Kind = FinnetAnswerKind.NotSent, Reason = reason, Cause = cause });

    [LoggerMessage(EventId = 2003, Level = LogLevel.Information, Message = "Finnet access token fetched, valid for {Seconds} s")]
    private partial void LogFetched(long seconds);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "Finnet access token not fetched: {Failure}: {Reason}")]
    private partial void LogFailed(FinnetAnswerKind failure, string reason);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Error,
        Message = "Finnet refuses our SNAP credentials, so nothing can be sent: {Reason} Check ClientId, PrivateKeyPath and TokenPath of "
            + "Finnet:Snap")]
    private partial void LogRefused(string reason);
}

/// <summary>There is no access token, so nothing of the real request is sent.</summary>
/// <param name="answer">
/// How the call to Finnet ends: <see cref="FinnetAnswerKind.NotSent"/>, <see cref="FinnetAnswerKind.Busy"/> or
/// <see cref="FinnetAnswerKind.CredentialsRefused"/>.
/// </param>
internal sealed class NoTokenException(FinnetAnswer answer) : Exception(answer.Reason, answer.Cause)
{
    public FinnetAnswer Answer => answer;
}

/// <summary>A B2B access token and its times.</summary>
/// <param name="Value">What is sent after <c>Bearer</c>.</param>
/// <param name="FetchedAt">When it was asked for.</param>
/// <param name="RefreshAt">From then on, the next token is fetched.</param>
/// <param name="ExpiresAt">From then on, this one is not sent.</param>
internal sealed record AccessToken(Secret Value, DateTimeOffset FetchedAt, DateTimeOffset RefreshAt, DateTimeOffset ExpiresAt)
{
    // SNAP's usual life, for an answer that does not say it readably.
    private const decimal DefaultLife = 900;
    private const decimal LongestLife = 24 * 60 * 60;
    private const decimal LongestMargin = 60;

    /// <summary>The life, in seconds as Finnet writes it, counts from when we asked: so it never ends later here than at Finnet.</summary>
    public static AccessToken Lasting(Secret value, string? expiresIn, DateTimeOffset asked)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        var known = decimal.TryParse(expiresIn, style, CultureInfo.InvariantCulture, out var seconds) && seconds > 0;
        var life = known ? Math.Min(seconds, LongestLife) : DefaultLife;
        var margin = Math.Min(life / 5, LongestMargin);
        return new AccessToken(value, asked, asked.AddSeconds((double)(life - margin)), asked.AddSeconds((double)life));
    }
}
