using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.Widget;

/// <summary>The pages that the customer's browser opens with a widgetUrl.</summary>
internal sealed class WidgetPages(
    SessionStore store, SessionFiles files, SandboxClock clock, NotificationSender sender, PhotoUpload photos)
{
    private const int LongestReason = 250;

    public IResult Show(Visit visit)
    {
        var session = Find(visit);
        return Closed(session, visit) ?? WebPage.Ok(visit, visit.Texts["title"], WidgetContent.Of(session!, visit));
    }

    public IResult Approve(Visit visit) => Decide(visit, PlannedDecision.Approve(clock.GetUtcNow()));

    public IResult Reject(Visit visit, string? reason)
    {
        var trimmed = reason?.Trim();
        var message = string.IsNullOrEmpty(trimmed) ? null : trimmed[..Math.Min(trimmed.Length, LongestReason)];
        return Decide(visit, PlannedDecision.Reject(clock.GetUtcNow(), message));
    }

    public IResult Leave(Visit visit) => Find(visit) is null
        ? Unknown(visit)
        : WebPage.Message(visit, "leftTitle", visit.Texts["leftText"], Html.Empty);

    public IResult Image(string? phone, string? uuid, string? name)
    {
        var session = Find(phone, uuid);
        var image = session is null ? null : PhotoUpload.Image(session, name);
        return image is not null && files.ImagePath(session!.Uuid, name!) is var path && File.Exists(path)
            ? TypedResults.PhysicalFile(path, image.ContentType)
            : TypedResults.NotFound();
    }

    public async Task<IResult> TakePhotoAsync(Visit visit, string? name, IFormFile? file)
    {
        var session = Find(visit);
        if (Closed(session, visit) is { } closed)
            return closed;

        if (name is not ("ktp" or "selfie"))
            return Unknown(visit);

        // Redirect to a GET, so that a reload does not send the photo again.
        return await photos.KeepAsync(session!, name, file) is { } fault
            ? WebPage.Ok(visit, visit.Texts["title"], WidgetContent.Of(session!, visit, fault), StatusCodes.Status400BadRequest)
            : TypedResults.LocalRedirect($"~{visit.Address.TrimEnd('&', '?')}#photo-{name}");
    }

    private IResult Decide(Visit visit, PlannedDecision decision)
    {
        if (Find(visit) is not { } found)
            return Unknown(visit);

        // Checked inside the update: of two clicks at the same time only one decides.
        IResult? refused = null;
        var approved = decision.Outcome is Outcome.Approved;
        var session = store.Update(found.Uuid, s =>
        {
            refused = Closed(s, visit) ?? (approved && !s.HasPhotos() ? WithoutPhotos(s, visit) : null);
            return refused is null ? s.Decide(decision, clock.GetUtcNow()) : s;
        });
        if (session is null)
            return Unknown(visit);

        if (refused is not null)
            return refused;

        sender.SendDue();
        var news = visit.Texts[session.Silent ? "silent" : "sending"];
        return WebPage.Message(
            visit,
            approved ? "approvedTitle" : "rejectedTitle",
            approved ? news : $"{decision.Message.TrimEnd('.')}. {news}",
            WidgetContent.Back(session, visit),
            approved ? "good" : "bad");
    }

    private Session? Find(Visit visit) => Find(visit.Phone, visit.Uuid);

    private Session? Find(string? phone, string? uuid) => store.Find(uuid) is { } session && session.PhoneNo == phone ? session : null;

    private IResult? Closed(Session? session, Visit visit) => session switch
    {
        null => Unknown(visit),
        { Decision: { } decision } => WebPage.Message(
            visit,
            "decidedTitle",
            visit.Texts.With(
                decision.Outcome is Outcome.Approved ? "decidedApproved" : "decidedRejected", ("at", WidgetContent.Wib(decision.At))),
            WidgetContent.Back(session, visit)),
        _ when session.IsExpired(clock.GetUtcNow()) => WebPage.Message(
            visit, "expiredTitle", visit.Texts["expiredText"], WidgetContent.Back(session, visit), status: StatusCodes.Status410Gone),
        _ => null,
    };

    private static IResult WithoutPhotos(Session session, Visit visit) =>
        WebPage.Ok(visit, visit.Texts["title"], WidgetContent.Of(session, visit), StatusCodes.Status400BadRequest);

    private static IResult Unknown(Visit visit) =>
        WebPage.Message(visit, "unknownTitle", visit.Texts["unknownText"], Html.Empty, status: StatusCodes.Status404NotFound);
}
