using Kind = Finpay.Linkage.Finnet.FinnetAnswerKind;
using Status = Finpay.Linkage.Api.Upgrades.UpgradeStatus;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// The state machine. Approved never changes; an answer about the widget does not undo a result; a failure does not undo a widget; a record
/// that is in doubt stays so when the next attempt did not reach Finnet. docs/state-machine.md shows it as a table.
/// </summary>
internal static class UpgradeTransitions
{
    /// <summary>The status after Finnet's answer to a create. If an earlier attempt may have arrived, 4090001 may be its echo.</summary>
    public static Status After(Status current, Kind answer, bool mayHaveArrived) => (current, answer) switch
    {
        (Status.Approved, _) or (_, Kind.Approved) => Status.Approved,
        (Status.Rejected, _) or (_, Kind.Rejected) => Status.Rejected,
        (_, Kind.WidgetIssued) => Status.WidgetIssued,
        (_, Kind.InProcess) => Status.InProcess,
        (Status.WidgetIssued, _) => Status.WidgetIssued,
        (Status.Failed, Kind.NotSent or Kind.Busy or Kind.CredentialsRefused) => Status.Requested,
        (_, Kind.NotSent or Kind.Busy or Kind.CredentialsRefused) => current,
        (_, Kind.Refused) => Status.Failed,
        (_, Kind.DuplicateReference) => mayHaveArrived ? Status.InDoubt : Status.Failed,
        (_, Kind.Unclear or Kind.NoAnswer) => Status.InDoubt,
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "No such answer."),
    };

    /// <summary>The status after a notification with new content, and what becomes of that notification.</summary>
    public static (Status Status, Disposition Disposition) After(Status current, KycOutcome outcome) => (current, outcome) switch
    {
        (_, KycOutcome.Unknown) => (current, Disposition.UnknownOutcome),
        (Status.Approved, KycOutcome.Approved) or (Status.Rejected, KycOutcome.Rejected) => (current, Disposition.Duplicate),
        (Status.Approved, KycOutcome.Rejected) => (current, Disposition.Contradiction),
        (_, KycOutcome.Approved) => (Status.Approved, Disposition.Applied),
        (_, KycOutcome.Rejected) => (Status.Rejected, Disposition.Applied),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome."),
    };

    /// <summary>The answer is a result of the customer, and the record has it too: approved stays when Finnet says rejected now.</summary>
    public static bool IsAboutCustomer(Kind answer, Status after) =>
        (answer, after) is (Kind.Approved, Status.Approved) or (Kind.Rejected, Status.Rejected);

    /// <summary>Finnet knows the reference by its own word, so notifications that came before the record may be adopted.</summary>
    public static bool AdoptsOrphans(Kind answer) => answer is Kind.Approved or Kind.Rejected or Kind.InProcess or Kind.DuplicateReference;
}
