using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// The client of Finnet's Upgrade Account service; one serves all threads of a process. Register it with
/// <c>services.AddFinnetClient(configuration)</c>.
/// </summary>
public sealed partial class FinnetClient : IFinnetClient
{
    /// <summary>The name of the client's <see cref="System.Diagnostics.ActivitySource"/> and of its meter.</summary>
    public const string TelemetryName = "Finpay.Linkage.Finnet";

    private readonly HttpClient http;
    private readonly CurrentOptions options;
    private readonly AccessTokenSource tokens;
    private readonly ResiliencePipeline<FinnetAnswer> pipeline;
    private readonly FinnetTelemetry telemetry;
    private readonly TimeProvider clock;
    private readonly ILogger logger;

    /// <summary>Makes a client without a container. Keep it: it remembers the access token and how Finnet has been doing.</summary>
    /// <param name="http">
    /// Used for every attempt. Its handler should follow no redirects and its timeout should be longer than
    /// <see cref="FinnetOptions.TotalTimeout"/>; its base address is not used.
    /// </param>
    /// <param name="options">The settings. They should not change afterwards.</param>
    /// <param name="clock">The clock; the system's when absent.</param>
    /// <param name="loggers">Where to log; nowhere when absent.</param>
    /// <exception cref="OptionsValidationException">Settings are missing or wrong; the message names each.</exception>
    public FinnetClient(HttpClient http, FinnetOptions options, TimeProvider? clock = null, ILoggerFactory? loggers = null)
        : this(
            http, Valid(options), clock ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance,
            new FinnetTelemetry(meters: null, client: null))
    {
    }

    internal FinnetClient(
        HttpClient http, Func<FinnetOptions> options, TimeProvider clock, ILoggerFactory loggers, FinnetTelemetry telemetry,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        (this.http, this.clock, this.telemetry, logger) = (http, clock, telemetry, Logger<FinnetClient>());
        this.options = new CurrentOptions(options, logger);
        tokens = new AccessTokenSource(http, this.options, clock, Logger<AccessTokenSource>());
        pipeline = FinnetResilience.Build(this.options.Value.TotalTimeout, clock, telemetry.Circuit);

        // Lines of several clients are told apart by their category; filters go by its beginning.
        ILogger Logger<T>() => loggers.CreateLogger(name is null ? typeof(T).FullName! : $"{typeof(T).FullName}.{name}");
    }

