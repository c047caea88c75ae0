using System.Buffers;
using System.Net;
using Finpay.Linkage.Finnet.Wire;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>
/// One attempt: sends the bytes, reads the answer up to a cap, and says for every other end whether the request may have had an effect.
/// </summary>
internal static class FinnetTransport
{
    // The documented answer is under 1 KiB.
    private const int MaxAnswerBytes = 64 * 1024;

    public static async Task<UpgradeWidgetResult> SendAsync(
        HttpClient http, string path, ReadOnlyMemory<byte> body, TimeProvider clock, Action<ResponseCode, int> onDisagreement, CancellationToken attempt)
    {
        using var content = new TrackedContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt).ConfigureAwait(false);
            var answerBytes = await ReadCappedAsync(response.Content, attempt).ConfigureAwait(false);
            return Read(response, answerBytes, clock, onDisagreement);
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

    private static UpgradeWidgetResult Read(HttpResponseMessage response, byte[]? body, TimeProvider clock, Action<ResponseCode, int> onDisagreement)
    {
        var httpStatus = (int)response.StatusCode;
        var retryAfter = RetryAfter(response, clock);
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

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<byte[]?> ReadCappedAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = ArrayPool<byte>.Shared.Rent(MaxAnswerBytes + 1);
            try
            {
                var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxAnswerBytes + 1), MaxAnswerBytes + 1, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                return read > MaxAnswerBytes ? null : buffer[..read];
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
            {
                // A compressed body that does not decompress; Brotli says it by the second.
                return null;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            }
        }
    }
}
