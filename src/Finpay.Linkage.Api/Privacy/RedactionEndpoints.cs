using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>What the personal data law asks of operators.</summary>
internal static class RedactionEndpoints
{
    public static void MapRedaction(this RouteGroupBuilder v1) => v1.MapPost("/account-upgrades/{partnerReferenceNo}/redact", RedactAsync)
        .WithName("redactAccountUpgrade").WithTags("Account upgrades").RequireAuthorization(ApiKeys.OpsPolicy)
        .WithSummary("Remove the personal data of one upgrade (ops)")
        .WithDescription(
            "Removes phone number, widget URL, messages, raw notifications and every keyed hash; references, states and times stay. "
            + "For good: only a backup still has them. Safe to repeat. A notification that comes later counts, and is kept without its "
            + "content.")
        .WithParameter("partnerReferenceNo", "The reference of the upgrade.")
        .WithExample("200", "receipt", "The receipt", "redaction")
        .WithText("200", "It is redacted, now or since an earlier call.")
        .DescribeProblems(ProblemKind.Forbidden, ProblemKind.NotFound);

    private static async Task<Results<Ok<RedactionReceipt>, ProblemResult>> RedactAsync(
        string partnerReferenceNo, HttpContext context, UpgradeReader upgrades, Redactor redactor)
    {
        if (await upgrades.IsInAsync(context.User.Scope(), partnerReferenceNo, context.RequestAborted)
            && await redactor.RedactAsync(partnerReferenceNo, context.User.KeyName()) is { } receipt)
            return TypedResults.Ok(receipt);
        return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade."));
    }
}
