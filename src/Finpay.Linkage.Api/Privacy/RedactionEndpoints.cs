using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Privacy;

/// <summary>What the personal data law asks of operators.</summary>
internal static class RedactionEndpoints
{
    public static void MapRedaction(this RouteGroupBuilder v1) => v1.MapPost("/account-upgrades/{partnerReferenceNo}/redact", RedactAsync)
        .WithTags("Account upgrades").RequireAuthorization(ApiKeys.OpsPolicy)
        .WithSummary("Remove the personal data of one upgrade (ops)").DescribeRedact();

    private static async Task<Results<Ok<RedactionReceipt>, ProblemResult>> RedactAsync(
        string partnerReferenceNo, HttpContext context, Redactor redactor)
    {
        if (await redactor.RedactAsync(partnerReferenceNo, context.User.KeyName()) is { } receipt)
            return TypedResults.Ok(receipt);
        return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade."));
    }
}
