using System.Runtime.InteropServices;
using D = Finpay.Linkage.Api.Upgrades.Disposition;
using S = Finpay.Linkage.Api.Upgrades.UpgradeStatus;

namespace Finpay.Linkage.Api.Upgrades;

/// <param name="Status">The state afterwards.</param>
/// <param name="Disposition">What became of a notification with a new content; null for an answer of Finnet's.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Transition(UpgradeStatus Status, Disposition? Disposition = null)
{
    public static implicit operator Transition(UpgradeStatus status) => new(status);

    public static implicit operator Transition((UpgradeStatus Status, Disposition Disposition) notified) => new(notified.Status, notified.Disposition);
}

/// <summary>
/// The state machine: state and event in, state and disposition out. Approved is sticky; a result is not undone by an answer about the widget, nor a widget
/// by a later failure; what an attempt may have done stays true when the next one did not get through. docs/state-machine.md shows the same table.
/// </summary>
internal static class UpgradeTransitions
{
    private static readonly S[] Columns =
        [S.Requested, S.WidgetIssued, S.InProcess, S.Approved, S.Rejected, S.InDoubt, S.Failed];

    private static readonly (UpgradeEvent Event, Transition[] After)[] Table =
    [
        // Before:                        requested       widgetIssued    inProcess       approved    rejected    inDoubt         failed
        (UpgradeEvent.WidgetIssued,       [S.WidgetIssued, S.WidgetIssued, S.WidgetIssued, S.Approved, S.Rejected, S.WidgetIssued, S.WidgetIssued]),
        (UpgradeEvent.AnsweredInProcess,  [S.InProcess,    S.InProcess,    S.InProcess,    S.Approved, S.Rejected, S.InProcess,    S.InProcess]),
        (UpgradeEvent.AnsweredApproved,   [S.Approved,     S.Approved,     S.Approved,     S.Approved, S.Approved, S.Approved,     S.Approved]),
        (UpgradeEvent.AnsweredRejected,   [S.Rejected,     S.Rejected,     S.Rejected,     S.Approved, S.Rejected, S.Rejected,     S.Rejected]),
        (UpgradeEvent.Refused,            [S.Failed,       S.WidgetIssued, S.Failed,       S.Approved, S.Rejected, S.Failed,       S.Failed]),
        (UpgradeEvent.DuplicateReference, [S.Failed,       S.WidgetIssued, S.Failed,       S.Approved, S.Rejected, S.Failed,       S.Failed]),
        (UpgradeEvent.DuplicateInDoubt,   [S.InDoubt,      S.WidgetIssued, S.InDoubt,      S.Approved, S.Rejected, S.InDoubt,      S.InDoubt]),
        (UpgradeEvent.NotProcessed,       [S.Requested,    S.WidgetIssued, S.InProcess,    S.Approved, S.Rejected, S.InDoubt,      S.Requested]),
        (UpgradeEvent.Unclear,            [S.InDoubt,      S.WidgetIssued, S.InDoubt,      S.Approved, S.Rejected, S.InDoubt,      S.InDoubt]),
        (UpgradeEvent.NoAnswer,           [S.InDoubt,      S.WidgetIssued, S.InDoubt,      S.Approved, S.Rejected, S.InDoubt,      S.InDoubt]),
        (UpgradeEvent.NotifiedApproved,
            [(S.Approved, D.Applied), (S.Approved, D.Applied), (S.Approved, D.Applied), (S.Approved, D.Duplicate), (S.Approved, D.Applied), (S.Approved, D.Applied), (S.Approved, D.Applied)]),
        (UpgradeEvent.NotifiedRejected,
            [(S.Rejected, D.Applied), (S.Rejected, D.Applied), (S.Rejected, D.Applied), (S.Approved, D.Contradiction), (S.Rejected, D.Duplicate), (S.Rejected, D.Applied), (S.Rejected, D.Applied)]),
        (UpgradeEvent.NotifiedUnknown,    [.. Columns.Select(same => new Transition(same, D.UnknownOutcome))]),
    ];

    private static readonly Dictionary<(UpgradeStatus, UpgradeEvent), Transition> Transitions = Table
        .SelectMany(row => Columns.Zip(row.After, (before, after) => KeyValuePair.Create((before, row.Event), after)))
        .ToDictionary();

    /// <summary>What an event does to an upgrade in a state.</summary>
    public static Transition Decide(UpgradeStatus current, UpgradeEvent happened) =>
        Transitions.TryGetValue((current, happened), out var transition)
            ? transition
            : throw new ArgumentOutOfRangeException(nameof(happened), (current, happened), "No such state or event.");

    /// <summary>What a notification with a new content is where there is no upgrade of its reference.</summary>
    public static Disposition WithoutRecord(UpgradeEvent notification) => notification switch
    {
        UpgradeEvent.NotifiedApproved or UpgradeEvent.NotifiedRejected => D.Orphan,
        UpgradeEvent.NotifiedUnknown => D.UnknownOutcome,
        _ => throw new ArgumentOutOfRangeException(nameof(notification), notification, "Not a notification."),
    };
}
