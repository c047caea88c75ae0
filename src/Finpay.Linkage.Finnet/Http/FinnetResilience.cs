using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>
/// Total time &gt; retry &gt; (with SNAP: once more) &gt; circuit breaker &gt; one attempt. Sent again is only what is known not to have been processed: a POST that may have
/// arrived is in doubt, and its caller decides.
/// </summary>
internal static class FinnetResilience
{
    private const int MaxRetries = 2;

    // A longer wait is handed to the caller instead of held open.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(5);

    public static bool IsRetried(FinnetException exception) => exception.Failure switch
    {
        // With a code it is the token service that refused: asking at once again would only be refused again.
        FinnetFailure.NotSent => exception.ResponseCode is null,
        FinnetFailure.Busy => exception.RetryAfter is { } wait && wait <= MaxRetryAfter,
        _ => false,
    };

    /// <summary>Finnet refused the headers, not the request: with new ones, the same body is safe to send once more.</summary>
    public static bool IsSentAgainWithNewHeaders(FinnetException exception) =>
        exception is { Failure: FinnetFailure.Refused, ResponseCode: { IsInvalidToken: true } or { IsUsedExternalId: true } };

    public static ResiliencePipeline<UpgradeWidgetResult> Build(FinnetOptions options, TimeProvider clock) =>
        new ResiliencePipelineBuilder<UpgradeWidgetResult> { TimeProvider = clock }
            .AddTimeout(options.TotalTimeout)
            .AddRetry(new RetryStrategyOptions<UpgradeWidgetResult>
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is FinnetException exception && IsRetried(exception)),
                MaxRetryAttempts = MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as FinnetException)?.RetryAfter),
            })
            .AddRetry(new RetryStrategyOptions<UpgradeWidgetResult>
            {
                ShouldHandle = arguments => ValueTask.FromResult(
                    options.Authentication == FinnetAuthentication.SnapB2B && arguments.Outcome.Exception is FinnetException exception && IsSentAgainWithNewHeaders(exception)),
                MaxRetryAttempts = 1,
                Delay = TimeSpan.Zero,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<UpgradeWidgetResult>
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is FinnetException exception && exception.Failure.CountsForCircuitBreaker()),
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(10),
            })
            .AddTimeout(options.AttemptTimeout)
            .Build();

    /// <summary>The pipeline's own exceptions in the library's words. Both mean that this call's last attempt, if any, was not processed.</summary>
    public static FinnetException Translate(ExecutionRejectedException exception, FinnetException? last) => exception switch
    {
        BrokenCircuitException broken => new FinnetException(
            FinnetFailure.NotSent, "Finnet failed repeatedly; nothing is sent for a moment (circuit open).", broken)
        {
            RetryAfter = broken.RetryAfter,
        },
        _ => last ?? new FinnetException(FinnetFailure.NotSent, "Finnet could not be reached in time.", exception),
    };
}

/// <summary>The pipeline, shared by all instances of the client: a circuit breaker that forgets is none.</summary>
internal sealed class FinnetResiliencePipeline(IOptions<FinnetOptions> options, TimeProvider clock)
{
    public ResiliencePipeline<UpgradeWidgetResult> Value { get; } = FinnetResilience.Build(options.Value, clock);
}
