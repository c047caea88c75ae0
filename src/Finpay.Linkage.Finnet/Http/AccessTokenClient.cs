using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Finpay.Linkage.Finnet.Security;
using Finpay.Linkage.Finnet.Wire;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>One request to the token service (contract section 3). Without a token nothing of the real request is sent, whatever became of this one.</summary>
internal sealed class AccessTokenClient(IHttpClientFactory clients, IOptions<FinnetOptions> options, TimeProvider clock) : IDisposable
{
    private static readonly byte[] Body = """{"grantType":"client_credentials"}"""u8.ToArray();

    // Checked at start; a failure now is not remembered.
    private readonly Lazy<RSA> privateKey = new(
        () => SnapPrivateKey.TryLoad(options.Value.Snap.PrivateKeyPath, out var key, out var problem)
            ? key
            : throw new FinnetException(FinnetFailure.NotSent, $"{FinnetOptions.SectionName}:{nameof(FinnetOptions.Snap)}:{nameof(SnapOptions.PrivateKeyPath)} {problem}."),
        LazyThreadSafetyMode.PublicationOnly);

    public async Task<AccessToken> FetchAsync(CancellationToken cancellationToken)
    {
        var asked = clock.GetUtcNow();
        using var http = clients.CreateClient(nameof(FinnetClient));
        using var request = Sign(asked);
        request.Version = http.DefaultRequestVersion;
        request.VersionPolicy = http.DefaultVersionPolicy;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return Read(response, await AnswerBody.ReadAsync(response.Content, cancellationToken).ConfigureAwait(false), asked);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new FinnetException(FinnetFailure.NotSent, "Finnet's token service gave no complete answer.", exception);
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
        // As everywhere, a valid code counts more than the HTTP status.
        var status = answer?.Code?.HttpStatus ?? (int)response.StatusCode;
        if (status is >= 200 and < 300 && answer?.AccessToken is { } token)
            return AccessToken.Lasting(token, answer.ExpiresIn, asked);
        throw new FinnetException(
            (HttpStatusCode)status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? FinnetFailure.Busy : FinnetFailure.NotSent,
            answer?.Code is { } code ? $"Finnet's token service answered {code}." : $"Finnet's token service gave no token (HTTP {(int)response.StatusCode}).")
        {
            ResponseCode = answer?.Code,
            ResponseMessage = answer?.Message,
            RetryAfter = AnswerBody.RetryAfter(response, clock),
        };
    }
}
