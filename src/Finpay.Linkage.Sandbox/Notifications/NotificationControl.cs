using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.StandIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Sandbox.Notifications;

internal sealed record SendByHand(string? Variant);

/// <summary>The endpoints that list notifications and send one by hand.</summary>
internal static class NotificationControl
{
    private const int LongestList = 200;

    public static void MapNotificationControl(this RouteGroupBuilder group)
    {
        group.MapGet("/notifications", (SessionStore store) => TypedResults.Ok(NotificationView.Newest(store.All, LongestList)));
        group.MapGet("/notifications/variants", () => TypedResults.Ok(SendVariant.All.Select(v => new { v.Name, v.Description })));
        group.MapPost("/notifications/{id}/send", SendAsync);
    }

    private static async Task<Results<Ok<HandSent>, BadRequest<ControlError>, NotFound<ControlError>, Conflict<ControlError>>> SendAsync(
        string id, SendByHand wish, SessionStore store, NotificationSender sender, HandSender hand)
    {
        if (SendVariant.Find(wish.Variant) is not { } variant)
            return TypedResults.BadRequest(new ControlError($"There is no variant '{wish.Variant}'.", SendVariant.All.Select(v => v.Name)));

        if (store.FindByNotification(id) is not { } session)
            return TypedResults.NotFound(new ControlError($"There is no notification '{id}'."));

        if (sender.CallbackUrl is not { } target)
            return TypedResults.Conflict(new ControlError("No callback is registered yet."));

        return TypedResults.Ok(await hand.SendAsync(target, session, session.Notifications.First(n => n.Id == id), variant));
    }
}
