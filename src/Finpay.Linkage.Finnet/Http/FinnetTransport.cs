using System.Net;
using Finpay.Linkage.Finnet.Wire;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>
/// One attempt: sends the bytes, reads the answer up to a cap, and says for every other end whether the request may have had an effect.
/// </summary>
/// <param name="http">Its base address is Finnet's.</param>
/// <param name="path">Of the widget service.</param>
/// <param name="snap">Signs each attempt; null when requests carry no authentication.</param>
/// <param name="clock">Reads dates in Retry-After.</param>
/// <param name="onDisagreement">Told when the code of the body and the HTTP status disagree.</param>
internal sealed class FinnetTransport(HttpClient http, string path, SnapAuthentication? snap, TimeProvider clock, Action<ResponseCode, int> onDisagreement)
{
    private readonly Uri url = new(http.BaseAddress!, path);

    public async Task<UpgradeWidgetResult> SendAsync(OutgoingBody body, CancellationToken attempt)
    {
        using var content = new TrackedContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = content,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        AccessToken? token = null;
        try
        {
            if (snap is not null)
                token = await snap.SignAsync(request, body, attempt).ConfigureAwait(false);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt).ConfigureAwait(false);
            return Read(response, await AnswerBody.ReadAsync(response.Content, attempt).ConfigureAwait(false));
        }
        catch (FinnetException exception) when (token is not null && exception.ResponseCode is { IsInvalidToken: true })
        {
            snap!.Drop(token);
            throw;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            throw (content.Started, exception) switch
            {
                (false, _) => new FinnetException(FinnetFailure.NotSent, "Finnet could not be reached: no connection.", exception),
                (_, OperationCanceledException) => new FinnetException(FinnetFailure.NoAnswer, "Finnet gave no complete answer in time.", exception),
                _ => new FinnetException(FinnetFailure.NoAnswer, "The connection to Finnet broke before a complete answer.", exception),
            };
        }
    }

    private UpgradeWidgetResult Read(HttpResponseMessage response, byte[]? body)
    {
        var httpStatus = (int)response.StatusCode;
        var retryAfter = AnswerBody.RetryAfter(response, clock);
        if (body is null || !WidgetAnswer.TryRead(body, out var answer))
        {
            // A gateway in front of Finnet says 429 and 503 in its own words.
            throw response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? new FinnetException(FinnetFailure.Busy, $"Finnet is busy (HTTP {httpStatus}).") { RetryAfter = retryAfter }
                : new FinnetException(FinnetFailure.Unclear, $"Finnet's answer can't be read (HTTP {httpStatus}).");
        }

        // A valid body code wins over the HTTP status (contract section 2).
        if (answer.Code.HttpStatus != httpStatus)
            onDisagreement(answer.Code, httpStatus);
        return AnswerReader.Interpret(answer, retryAfter);
    }
}
