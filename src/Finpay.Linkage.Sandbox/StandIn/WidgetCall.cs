using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>One correct widget request, and the steps a scenario is made of.</summary>
internal sealed class WidgetCall(
    Verdict verdict,
    SessionStore store,
    SessionFiles files,
    NotificationSender sender,
    SandboxClock clock,
    SnapTokens tokens,
    HttpContext http)
{
    private static readonly TimeSpan WidgetLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan ScriptedDecision = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LateContradiction = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ExpiryAhead = TimeSpan.FromSeconds(2);

    private readonly DateTimeOffset now = clock.GetUtcNow();

    private string Reference => verdict["partnerReferenceNo"]!;

    private string Phone => verdict.Phone!;

    private bool IsApproved => store.OfPhone(Phone).Any(s => s.Decision?.Outcome is Outcome.Approved);

    private bool IsOpen => store.OfPhone(Phone).Any(s => s.Decision is null && !s.IsExpired(now));

    public PlannedDecision Approval() => PlannedDecision.Approve(now + ScriptedDecision);

    public PlannedDecision Rejection() => PlannedDecision.Reject(now + ScriptedDecision);

    public PlannedDecision LateRejection() =>
        PlannedDecision.Reject(now + ScriptedDecision + LateContradiction) with { Contradicts = true };

    public Reply Issue(params PlannedDecision[] plan) => Issue(NewSession() with { Plan = [.. plan] });

    /// <summary>A person decides, once: a phone that was approved stays so.</summary>
    public Reply AskPerson(bool silent = false) =>
        !store.IsUsed(Reference) && IsApproved ? Reply.Approved : Issue(NewSession() with { Silent = silent });

    public Reply AskPersonOnce() => !store.IsUsed(Reference) && !IsApproved && IsOpen ? Reply.InProcess : AskPerson();

    // The API takes an expiryTime before its issue for a mistake, so the page expires ahead of it. The API uses real time: an advanced
    // sandbox clock must not make the widget valid there for longer.
    public Reply IssueExpired() => Issue(NewSession() with { ExpiresAt = clock.Inner.GetUtcNow() }, ExpiryAhead);

    public async Task<Reply> NotifyThenIssueAsync()
    {
        var session = NewSession();
        var reply = Issue(session with { Plan = [PlannedDecision.Approve(now)] });
        await sender.IdleAsync(session.Uuid);
        return reply;
    }

    public async Task<Reply> IssueThenStallAsync()
    {
        var reply = Issue();
        if (reply != Reply.UsedUp)
            await Task.Delay(Stall, clock, http.RequestAborted);

        return reply;
    }

    public Reply IssueThenHangUp() => Issue() == Reply.UsedUp ? Reply.UsedUp : Reply.HungUp;

    public Reply RefuseToken()
    {
        if (Bearer.TokenOf(http.Request.Headers.Authorization) is { } token)
            tokens.Drop(token);

        return Reply.InvalidToken;
    }

    private Reply Issue(Session session, TimeSpan expiryAhead = default)
    {
        // Images first: whoever finds the session must find its images.
        foreach (var name in new[] { "ktp", "selfie" })
        {
            if (verdict[$"images.{name}.base64"] is { } value && ImageData.TryRead(value, out var image, out _))
                files.SaveImage(session.Uuid, name, image.Bytes);
        }

        if (!store.TryAdd(session))
        {
            files.DeleteImages(session.Uuid);
            return Reply.UsedUp;
        }

        sender.SendDue();
        var url = $"{http.Request.Scheme}://{http.Request.Host}/widget/prem?phone={session.PhoneNo}&uuid={session.Uuid}";
        return Reply.Issued(url, session.ExpiresAt + expiryAhead);
    }

    private Session NewSession() => new(Guid.NewGuid().ToString(), Reference, Phone, now, now + WidgetLifetime)
    {
        RedirectFinalUrl = verdict["redirectFinalUrl"],
        Prefilled = new Prefilled(
            Image("ktp"),
            Image("selfie"),
            verdict["personalData.kkNumber"],
            verdict["personalData.biologicalMotherName"],
            verdict["personalData.nationality"],
            verdict["personalData.email"]),
    };

    private PrefilledImage? Image(string name) =>
        verdict[$"images.{name}.base64"] is { } value && ImageData.TryRead(value, out var image, out _)
            ? new PrefilledImage(image.ContentType, verdict[$"images.{name}.isEditable"] == "true")
            : null;
}
