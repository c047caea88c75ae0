using System.Text.Json.Serialization;

namespace Finpay.Linkage.Finnet;

/// <summary>How a call to Finnet ended: the first four are results. The others say whether the request may have had an effect.</summary>
public enum FinnetAnswerKind
{
    /// <summary>2000000: a widget was issued.</summary>
    WidgetIssued,

    /// <summary>2020000: a KYC of this customer is still in process.</summary>
    InProcess,

    /// <summary>2000001: the KYC was rejected.</summary>
    Rejected,

    /// <summary>2000002: the KYC was approved.</summary>
    Approved,

    /// <summary>The request was not sent: name, connection, TLS, access token, or an open circuit. Safe to send again.</summary>
    NotSent,

    /// <summary>Finnet did not process the request for now (429 or 503). Safe to send again, later.</summary>
    Busy,

    /// <summary>Finnet's token service refused our credentials, so the request was not sent. Sent again, it fails again.</summary>
    CredentialsRefused,

    /// <summary>409XX01: Finnet already knows this partnerReferenceNo.</summary>
    DuplicateReference,

    /// <summary>Another 4xx code, or HTTP 4xx without a code: Finnet, or a gateway before it, refused the request.</summary>
    Refused,

    /// <summary>A 5xx code, or an answer that cannot be understood: the request may have had an effect.</summary>
    Unclear,

    /// <summary>No complete answer in time, or the connection broke after sending: the request may have had an effect.</summary>
    NoAnswer,
}

/// <summary>The end of a call to Finnet: one of the four documented results, or why there is none.</summary>
/// <remarks>Source: Upgrade Account Widget, response table.</remarks>
public sealed record FinnetAnswer
{
    /// <summary>How the call ended.</summary>
    public required FinnetAnswerKind Kind { get; init; }

    /// <summary>Finnet's full code, when there was one.</summary>
    public ResponseCode? ResponseCode { get; init; }

    /// <summary>Finnet's words, 0 to 150 characters; null without a code. They may be about the customer: do not log them.</summary>
    public string? ResponseMessage { get; init; }

    /// <summary>
    /// Where to send the customer; always present when <see cref="Kind"/> is <see cref="FinnetAnswerKind.WidgetIssued"/>, and with another
    /// result when Finnet sent a usable one. It contains the phone number: never log it. In JSON it is <c>***</c>, and stays it; give it to
    /// the customer by <see cref="Secret.Reveal"/>.
    /// </summary>
    public Secret? WidgetUrl { get; init; }

    /// <summary>When the URL expires; <see langword="null"/> when Finnet did not say so in a readable form.</summary>
    public DateTimeOffset? ExpiryTime { get; init; }

    /// <summary>How long Finnet (or the open circuit) asks to wait, at most an hour.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why this is not a result, in the library's words, for logs; empty for a result. Never personal data.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the network threw, when it did. Not in JSON.</summary>
    [JsonIgnore]
    public Exception? Cause { get; init; }

    /// <summary>It is one of the four documented results.</summary>
    public bool IsResult =>
        Kind is FinnetAnswerKind.WidgetIssued or FinnetAnswerKind.InProcess or FinnetAnswerKind.Rejected or FinnetAnswerKind.Approved;

    /// <summary>The request may have had an effect although there is no result: a later 4090001 may be its echo.</summary>
    public bool MayHaveArrived => Kind is FinnetAnswerKind.Unclear or FinnetAnswerKind.NoAnswer;

    /// <summary>Finnet refused the headers, not the request: the same body with new ones may be sent once more.</summary>
    internal bool TryNewHeaders { get; init; }

    /// <summary>Kind and code only: Finnet's words may be about the customer.</summary>
    public override string ToString() => ResponseCode is { } code ? $"{Kind} {code}" : $"{Kind}";
}
