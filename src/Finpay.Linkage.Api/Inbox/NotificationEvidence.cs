using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>What is known about where a notification came from and what it fits to. No personal data.</summary>
public sealed record NotificationEvidence
{
    /// <summary>The rungs of authentication that it passed.</summary>
    public required IReadOnlyList<string> Passed { get; init; }

    /// <summary>What the rungs that are only observed said; absent when there are none.</summary>
    public IReadOnlyList<ObservedRung>? Observed { get; init; }

    /// <summary>True when the signature's X-TIMESTAMP was outside the clock skew: perhaps sent again with its first time. Absent otherwise.</summary>
    public bool? Stale { get; init; }

    /// <summary>Finnet's id of the message, if it sent one. Signed by nothing: a hint, never a proof.</summary>
    [JsonPropertyName("xExternalId")]
    public string? ExternalId { get; init; }

    /// <summary>Whether there was a record of the reference when it arrived.</summary>
    public bool? ReferenceKnown { get; init; }

    /// <summary>Whether the phone is that of the record; absent when one of them is missing.</summary>
    public bool? PhoneMatches { get; init; }

    /// <summary>Whether the merchant is ours.</summary>
    public bool? MerchantMatches { get; init; }

    /// <summary>Why it is kept as invalid: the answer that was given.</summary>
    public string? Problem { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, ApiJson.Shared.NotificationEvidence);

    internal static NotificationEvidence FromJson(string json) => JsonSerializer.Deserialize(json, ApiJson.Shared.NotificationEvidence)!;
}

/// <summary>A rung that is evaluated and refuses nothing.</summary>
/// <param name="Rung">pathToken, sourceAddress or snapSignature.</param>
/// <param name="Passed">Whether it would have let the callback pass.</param>
/// <param name="Reason">Why not, in one word: signatureMissing, signatureTwice, signatureNotBase64, signatureWrong, timestampMissing, timestampTwice, timestampUnreadable, timestampOutside, tokenMissing, tokenUnknown or addressUnknown.</param>
public sealed record ObservedRung(string Rung, bool Passed, string? Reason = null);