    /// <inheritdoc/>
    public async Task<FinnetAnswer> RequestUpgradeWidgetAsync(UpgradeWidgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // One call goes by one state of the settings: a password belongs to its keys.
        var now = options.Value;
        var call = new Call(WidgetRequestWriter.Write(request, now), request.PartnerReferenceNo, now);
        using var span = FinnetTelemetry.StartCall(call.Reference);
        var start = clock.GetTimestamp();
        FinnetAnswer? answer = null;
        try
        {
            return answer = await AskAsync(call, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            var duration = clock.GetElapsedTime(start);
            telemetry.Called(span, answer, call.Attempts, duration);
            LogCall(
                call.Reference, answer?.Kind.ToString() ?? "Cancelled", answer?.ResponseCode?.ToString() ?? "none", call.Attempts,
                (long)duration.TotalMilliseconds);
        }
    }

    private async Task<FinnetAnswer> AskAsync(Call call, CancellationToken cancellationToken)
    {
        FinnetAnswer? last = null;
        try
        {
            return await pipeline.ExecuteAsync(
                async attempt =>
                {
                    using var span = FinnetTelemetry.StartAttempt(++call.Attempts);
                    last = await AttemptAsync(call, attempt).ConfigureAwait(false);
                    telemetry.Attempted(span, last, call.Attempts);
                    if (last.IsResult)
                        return last;
                    cancellationToken.ThrowIfCancellationRequested();
                    LogAttempt(call.Reference, last.Kind, last.ResponseCode?.ToString() ?? "none", last.Reason);
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
    private async Task<FinnetAnswer> AttemptAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Options.Authentication != FinnetAuthentication.SnapB2B)
            return await SendAsync(call, token: null, cancellationToken).ConfigureAwait(false);
        AccessToken token;
        try
        {
            token = await tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NoTokenException exception)
        {
            return exception.Answer;
        }
        catch (Exception exception)
        {
            var why = cancellationToken.IsCancellationRequested ? "timeout, Finnet:TotalTimeout"
                : exception.GetBaseException().GetType().Name;
            return new() { Kind = FinnetAnswerKind.NotSent, Reason = $"Finnet's token service gave no token: {why}.", Cause = exception };
        }

        telemetry.TokenUsed(clock.GetUtcNow() - token.FetchedAt);
        var answer = await SendAsync(call, token, cancellationToken).ConfigureAwait(false);
        if (answer.ResponseCode is { IsUsedExternalId: true })
            return answer with { TryNewHeaders = call.Changes.Add(HeaderChange.ExternalId) };
        if (answer.ResponseCode is not { IsInvalidToken: true })
            return answer;
        // If another call has dropped the token already, the next one may have been replaced too, by another instance.
        var change = tokens.Drop(token) ? HeaderChange.FreshToken : HeaderChange.OthersToken;
        return answer with { TryNewHeaders = !call.Changes.Contains(HeaderChange.FreshToken) && call.Changes.Add(change) };
    }

    // Without an answer, it says whether the request may have arrived.
    private async Task<FinnetAnswer> SendAsync(Call call, AccessToken? token, CancellationToken cancellationToken)
    {
        using var content = new TrackedContent(call.Body) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(call.Options.EffectiveBaseUrl, call.Options.WidgetPath))
        {
            Content = content,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
            Headers = { Accept = { new("application/json") } },
        };
        using var limit = new CancellationTokenSource(call.Options.AttemptTimeout, clock);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (token is not null)
                SnapAuthentication.Sign(request, call.Body, token, call.Options.Snap, clock.GetUtcNow());
            using var response =
                await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Token).ConfigureAwait(false);
            return Read(response, await AnswerBody.ReadAsync(response.Content, attempt.Token).ConfigureAwait(false), call.Options.TimeZone);
        }
        catch (Exception exception)
        {
            // A handler of the host may throw anything. What counts is whether a byte of the body was given to it.
            var why = cancellationToken.IsCancellationRequested ? "timeout, Finnet:TotalTimeout"
                : limit.IsCancellationRequested ? "timeout, Finnet:AttemptTimeout"
                : FailureReason.Of(exception, request.RequestUri!);
            return content.Started
                ? new() { Kind = FinnetAnswerKind.NoAnswer, Reason = $"Finnet gave no complete answer: {why}.", Cause = exception }
                : new() { Kind = FinnetAnswerKind.NotSent, Reason = $"Finnet could not be reached: {why}.", Cause = exception };
        }
    }

    private FinnetAnswer Read(HttpResponseMessage response, byte[] body, string zone)
    {
        var httpStatus = (int)response.StatusCode;
        var retryAfter = AnswerBody.RetryAfter(response, clock);
        if (WidgetAnswer.Read(body, retryAfter, zone) is not { } answer)
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

    private static Func<FinnetOptions> Valid(FinnetOptions options) =>
        new FinnetOptionsValidator().Validate(Options.DefaultName, options) is { Failed: true, Failures: var failures }
            ? throw new OptionsValidationException(nameof(FinnetOptions), typeof(FinnetOptions), failures)
            : () => options;

    private sealed record Call(OutgoingBody Body, string Reference, FinnetOptions Options)
    {
        public int Attempts { get; set; }

        public HashSet<HeaderChange> Changes { get; } = [];
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

    [LoggerMessage(EventId = 2007, Level = LogLevel.Debug,
        Message = "Finnet call for {PartnerReferenceNo} ended: {Outcome}, code {ResponseCode}, attempts {Attempts}, {Milliseconds} ms")]
    private partial void LogCall(string partnerReferenceNo, string outcome, string responseCode, int attempts, long milliseconds);
}
