using System.Net;
using Finpay.Linkage.Api.Inbox;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>A callback as far as it is known before its body is read.</summary>
/// <param name="Token">What stands behind the path; null when nothing does.</param>
/// <param name="Source">The caller's address.</param>
/// <param name="Path">The path as it was received, without its query.</param>
/// <param name="Headers">The headers as they were received.</param>
internal sealed record CallbackCaller(string? Token, IPAddress? Source, string Path, IHeaderDictionary Headers);

/// <summary>The first rung that did not pass, and why: one word, nothing of the content.</summary>
internal sealed record CallbackFailure(CallbackAuthentication Rung, string Reason);

/// <summary>What the rungs say of a callback.</summary>
internal sealed record CallbackVerdict
{
    /// <summary>The enforced rungs that passed.</summary>
    public required IReadOnlyList<string> Passed { get; init; }

    /// <summary>What the observed rungs would have said; null when none is observed.</summary>
    public IReadOnlyList<ObservedRung>? Observed { get; init; }

    /// <summary>Those of them that would have refused it.</summary>
    public IReadOnlyList<CallbackFailure> ObservedFailures { get; init; } = [];

    /// <summary>The signature's time is outside the clock skew.</summary>
    public bool Stale { get; init; }

    /// <summary>Set when it is not authentic.</summary>
    public CallbackFailure? Failure { get; init; }
}
