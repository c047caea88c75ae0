using System.Net;
using Finpay.Linkage.Api.Inbox;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Why a check of a callback did not pass.</summary>
internal enum CheckReason
{
    None, NothingEnforced,
    TokenUnexpected, TokenMissing, TokenUnknown,
    AddressUnknown, BodyTooLarge,
    SignatureMissing, SignatureTwice, SignatureNotBase64, SignatureWrong,
    TimestampMissing, TimestampTwice, TimestampUnreadable, TimestampOutside,
}

/// <summary>A callback before its body is read; path (without query) and headers as they were received.</summary>
internal sealed record CallbackCaller(string? Token, IPAddress? Source, string Path, IHeaderDictionary Headers);

/// <summary>The first check that did not pass, and why.</summary>
internal sealed record CallbackFailure(CallbackAuthentication Check, CheckReason Reason);

/// <summary>The result of all checks. It is stale when the signature's time is outside the clock skew.</summary>
internal sealed record CallbackVerdict(
    CallbackFailure? Failure, IReadOnlyList<string> Passed, IReadOnlyList<ObservedCheck> Observed, bool Stale);
