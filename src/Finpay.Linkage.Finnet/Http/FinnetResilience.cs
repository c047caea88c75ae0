using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>
/// Total time &gt; retry &gt; circuit breaker &gt; one attempt. Sent again is only what is known not to have been processed: a POST that may have
/// arrived is in doubt, and its caller decides.
/// </summary>
internal static class FinnetResilience
{
    private const int MaxRetries = 2;

    // A longer wait is handed to the caller instead of held open.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(5);

    public static bool IsRetried(FinnetException exception) => exception.Failure switch
    {
        FinnetFailure.NotSent => true,
        FinnetFailure.Busy => exception.RetryAfter is { } wait && wait <= MaxRetryAfter,
        _ => false,
    };

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
