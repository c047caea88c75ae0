using System.Collections.Immutable;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Notifications;

/// <summary>How notifications are listed.</summary>
internal static class NotificationView
{
    public static IEnumerable<object> Newest(ImmutableArray<Session> sessions, int count) => sessions
        .SelectMany(session => session.Notifications, (session, notification) => (session, notification))
        .OrderByDescending(pair => pair.notification.CreatedAt)
        .Take(count)
        .Select(pair => (object)new
        {
            pair.session.PartnerReferenceNo,
            pair.session.PhoneNo,
            pair.notification.Id,
            pair.notification.KycResponse,
            pair.notification.Message,
            pair.notification.MessageField,
            pair.notification.CreatedAt,
            pair.notification.State,
            NextAttemptAt = pair.notification.DueAt,
            pair.notification.Attempts,
            pair.notification.SentByHand,
        });
}
