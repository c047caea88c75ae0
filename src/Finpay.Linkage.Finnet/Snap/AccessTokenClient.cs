using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet;

/// <summary>One request to the token service. Whatever becomes of it, nothing of the real request is sent without a token.</summary>
internal sealed class AccessTokenClient(IHttpClientFactory clients, IOptions<FinnetOptions> options, TimeProvider clock) : IDisposable
{
    private static readonly byte[] Body = """{"grantType":"client_credentials"}"""u8.ToArray();

    // The file was checked at start. If it cannot be read now, the next call tries again.
    private readonly Lazy<RSA> privateKey = new(
        () => SnapPrivateKey.TryLoad(options.Value.Snap.PrivateKeyPath, out var key, out var problem)
            ? key
            : throw NotSent($"{FinnetOptions.SectionName}:{nameof(FinnetOptions.Snap)}:{nameof(SnapOptions.PrivateKeyPath)} {problem}."),
        LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="NoTokenException">Finnet gave no token.</exception>
    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        var asked = clock.GetUtcNow();
        using var http = clients.CreateClient(nameof(FinnetClient));
        using var request = Sign(asked);
        request.Version = http.DefaultRequestVersion;
        request.VersionPolicy = http.DefaultVersionPolicy;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            return Read(response, await AnswerBody.ReadAsync(response.Content, cancellationToken).ConfigureAwait(false), asked);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            throw NotSent("Finnet's token service gave no complete answer.", exception);
        }
    }

    public void Dispose()
    {
        if (privateKey.IsValueCreated)
            privateKey.Value.Dispose();
    }

    private HttpRequestMessage Sign(DateTimeOffset now)
    {
        var snap = options.Value.Snap;
        var timestamp = FinnetTime.WriteTimestamp(now);
        var request = new HttpRequestMessage(HttpMethod.Post, snap.TokenPath) { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-CLIENT-KEY", snap.ClientId);
        request.Headers.Add("X-TIMESTAMP", timestamp);
        request.Headers.Add("X-SIGNATURE", SnapSigner.SignTokenRequest(privateKey.Value, snap.ClientId, timestamp));
        return request;
    }

    private AccessToken Read(HttpResponseMessage response, byte[]? body, DateTimeOffset asked)
    {
        var answer = body is null ? null : TokenAnswer.Read(body);
        // A valid code counts more than the HTTP status, as in all of Finnet's answers.
        var status = answer?.Code?.HttpStatus ?? (int)response.StatusCode;
        if (status is >= 200 and < 300 && answer?.AccessToken is { } token)
            return AccessToken.Lasting(token, answer.ExpiresIn, asked);
        throw new NoTokenException(new FinnetAnswer
        {
            Kind = (HttpStatusCode)status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? FinnetAnswerKind.Busy
                : FinnetAnswerKind.NotSent,
            ResponseCode = answer?.Code,
            ResponseMessage = answer?.Message,
            RetryAfter = AnswerBody.RetryAfter(response, clock),
            Reason = answer?.Code is { } code
                ? $"Finnet's token service answered {code}."
                : $"Finnet's token service gave no token (HTTP {(int)response.StatusCode}).",
        });
    }

    private static NoTokenException NotSent(string reason, Exception? cause = null) =>
        new(new FinnetAnswer { Kind = FinnetAnswerKind.NotSent, Reason = reason, Cause = cause });

    // SNAP's answer has a code; other providers leave it out.
    private sealed record TokenAnswer(ResponseCode? Code, string Message, Secret? AccessToken, string? ExpiresIn)
    {
        public static TokenAnswer? Read(ReadOnlyMemory<byte> body) => TolerantJson.Read(body, root => new TokenAnswer(
            ResponseCode.TryParse(TolerantJson.Text(root, "responseCode"), out var code) ? code : null,
            TolerantJson.Message(root),
            TolerantJson.Text(root, "accessToken") is { Length: > 0 } token && SnapOptions.IsVisibleAscii(token) ? new Secret(token) : null,
            TolerantJson.Text(root, "expiresIn")));
    }
}

/// <summary>There is no access token, so nothing of the real request is sent.</summary>
/// <param name="answer">How the call to Finnet ends: <see cref="FinnetAnswerKind.NotSent"/> or <see cref="FinnetAnswerKind.Busy"/>.</param>
internal sealed class NoTokenException(FinnetAnswer answer) : Exception(answer.Reason, answer.Cause)
{
    public FinnetAnswer Answer => answer;
}
