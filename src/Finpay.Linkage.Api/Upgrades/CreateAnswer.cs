using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>api.md's table of answers: what a create call is told. Pure.</summary>
internal static class CreateAnswer
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(5);

    /// <param name="result">What the call came to.</param>
    /// <param name="reference">The reference of the call.</param>
    /// <param name="view">Makes the object of a record; true for one whose widget was just issued.</param>
    public static Results<Created<UpgradeView>, Ok<UpgradeView>, ProblemResult> For(CreateResult result, string reference, Func<UpgradeRow, bool, UpgradeView> view)
    {
        if (result.Row is not { } row)
            return Problem(ProblemKind.ReferenceTaken, "Use another reference.", reference);
        // Also when that happened while Finnet was asked.
        if (result.Decision == BeginDecision.Redacted || row.RedactedAt is not null)
            return Problem(ProblemKind.ReferenceRedacted, "Use a new reference.", reference);
        switch (result.Decision)
        {
            case BeginDecision.Replay:
                return TypedResults.Ok(view(row, false));
            case BeginDecision.ReplayDuplicate:
                return Duplicate(reference, row.CurrentStatus, result.Failure);
            case BeginDecision.InProgress:
                return Problem(ProblemKind.InProgress, "Try again after Retry-After.", reference, result.LeaseLeft ?? DefaultRetryAfter);
            case BeginDecision.ContentDiffers:
                return Problem(ProblemKind.ReferenceReused, "Repeat the call with exactly the first content, or use a new reference.", reference);
        }

        // A notification may have settled it meanwhile, a successor may have got further: then the state is the answer, whatever this attempt came to.
        if (row.CurrentStatus is UpgradeStatus.Approved or UpgradeStatus.Rejected || (row.CurrentStatus is UpgradeStatus.WidgetIssued or UpgradeStatus.InProcess && !result.Held))
            return TypedResults.Ok(view(row, false));
        if (!result.Held)
            return Problem(ProblemKind.InProgress, "Another call took over. Try again after Retry-After.", reference, DefaultRetryAfter);
        var answer = FinnetAnswers.For(result.Event!.Value);
        if (answer.Problem is { } kind)
            return Failed(kind, row, answer.Event, result.Failure);
        return row.CurrentStatus == UpgradeStatus.WidgetIssued
            ? TypedResults.Created($"/v1/account-upgrades/{reference}", view(row, true))
            : TypedResults.Ok(view(row, false));
    }

    private static ProblemResult Failed(ProblemKind kind, UpgradeRow row, UpgradeEvent happened, FinnetException? failure)
    {
        if (kind == ProblemKind.DuplicateReference)
            return Duplicate(row.PartnerReferenceNo, row.CurrentStatus, failure);
        var (detail, retryAfter) = happened switch
        {
            UpgradeEvent.NotProcessed => ("Nothing was processed. Repeat the call after Retry-After.", failure?.RetryAfter ?? DefaultRetryAfter),
            UpgradeEvent.Refused => ("Finnet's code says why. After the cause is mended, repeat the call.", (TimeSpan?)null),
            _ => ("Finnet may have taken the request. Repeat the call with the same reference to settle it.", null),
        };
        return ProblemResult.FromFinnet(kind, detail, row.PartnerReferenceNo, failure, retryAfter);
    }

    private static ProblemResult Duplicate(string reference, UpgradeStatus status, FinnetException? failure)
    {
        var problem = ProblemKind.DuplicateReference.Build(
            status == UpgradeStatus.InDoubt
                ? "An earlier attempt may have reached Finnet, which now refuses the reference. A notification for it still counts; to go on at once, start again with a new reference."
                : "Start again with a new reference. A notification for this one still counts.");
        return new ProblemResult(problem with
        {
            PartnerReferenceNo = reference,
            Finnet = new FinnetWords(ResponseCode.DuplicateReference.ToString(), failure?.ResponseMessage),
        });
    }

    private static ProblemResult Problem(ProblemKind kind, string detail, string reference, TimeSpan? retryAfter = null) =>
        new(kind.Build(detail) with { PartnerReferenceNo = reference }, retryAfter);
}
