using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Finpay.Linkage.Finnet;

/// <summary>The client of Finnet's Upgrade Account service. Register it with <c>services.AddFinnetClient(configuration)</c>.</summary>
public sealed partial class FinnetClient
{
    private readonly HttpClient http;
    private readonly FinnetOptions options;
    private readonly FieldCipher cipher;
    private readonly SnapAuthentication? snap;
    private readonly ResiliencePipeline<FinnetAnswer> pipeline;
    private readonly TimeProvider clock;
    private readonly ILogger<FinnetClient> logger;

    internal FinnetClient(
        HttpClient http, FinnetOptions options, SnapAuthentication snap, FinnetResilience resilience, TimeProvider clock,
        ILogger<FinnetClient> logger)
    {
        (this.http, this.options, this.clock, this.logger) = (http, options, clock, logger);
        pipeline = resilience.Pipeline;
        cipher = new FieldCipher(options.EncryptionKey!, options.EncryptionIv!);
        this.snap = options.Authentication == FinnetAuthentication.SnapB2B ? snap : null;
    }

    /// <summary>
    /// Asks for an upgrade widget. Takes at most <see cref="FinnetOptions.TotalTimeout"/>. Within that time, the client sends again what is
    /// known not to have been processed; it never repeats a request that may have arrived.
    /// </summary>
    /// <returns>The result, or why there is none and whether the request <see cref="FinnetAnswer.MayHaveArrived"/>.</returns>
    /// <exception cref="ArgumentException">A text of the request is empty or out of Finnet's range.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled; the request may have had an effect.</exception>
    public async Task<FinnetAnswer> RequestUpgradeWidgetAsync(UpgradeWidgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = WidgetRequestWriter.Write(request, options, cipher);
        FinnetAnswer? last = null;
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt =>
                {
                    last = await SendAsync(body, attempt).ConfigureAwait(false);
                    if (last.IsResult)
                        return last;
                    cancellationToken.ThrowIfCancellationRequested();
                    LogAttempt(request.PartnerReferenceNo, last.Kind, last.ResponseCode?.ToString() ?? "none");
                    return last;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException exception)
        {
            return new FinnetAnswer
            {
                Kind = FinnetAnswerKind.NotSent,
                Reason = "Finnet failed repeatedly; nothing is sent for a moment (circuit open).",
                RetryAfter = exception.RetryAfter,
                Cause = exception,
            };
        }
        catch (TimeoutRejectedException exception)
        {
            // The total time ended between two attempts: the one before says how the call ended.
            return last ?? new() { Kind = FinnetAnswerKind.NotSent, Reason = "Finnet could not be reached in time.", Cause = exception };
        }
    }

    // One attempt. Without an answer, it says whether the request may have arrived.
    private async Task<FinnetAnswer> SendAsync(OutgoingBody body, CancellationToken attempt)
    {
        using var content = new TrackedContent(body) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(http.BaseAddress!, options.WidgetPath))
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

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning,
        Message = "Finnet attempt for {PartnerReferenceNo} failed: {Failure}, code {ResponseCode}")]
    private partial void LogAttempt(string partnerReferenceNo, FinnetAnswerKind failure, string responseCode);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning,
        Message = "Finnet's body code {ResponseCode} and HTTP status {HttpStatus} disagree; the code counts")]
    private partial void LogDisagreement(ResponseCode responseCode, int httpStatus);
}
