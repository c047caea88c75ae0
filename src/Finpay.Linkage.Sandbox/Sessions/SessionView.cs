namespace Finpay.Linkage.Sandbox.Sessions;

/// <summary>How a session is listed.</summary>
internal static class SessionView
{
    public static object Of(Session session, DateTimeOffset now) => new
    {
        id = session.Uuid,
        session.PartnerReferenceNo,
        session.PhoneNo,
        session.CreatedAt,
        session.ExpiresAt,
        state = session.Decision?.Outcome.ToString().ToLowerInvariant() ?? (session.IsExpired(now) ? "expired" : "open"),
        reason = session.Decision?.Message,
        decidedAt = session.Decision?.At,
        session.Silent,
        planned = session.Plan.Select(p => new { p.At, p.Outcome }),
        widget = $"/widget/prem?phone={session.PhoneNo}&uuid={session.Uuid}",
    };
}
