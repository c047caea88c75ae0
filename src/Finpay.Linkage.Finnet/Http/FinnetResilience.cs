using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// Total time &gt; retry &gt; (with SNAP: new headers) &gt; circuit breaker &gt; one attempt, which limits its own time. Only what is known
/// not to have been processed is sent again. A POST that may have arrived is in doubt: what to do then is the caller's decision. All
/// instances of the client share it: otherwise its circuit breaker would forget.
/// </summary>
internal sealed class FinnetResilience(IOptions<FinnetOptions> options, TimeProvider clock)
{
    // For a longer wait, the caller gets the answer instead of an open call.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(5);

    public ResiliencePipeline<FinnetAnswer> Pipeline { get; } = Build(options.Value, clock);

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

    private static ResiliencePipeline<FinnetAnswer> Build(FinnetOptions options, TimeProvider clock) =>
        new ResiliencePipelineBuilder<FinnetAnswer> { TimeProvider = clock }
            .AddTimeout(options.TotalTimeout)
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
            })
            .Build();
}
