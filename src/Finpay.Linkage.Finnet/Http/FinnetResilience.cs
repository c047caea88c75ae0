using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// Total time &gt; retry &gt; (with SNAP: new headers) &gt; circuit breaker &gt; one attempt, which limits its own time. Only what is known
/// not to have been processed is sent again. A POST that may have arrived is in doubt: what to do then is the caller's decision.
/// </summary>
internal static class FinnetResilience
{
    // For a longer wait, the caller gets the answer instead of an open call.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(5);

    private static bool IsRetried(FinnetAnswer answer) => answer.Kind switch
    {
        // With a code, the token service refused; it would refuse again at once.
        FinnetAnswerKind.NotSent => answer.ResponseCode is null,
        FinnetAnswerKind.Busy => answer.RetryAfter is { } wait && wait <= MaxRetryAfter,
        _ => false,
    };

    /// <summary>Finnet, or the way to it, is failing. A definite no is not a failure.</summary>
    public static bool CountsForCircuitBreaker(FinnetAnswer answer) =>
        answer.Kind is FinnetAnswerKind.NotSent or FinnetAnswerKind.Busy or FinnetAnswerKind.Unclear or FinnetAnswerKind.NoAnswer;

    public static ResiliencePipeline<FinnetAnswer> Build(TimeSpan totalTimeout, TimeProvider clock, Action<bool> onCircuit)
    {
        return new ResiliencePipelineBuilder<FinnetAnswer> { TimeProvider = clock }
            .AddTimeout(totalTimeout)
            .AddRetry(new RetryStrategyOptions<FinnetAnswer>
            {
                ShouldHandle = new PredicateBuilder<FinnetAnswer>().HandleResult(IsRetried),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            })
            .AddRetry(new RetryStrategyOptions<FinnetAnswer>
            {
                ShouldHandle = new PredicateBuilder<FinnetAnswer>().HandleResult(answer => answer.TryNewHeaders),
                MaxRetryAttempts = int.MaxValue,
                Delay = TimeSpan.Zero,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<FinnetAnswer>
            {
                ShouldHandle = new PredicateBuilder<FinnetAnswer>().HandleResult(CountsForCircuitBreaker),
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(10),
                OnOpened = _ => Tell(open: true),
                OnClosed = _ => Tell(open: false),
            })
            .Build();

        ValueTask Tell(bool open)
        {
            onCircuit(open);
            return default;
        }
    }
}
