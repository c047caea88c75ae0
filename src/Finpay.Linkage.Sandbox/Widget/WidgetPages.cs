using System.Globalization;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>What the customer's browser sees behind a widgetUrl.</summary>
internal sealed class WidgetPages(SessionStore store, SessionFiles files, SandboxClock clock, NotificationSender sender)
{
    private const int LongestReason = 250;

    public IResult Show(string? phone, string? uuid)
    {
        var session = Find(phone, uuid);
        return Closed(session) ?? WebPage.Ok("Verify your identity", WidgetContent.Of(session!));
    }

    public IResult Approve(string? phone, string? uuid) => Decide(phone, uuid, PlannedDecision.Approve(clock.GetUtcNow()));

    public IResult Reject(string? phone, string? uuid, string? reason)
    {
        var trimmed = reason?.Trim();
        var message = string.IsNullOrEmpty(trimmed) ? null : trimmed[..Math.Min(trimmed.Length, LongestReason)];
        return Decide(phone, uuid, PlannedDecision.Reject(clock.GetUtcNow(), message));
    }

    public IResult Leave(string? phone, string? uuid) => Find(phone, uuid) is null
        ? Unknown()
        : WebPage.Message("You have left", "Nothing was decided. The widget stays open until it expires; you can close this page.", Html.Empty);

    public IResult Image(string? phone, string? uuid, string? name)
    {
        var session = Find(phone, uuid);
        var image = name switch
        {
            "ktp" => session?.Prefilled.Ktp,
            "selfie" => session?.Prefilled.Selfie,
            _ => null,
        };
        return image is null ? TypedResults.NotFound() : TypedResults.PhysicalFile(files.ImagePath(session!.Uuid, name!), image.ContentType);
    }

    private IResult Decide(string? phone, string? uuid, PlannedDecision decision)
    {
        if (Find(phone, uuid) is not { } found)
            return Unknown();

        // Looked at again inside the update: of two clicks at once only one decides.
        IResult? closed = null;
        var session = store.Update(found.Uuid, s => (closed = Closed(s)) is null ? s.Decide(decision, clock.GetUtcNow()) : s);
        if (closed is not null)
            return closed;

        sender.SendDue();
        var text = session.Silent
            ? "This phone number is scripted never to be notified, so the merchant will not hear of it."
            : "The notification is being sent to the merchant.";
        return WebPage.Message(
            decision.Outcome is Outcome.Approved ? "Approved" : "Rejected", $"{decision.Message}. {text}", WidgetContent.Back(session));
    }

    private Session? Find(string? phone, string? uuid) => store.Find(uuid) is { } session && session.PhoneNo == phone ? session : null;

    private IResult? Closed(Session? session) => session switch
    {
        null => Unknown(),
        { Decision: { } decision } => WebPage.Message(
            "Already decided",
            string.Create(CultureInfo.InvariantCulture, $"This check ended as {decision.Outcome} at {WidgetContent.Wib(decision.At)}."),
            WidgetContent.Back(session)),
        _ when session.IsExpired(clock.GetUtcNow()) => WebPage.Message(
            "This page has expired", "Ask the merchant for a new link.", WidgetContent.Back(session), StatusCodes.Status410Gone),
        _ => null,
    };

    private static IResult Unknown() => WebPage.Message(
        "Page not found", "There is no open identity check at this address.", Html.Empty, StatusCodes.Status404NotFound);
}
