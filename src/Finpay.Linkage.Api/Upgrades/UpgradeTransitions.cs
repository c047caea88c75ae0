using Finpay.Linkage.Api.Notifications;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The legal transitions: state and event in, state (and for notifications the disposition) out. Pure.</summary>
internal static class UpgradeTransitions
{
    /// <summary>The state after an event. Approved is sticky; what came by a result (approved, rejected) is not undone by an answer about the widget.</summary>
    public static UpgradeStatus After(UpgradeStatus current, UpgradeEvent happened) => (current, happened) switch
    {
        (UpgradeStatus.Approved, _) => UpgradeStatus.Approved,
        (_, UpgradeEvent.AnsweredApproved or UpgradeEvent.NotifiedApproved) => UpgradeStatus.Approved,
        (_, UpgradeEvent.AnsweredRejected or UpgradeEvent.NotifiedRejected) => UpgradeStatus.Rejected,
        (UpgradeStatus.Rejected, _) => UpgradeStatus.Rejected,
        (_, UpgradeEvent.NotifiedUnknown) => current,
        (_, UpgradeEvent.WidgetIssued) => UpgradeStatus.WidgetIssued,
        (_, UpgradeEvent.AnsweredInProcess) => UpgradeStatus.InProcess,
        (_, UpgradeEvent.Refused) => UpgradeStatus.Failed,
        (_, UpgradeEvent.Unclear) => UpgradeStatus.InDoubt,
        // What an earlier attempt may have done is still true when the next one did not get through.
        (UpgradeStatus.InDoubt or UpgradeStatus.InProcess or UpgradeStatus.WidgetIssued, UpgradeEvent.NotProcessed) => current,
        (_, UpgradeEvent.NotProcessed) => UpgradeStatus.Requested,
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "No such event."),
    };

    /// <summary>What a notification with a new content is to a record in this state.</summary>
    public static Disposition Dispose(UpgradeStatus current, UpgradeEvent notification) => (current, notification) switch
    {
        (_, UpgradeEvent.NotifiedUnknown) => Disposition.UnknownOutcome,
        (UpgradeStatus.Approved, UpgradeEvent.NotifiedApproved) => Disposition.Duplicate,
        (UpgradeStatus.Approved, UpgradeEvent.NotifiedRejected) => Disposition.Contradiction,
        (UpgradeStatus.Rejected, UpgradeEvent.NotifiedRejected) => Disposition.Duplicate,
        (_, UpgradeEvent.NotifiedApproved or UpgradeEvent.NotifiedRejected) => Disposition.Applied,
        _ => throw new ArgumentOutOfRangeException(nameof(notification), notification, "Not a notification."),
    };
}
