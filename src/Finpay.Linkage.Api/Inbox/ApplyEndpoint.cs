using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>The body of an apply.</summary>
public sealed record ApplyRequest
{
    /// <summary>The upgrade, when the notification's own reference can't be read or names none.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>approved or rejected.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why: 1 to 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>POST /v1/kyc-notifications/{id}/apply.</summary>
internal static class ApplyEndpoint
{
    private const int MaxBodyBytes = 8192;
    private const int MaxReasonLength = 500;

    public static RouteHandlerBuilder DescribeApply(this RouteHandlerBuilder endpoint) => endpoint
        .WithSummary("Make a notification count that changed nothing when it came (ops)")
        .WithName("applyKycNotification")
        .WithDescription(
            "For an orphan, invalid or unknownOutcome notification, after somebody looked at it. Everything that can be read in it must "
            + "agree: the merchant, the phone and the outcome. It settles no other upgrade. The reason is kept in the audit until the "
            + "upgrade is redacted.")
        .WithParameter("id", "The id of the notification.")
        .WithBody<ApplyRequest>()
        .WithExample(null, "apply", "A notification whose reference was mistyped", "apply")
        .WithExample("200", "approved", "The upgrade after it", "approved")
        .WithText("200", "The upgrade; the notification is applied.")
        .DescribeProblemsWithBody(ProblemKind.Forbidden, ProblemKind.NotFound, ProblemKind.NotificationConflict);

    public static async Task<Results<Ok<UpgradeView>, ProblemResult>> ApplyAsync(
        string id, HttpContext context, NotificationReader notifications, NotificationApplier applier, UpgradeReader upgrades,
        PageCursors cursors)
    {
        var (body, json, problem) = await JsonBody.ReadAsync(context.Request, InboxJson.Shared.ApplyRequest, MaxBodyBytes);
        if (body is null)
            return problem!;
        var query = new ListQuery(cursors);
        foreach (var name in JsonBody.UnknownMembers(json.Span, InboxJson.Shared.ApplyRequest))
            query.Fail(name, JsonBody.NotKnown);
        var outcome = body.Outcome switch { "approved" => KycOutcome.Approved, "rejected" => KycOutcome.Rejected, _ => KycOutcome.Unknown };
        if (outcome == KycOutcome.Unknown)
            query.Fail("outcome", "must be approved or rejected");
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > MaxReasonLength)
            query.Fail("reason", $"must have 1 to {MaxReasonLength} characters");
        if (body.PartnerReferenceNo is { } given && !CreateUpgradeValidator.IsReference(given))
            query.Fail("partnerReferenceNo", "must be 10 to 64 letters, digits, dots, underscores or dashes");
        if (query.Problem is { } invalid)
            return invalid;
        if (await notifications.FindAsync(id, context.User.Scope(), context.RequestAborted) is not { } view)
            return new ProblemResult(ProblemKind.NotFound.Build("There is no such notification."));

        var asked = new Application(id, body.PartnerReferenceNo, outcome, body.Reason!, context.User.KeyName());
        var result = await applier.ApplyAsync(asked, view.PartnerReferenceNo);
        if (result is not { Conflict: null, Row: { } row })
        {
            return new ProblemResult(ProblemKind.NotificationConflict.Build(result.Conflict!) with
            {
                PartnerReferenceNo = result.Row?.PartnerReferenceNo,
            });
        }

        var note = RequestNote.Of(context);
        (note.PartnerReferenceNo, note.Outcome) = (row.PartnerReferenceNo, $"{outcome}, applied by an operator");
        return TypedResults.Ok(upgrades.ToView(row, justSent: false, row.UpdatedAt));
    }
}
