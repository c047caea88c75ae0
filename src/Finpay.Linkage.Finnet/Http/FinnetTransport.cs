using System.Net;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet;

/// <summary>One attempt: sends the bytes and reads the answer. Without an answer, it says whether the request may have arrived.</summary>
internal sealed partial class FinnetTransport(
    HttpClient http, string path, SnapAuthentication? snap, TimeProvider clock, ILogger<FinnetClient> logger)
{
    private readonly Uri url = new(http.BaseAddress!, path);

    public async Task<FinnetAnswer> SendAsync(OutgoingBody body, CancellationToken attempt)
    {
        using var content = new TrackedContent(body) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = content,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        try
        {
            var token = snap is null ? null : await snap.SignAsync(request, body, attempt).ConfigureAwait(false);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt).ConfigureAwait(false);
            var answer = Read(response, await AnswerBody.ReadAsync(response.Content, attempt).ConfigureAwait(false));
            if (token is not null && answer.ResponseCode is { IsInvalidToken: true })
                snap!.Drop(token);
            return answer;
        }
        catch (NoTokenException exception)
        {
            return exception.Answer;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            var (kind, reason) = (content.Started, exception) switch
            {
                (false, _) => (FinnetAnswerKind.NotSent, "Finnet could not be reached: no connection."),
                (_, OperationCanceledException) => (FinnetAnswerKind.NoAnswer, "Finnet gave no complete answer in time."),
                _ => (FinnetAnswerKind.NoAnswer, "The connection to Finnet broke before a complete answer."),
            };
            return new FinnetAnswer { Kind = kind, Reason = reason, Cause = exception };
        }
    }

    private FinnetAnswer Read(HttpResponseMessage response, byte[] body)
    {
        var httpStatus = (int)response.StatusCode;
        var retryAfter = AnswerBody.RetryAfter(response, clock);
        if (WidgetAnswer.Read(body, retryAfter) is not { } answer)
        {
            // A gateway in front of Finnet answers 429 and 503 with a page of its own.
            return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
                ? new() { Kind = FinnetAnswerKind.Busy, Reason = $"Finnet is busy (HTTP {httpStatus}).", RetryAfter = retryAfter }
                : new() { Kind = FinnetAnswerKind.Unclear, Reason = $"Finnet's answer cannot be read (HTTP {httpStatus})." };
        }

        // A valid body code counts more than the HTTP status (docs/finnet-contract.md).
        if (answer.ResponseCode!.Value is var code && code.HttpStatus != httpStatus)
            LogDisagreement(code, httpStatus);
        return answer;
    }

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning,
        Message = "Finnet's body code {ResponseCode} and HTTP status {HttpStatus} disagree; the code counts")]
    private partial void LogDisagreement(ResponseCode responseCode, int httpStatus);
}
