using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>What is known about the origin of a notification and about the record that it names. No personal data.</summary>
public sealed record NotificationEvidence
{
    /// <summary>The checks of authentication that it passed.</summary>
    public required IReadOnlyList<string> Passed { get; init; }

    /// <summary>What the checks that are only observed found; absent when there are none.</summary>
    public IReadOnlyList<ObservedCheck>? Observed { get; init; }

    /// <summary>X-TIMESTAMP was outside the clock skew (perhaps sent again with its first time). Absent otherwise.</summary>
    public bool? Stale { get; init; }

    /// <summary>Finnet's id of the message, if it sent one. No signature covers it: a hint, never a proof.</summary>
    [JsonPropertyName("xExternalId")]
    public string? ExternalId { get; init; }

    /// <summary>The charset that Content-Type named, where it says how to read the message: ISO-8859-1 or windows-1252.</summary>
    public string? Charset { get; init; }

    /// <summary>Whether there was a record of the reference when it arrived.</summary>
    public bool? ReferenceKnown { get; init; }

    /// <summary>Whether the phone is that of the record; absent when one of them is missing.</summary>
    public bool? PhoneMatches { get; init; }

    /// <summary>Whether the merchant is ours.</summary>
    public bool? MerchantMatches { get; init; }

    /// <summary>
    /// The names of the merchants that it is authentic for, when these are not all and it names none of them. Absent otherwise.
    /// </summary>
    public IReadOnlyList<string>? Merchants { get; init; }

    /// <summary>Why it is kept as invalid: the answer that was given.</summary>
    public string? Problem { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, InboxJson.Shared.NotificationEvidence);

    internal static NotificationEvidence FromJson(string json) => JsonSerializer.Deserialize(json, InboxJson.Shared.NotificationEvidence)!;
}

/// <summary>A check that is evaluated and refuses nothing.</summary>
/// <param name="Check">pathToken, sourceAddress or snapSignature.</param>
/// <param name="Passed">Whether it would have accepted the callback.</param>
/// <param name="Reason">Why not: signatureMissing, signatureTwice, signatureNotBase64, signatureWrong, timestampMissing, timestampTwice,
/// timestampUnreadable, timestampOutside, tokenMissing, tokenUnknown or addressUnknown.</param>
public sealed record ObservedCheck(string Check, bool Passed, string? Reason = null);

[JsonSerializable(typeof(NotificationView))]
[JsonSerializable(typeof(NotificationPage))]
[JsonSerializable(typeof(NotificationEvidence))]
[JsonSerializable(typeof(ApplyRequest))]
internal sealed partial class InboxJson : JsonSerializerContext
{
    public static InboxJson Shared { get; } = new(LinkageJson.Options);
}
