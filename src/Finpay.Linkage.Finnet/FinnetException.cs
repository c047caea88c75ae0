namespace Finpay.Linkage.Finnet;

/// <summary>Why a call to Finnet gave no documented result. What matters to a caller is whether the request may have had an effect.</summary>
public enum FinnetFailure
{
    /// <summary>Nothing of the request left this machine (name, connection, TLS, open circuit). Safe to send again.</summary>
    NotSent,

    /// <summary>Finnet refused to work on it for now (429 or 503). Safe to send again, later.</summary>
    Busy,

    /// <summary>4090001: Finnet knows this partnerReferenceNo already.</summary>
    DuplicateReference,

    /// <summary>Another 4xx code: a definite no.</summary>
    Refused,

    /// <summary>A 5xx code, or an answer that can't be understood: it may have had an effect.</summary>
    Unclear,

    /// <summary>No complete answer in time, or the connection broke after sending: it may have had an effect.</summary>
    NoAnswer,
}

/// <summary>What a failure means beyond its call.</summary>
public static class FinnetFailureExtensions
{
    /// <summary>The request may have had an effect: a later 4090001 may be its echo.</summary>
    public static bool MayHaveArrived(this FinnetFailure failure) => failure is FinnetFailure.Unclear or FinnetFailure.NoAnswer;

    /// <summary>It counts for the circuit breaker: Finnet, or the way to it, is ill. A definite no is not.</summary>
    public static bool CountsForCircuitBreaker(this FinnetFailure failure) =>
        failure is FinnetFailure.NotSent or FinnetFailure.Busy or FinnetFailure.Unclear or FinnetFailure.NoAnswer;
}

/// <summary>A call to Finnet that did not end with one of the documented results. Its text never carries personal data.</summary>
public sealed class FinnetException : Exception
{
    /// <summary>Makes one.</summary>
    public FinnetException(FinnetFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>What kind of end it was.</summary>
    public FinnetFailure Failure { get; }

    /// <summary>Finnet's code, when there was one.</summary>
    public ResponseCode? ResponseCode { get; init; }

    /// <summary>Finnet's words, at most 150 characters, when there were any. Not part of <see cref="Exception.Message"/>.</summary>
    public string? ResponseMessage { get; init; }

    /// <summary>How long Finnet (or the open circuit) asks to wait, at most an hour.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
