using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What a create call found under its reference.</summary>
internal enum AttemptState
{
    /// <summary>It holds the record: ask Finnet.</summary>
    Begun,

    /// <summary>There is a result: return it again.</summary>
    Replay,

    /// <summary>Finnet knows the reference, and asking again tells nothing new: 409 again.</summary>
    ReplayDuplicate,

    /// <summary>Another call holds the record.</summary>
    InProgress,

    /// <summary>The reference belongs to another key name.</summary>
    OwnedByAnother,

    /// <summary>The reference was used with other content.</summary>
    ContentDiffers,

    /// <summary>The record was redacted.</summary>
    Redacted,
}

/// <summary>
/// One create call on its record: begun by <see cref="UpgradeStore.BeginAsync"/>, ended by <see cref="UpgradeStore.RecordAsync"/>.
/// </summary>
/// <param name="State">What the call found.</param>
/// <param name="Row">The record as it is now.</param>
internal sealed record Attempt(AttemptState State, UpgradeRow Row)
{
    /// <summary>Names this attempt in the record that it holds.</summary>
    public required string Id { get; init; }

    /// <summary>The keyed hash of the phone.</summary>
    public required KeyedHashes Phone { get; init; }

    /// <summary>An earlier attempt may have reached Finnet: its answer was unclear, or its process ended.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>A call to Finnet that begins before this time ends within the lease.</summary>
    public DateTimeOffset AskBefore { get; init; }

    /// <summary>How long another call may still hold the record.</summary>
    public TimeSpan? LeaseLeft { get; init; }

    /// <summary>How asking Finnet ended; null when Finnet was not asked.</summary>
    public FinnetAnswer? Answer { get; init; }

    /// <summary>The attempt still held the record when it ended; a late one only adds to the history.</summary>
    public bool Held { get; init; }

    /// <summary>One word for the log.</summary>
    public string Outcome => Answer is null ? $"not asked, {State}" : $"{Answer.Kind}, now {Row.Status}";
}
