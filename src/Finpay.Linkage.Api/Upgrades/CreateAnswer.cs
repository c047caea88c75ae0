using Finpay.Linkage.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>What a create call is answered (docs/api.md, the table of answers).</summary>
internal static class CreateAnswer
{
    // The caller of ask-again does not know how to repeat that call; after a minute a new one settles it.
    private const string AskedInDoubt = "Finnet may have taken the request. Ask again about the first upgrade after a minute.";

    private const string InDoubt = "Finnet may have taken the request. Repeat the call with the same reference to settle it.";

    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(5);

    public static Results<Created<UpgradeView>, Ok<UpgradeView>, ProblemResult> For(
        Attempt attempt, Func<UpgradeRow, bool, UpgradeView> view, PathString pathBase = default)
    {
        var row = attempt.Row;
        if (attempt.State == AttemptState.OwnedByAnother)
            return Problem(ProblemKind.ReferenceTaken, "Use another reference.", row);
        // The record may also have been redacted while Finnet was asked.
        if (attempt.State == AttemptState.Redacted || row.RedactedAt is not null)
            return Problem(ProblemKind.ReferenceRedacted, "Use a new reference.", row);
        switch (attempt.State)
        {
            case AttemptState.Replay:
                return TypedResults.Ok(view(row, false));
            case AttemptState.ReplayDuplicate:
                return Duplicate(row, new FinnetWords(row.ResponseCode!, null));
            case AttemptState.InProgress:
                return Problem(ProblemKind.InProgress, "Try again after Retry-After.", row, attempt.LeaseLeft ?? DefaultRetryAfter);
            case AttemptState.NotAskable:
                return Problem(
                    ProblemKind.NotAskable,
                    row.Status is UpgradeStatus.Approved or UpgradeStatus.Rejected
                        ? "It has its result, so nothing was sent."
                        : "Its merchant is not in the settings any more, or its phone can't be read, so nothing was sent.",
                    row);
            case AttemptState.AskedRecently:
                return Problem(
                    ProblemKind.TooManyRequests, "Finnet was asked about this upgrade less than a minute ago.", row, attempt.LeaseLeft);
            case AttemptState.ContentDiffers:
                return Problem(ProblemKind.ReferenceReused, "Repeat the call with exactly the first content, or use a new reference.", row);
        }

        // A notification or a later call may have brought the record further: then its status is the answer, however this attempt ended.
        if (row.Status is UpgradeStatus.Approved or UpgradeStatus.Rejected
            || (row.Status is UpgradeStatus.WidgetIssued or UpgradeStatus.InProcess && !attempt.Held))
            return TypedResults.Ok(view(row, attempt.Held));
        if (!attempt.Held)
            return Problem(ProblemKind.InProgress, "Another call took over. Try again after Retry-After.", row, DefaultRetryAfter);
        var answer = attempt.Answer!;
        if (!answer.IsResult)
            return Failed(answer, row);
        return row.Status == UpgradeStatus.WidgetIssued
            ? TypedResults.Created($"{pathBase}/v1/account-upgrades/{row.PartnerReferenceNo}", view(row, true))
            : TypedResults.Ok(view(row, true));
    }

    private static ProblemResult Failed(FinnetAnswer answer, UpgradeRow row)
    {
        var words = answer.ResponseCode is { } code ? new FinnetWords(code.ToString(), answer.ResponseMessage) : null;
        var inDoubt = row.AskedFor is null ? InDoubt : AskedInDoubt;
        return answer.Kind switch
        {
            FinnetAnswerKind.DuplicateReference => Duplicate(row, words),
            FinnetAnswerKind.Refused => Problem(
                ProblemKind.FinnetRefused,
                words is null
                    ? "A gateway refused the request without a code of Finnet's; the log has its HTTP status. Then repeat the call."
                    : "Finnet's code says why. After the cause is corrected, repeat the call.",
                row, finnet: words),
            FinnetAnswerKind.CredentialsRefused => Problem(
                ProblemKind.FinnetCredentials, "The request was not sent. After the settings are corrected, repeat the call.", row,
                finnet: words),
            FinnetAnswerKind.NotSent or FinnetAnswerKind.Busy => Problem(
                ProblemKind.FinnetUnavailable, "Nothing was processed. Repeat the call after Retry-After.", row,
                answer.RetryAfter ?? DefaultRetryAfter, words),
            FinnetAnswerKind.Unclear => Problem(ProblemKind.FinnetUnclear, inDoubt, row, finnet: words),
            _ => Problem(ProblemKind.FinnetTimeout, inDoubt, row, finnet: words),
        };
    }

    private static ProblemResult Duplicate(UpgradeRow row, FinnetWords? words)
    {
        var detail = row.Status == UpgradeStatus.InDoubt
            ? "An earlier attempt may have reached Finnet, which now refuses the reference. A notification for it still counts; "
                + "to go on at once, start again with a new reference."
            : "Start again with a new reference. A notification for this one still counts.";
        return Problem(ProblemKind.DuplicateReference, detail, row, finnet: words);
    }

    private static ProblemResult Problem(
        ProblemKind kind, string detail, UpgradeRow row, TimeSpan? retryAfter = null, FinnetWords? finnet = null) =>
        new(kind.Build(detail) with { PartnerReferenceNo = row.PartnerReferenceNo, Finnet = finnet }, retryAfter);
}
