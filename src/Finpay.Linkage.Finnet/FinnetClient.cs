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
        var changes = new HashSet<HeaderChange>();
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt =>
                {
                    last = await AttemptAsync(body, changes, attempt).ConfigureAwait(false);
                    if (last.IsResult)
                        return last;
                    cancellationToken.ThrowIfCancellationRequested();
                    LogAttempt(request.PartnerReferenceNo, last.Kind, last.ResponseCode?.ToString() ?? "none", last.Reason);
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

    // With SNAP, one attempt begins when there is a token: waiting for one takes nothing of its time.
    private async Task<FinnetAnswer> AttemptAsync(OutgoingBody body, HashSet<HeaderChange> changes, CancellationToken call)
    {
        if (snap is null)
            return await SendAsync(body, token: null, call).ConfigureAwait(false);
        AccessToken token;
        try
        {
            token = await snap.GetTokenAsync(call).ConfigureAwait(false);
        }
        catch (NoTokenException exception)
        {
            return exception.Answer;
        }
        catch (Exception exception)
        {
            var why = call.IsCancellationRequested ? "timeout, Finnet:TotalTimeout" : exception.GetBaseException().GetType().Name;
            return new() { Kind = FinnetAnswerKind.NotSent, Reason = $"Finnet's token service gave no token: {why}.", Cause = exception };
        }

        var answer = await SendAsync(body, token, call).ConfigureAwait(false);
        if (answer.ResponseCode is { IsUsedExternalId: true })
            return answer with { TryNewHeaders = changes.Add(HeaderChange.ExternalId) };
        if (answer.ResponseCode is not { IsInvalidToken: true })
            return answer;
        // If another call has dropped the token already, the next one may have been replaced too, by another instance.
        var change = snap.Drop(token) ? HeaderChange.FreshToken : HeaderChange.OthersToken;
        return answer with { TryNewHeaders = !changes.Contains(HeaderChange.FreshToken) && changes.Add(change) };
    }

    // Without an answer, it says whether the request may have arrived.
    private async Task<FinnetAnswer> SendAsync(OutgoingBody body, AccessToken? token, CancellationToken call)
    {
        using var content = new TrackedContent(body) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(http.BaseAddress!, options.WidgetPath))
        {
            Content = content,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        using var limit = new CancellationTokenSource(options.AttemptTimeout, clock);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(call, limit.Token);
        try
        {
            if (token is not null)
                snap!.Sign(request, body, token);
            using var response =
                await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Token).ConfigureAwait(false);
            return Read(response, await AnswerBody.ReadAsync(response.Content, attempt.Token).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // A handler of the host may throw anything. What counts is whether a byte of the body was given to it.
            var why = call.IsCancellationRequested ? "timeout, Finnet:TotalTimeout"
                : limit.IsCancellationRequested ? "timeout, Finnet:AttemptTimeout"
                : FailureReason.Of(exception, request.RequestUri!);
            return content.Started
                ? new() { Kind = FinnetAnswerKind.NoAnswer, Reason = $"Finnet gave no complete answer: {why}.", Cause = exception }
                : new() { Kind = FinnetAnswerKind.NotSent, Reason = $"Finnet could not be reached: {why}.", Cause = exception };
        }
    }

    private FinnetAnswer Read(HttpResponseMessage response, byte[] body)
    {
        var httpStatus = (int)response.StatusCode;
        var retryAfter = AnswerBody.RetryAfter(response, clock);
        if (WidgetAnswer.Read(body, retryAfter, options.TimeZone) is not { } answer)
        {
            var what = AnswerBody.Describe(response);
            return httpStatus switch
            {
                // A gateway in front of Finnet answers with pages of its own. Three of the 4xx do not say that the request is wrong.
                429 or 503 => new() { Kind = FinnetAnswerKind.Busy, Reason = $"Finnet is busy ({what}).", RetryAfter = retryAfter },
                >= 400 and < 500 and not (408 or 409 or 425) =>
                    new() { Kind = FinnetAnswerKind.Refused, Reason = $"Finnet refused without a code ({what})." },
                _ => new() { Kind = FinnetAnswerKind.Unclear, Reason = $"Finnet's answer cannot be read ({what})." },
            };
        }

        // A valid body code counts more than the HTTP status (docs/finnet-contract.md).
        if (answer.ResponseCode!.Value is var code && code.HttpStatus != httpStatus)
            LogDisagreement(code, httpStatus);
        return answer;
    }

    // What a call may change about refused headers, each once; after a token of its own it changes no token any more.
    private enum HeaderChange
    {
        ExternalId,
        OthersToken,
        FreshToken,
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Warning,
        Message = "Finnet attempt for {PartnerReferenceNo} failed: {Failure}, code {ResponseCode}: {Reason}")]
    private partial void LogAttempt(string partnerReferenceNo, FinnetAnswerKind failure, string responseCode, string reason);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning,
        Message = "Finnet's body code {ResponseCode} and HTTP status {HttpStatus} disagree; the code counts")]
    private partial void LogDisagreement(ResponseCode responseCode, int httpStatus);
}
