using System.Text;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Notifications;

/// <summary>Sends a notification by hand, outside its schedule: its state and its next attempt do not change.</summary>
internal sealed class HandSender(SessionStore store, MerchantCallback callback, SandboxClock clock, StandInOptions options)
{
    private const int Kept = 50;

    public async Task<HandSent> SendAsync(Uri target, Session session, Notification notification, SendVariant variant)
    {
        var made = variant.Make(session, notification, options.MerchantId);
        var url = made.Token.Length == 0 ? target : new Uri($"{target.AbsoluteUri.TrimEnd('/')}/{made.Token}");
        var at = clock.GetUtcNow() + made.After;
        var (attempt, _) = await callback.PostAsync(url, made.Body, at);
        var sent = new HandSent(
            variant.Name, at, url.AbsolutePath, Encoding.UTF8.GetString(made.Body), attempt.Status, attempt.Body, attempt.Error);
        store.Update(session.Uuid, s => s.WithSentByHand(notification.Id, sent, Kept));
        return sent;
    }
}
