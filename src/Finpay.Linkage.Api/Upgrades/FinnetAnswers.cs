using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What the same call once more does.</summary>
internal enum SameCallAgain
{
    /// <summary>It is told the state; Finnet is not asked.</summary>
    Replay,

    /// <summary>It is told once more that Finnet knows the reference; Finnet is not asked.</summary>
    ReplayDuplicate,

    /// <summary>It asks Finnet.</summary>
    Ask,
}

/// <summary>A row of api.md's table of Finnet's answers.</summary>
/// <param name="Event">The row's name in the state machine.</param>
/// <param name="Outcome">The library's word for it when it is one of the four documented codes.</param>
/// <param name="Failures">The library's words for it when it is not.</param>
/// <param name="Problem">What the caller is told; null for the object itself.</param>
/// <param name="Again">What the same call once more does.</param>
internal sealed record FinnetAnswer(UpgradeEvent Event, UpgradeWidgetOutcome? Outcome, FinnetFailure[] Failures, ProblemKind? Problem, SameCallAgain Again)
{
    /// <summary>What becomes of a new record.</summary>
    public UpgradeStatus Stored => UpgradeTransitions.Decide(UpgradeStatus.Requested, Event).Status;

    /// <summary>Finnet knows the reference by its own word: what was notified before the record was known may be adopted.</summary>
    public bool AdoptsOrphans { get; init; }

    /// <summary>A later 4090001 may be the echo of this attempt.</summary>
    public bool MayHaveArrived => Array.Exists(Failures, failure => failure.MayHaveArrived());

    /// <summary>It is a sign that Finnet, or the way to it, is ill.</summary>
    public bool CountsForBreaker => Array.Exists(Failures, failure => failure.CountsForCircuitBreaker());
}

/// <summary>api.md's table of Finnet's answers: how every end of a call to Finnet is stored, answered, and met again.</summary>
internal static class FinnetAnswers
{
    public static IReadOnlyList<FinnetAnswer> Table { get; } =
    [
        new(UpgradeEvent.WidgetIssued, UpgradeWidgetOutcome.WidgetIssued, [], null, SameCallAgain.Replay),
        new(UpgradeEvent.AnsweredApproved, UpgradeWidgetOutcome.Approved, [], null, SameCallAgain.Replay) { AdoptsOrphans = true },
        new(UpgradeEvent.AnsweredRejected, UpgradeWidgetOutcome.Rejected, [], null, SameCallAgain.Replay) { AdoptsOrphans = true },
        new(UpgradeEvent.AnsweredInProcess, UpgradeWidgetOutcome.InProcess, [], null, SameCallAgain.Ask) { AdoptsOrphans = true },
        new(UpgradeEvent.Refused, null, [FinnetFailure.Refused], ProblemKind.FinnetRefused, SameCallAgain.Ask),
        new(UpgradeEvent.DuplicateInDoubt, null, [FinnetFailure.DuplicateReference], ProblemKind.DuplicateReference, SameCallAgain.ReplayDuplicate) { AdoptsOrphans = true },
        new(UpgradeEvent.DuplicateReference, null, [FinnetFailure.DuplicateReference], ProblemKind.DuplicateReference, SameCallAgain.ReplayDuplicate) { AdoptsOrphans = true },
        new(UpgradeEvent.NotProcessed, null, [FinnetFailure.NotSent, FinnetFailure.Busy], ProblemKind.FinnetUnavailable, SameCallAgain.Ask),
        new(UpgradeEvent.Unclear, null, [FinnetFailure.Unclear], ProblemKind.FinnetUnclear, SameCallAgain.Ask),
        new(UpgradeEvent.NoAnswer, null, [FinnetFailure.NoAnswer], ProblemKind.FinnetTimeout, SameCallAgain.Ask),
    ];

    public static FinnetAnswer For(UpgradeEvent happened) => Table.First(row => row.Event == happened);

    /// <summary>The row of a result.</summary>
    public static FinnetAnswer For(UpgradeWidgetOutcome outcome) => Table.First(row => row.Outcome == outcome);

    /// <summary>The row of a failure.</summary>
    /// <param name="failure">How the call ended.</param>
    /// <param name="mayHaveArrived">An attempt of ours before this call may have reached Finnet.</param>
    public static FinnetAnswer For(FinnetFailure failure, bool mayHaveArrived) => failure == FinnetFailure.DuplicateReference
        ? For(mayHaveArrived ? UpgradeEvent.DuplicateInDoubt : UpgradeEvent.DuplicateReference)
        : Table.First(row => row.Failures.Contains(failure));

    /// <summary>What the same call does to a record that nobody holds.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="responseCode">Finnet's last code for it.</param>
    public static SameCallAgain Again(UpgradeStatus status, string? responseCode)
    {
        var duplicate = status is UpgradeStatus.InDoubt or UpgradeStatus.Failed && responseCode == ResponseCode.DuplicateReference.ToString();
        return Table.First(row => row.Stored == status && row.Failures.Contains(FinnetFailure.DuplicateReference) == duplicate).Again;
    }
}
