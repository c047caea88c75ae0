using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Body of POST /v1/account-upgrades/ask-again.</summary>
public sealed record AskAgainRequest
{
    /// <summary>Only upgrades that were created at this time or later.</summary>
    public string? CreatedFrom { get; init; }

    /// <summary>Only upgrades that were created before this time.</summary>
    public string? CreatedTo { get; init; }

    /// <summary>Only upgrades of the merchant of this name.</summary>
    public string? Merchant { get; init; }

    /// <summary>At most so many, the oldest; 1 or more.</summary>
    public int? Limit { get; init; }

    /// <summary>True: only counts them.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>How many upgrades Finnet will be asked about, or would be.</summary>
public sealed record AskAgainCount(long Count);

/// <summary>Asks Finnet again: about one upgrade at once, about many in the background.</summary>
internal static class AskAgainEndpoints
{
    private const int MaxBodyBytes = 4096;

    public static async Task<Results<Created<UpgradeView>, Ok<UpgradeView>, ProblemResult>> AskAsync(
        string partnerReferenceNo, HttpContext context, AskAgain asking, UpgradeReader reader)
    {
        var one = new Asking(partnerReferenceNo, context.User.KeyName());
        if (await asking.AskAsync(one, context.User.Scope(), context.RequestAborted) is not { } attempt)
            return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade that this key may see."));
        RequestNote.Of(context).PartnerReferenceNo = attempt.Row.PartnerReferenceNo;
        return CreateEndpoint.Answer(context, attempt, reader);
    }

    public static async Task<Results<Accepted<AskAgainCount>, ProblemResult>> AskManyAsync(
        HttpContext context, AskAgainQueue queue, PageCursors cursors, MerchantRing merchants)
    {
        var (body, json, problem) = await JsonBody.ReadAsync(context.Request, UpgradesJson.Shared.AskAgainRequest, MaxBodyBytes);
        if (body is null)
            return problem!;
        var query = new ListQuery(cursors);
        foreach (var name in JsonBody.UnknownMembers(json.Span, UpgradesJson.Shared.AskAgainRequest))
            query.Fail(name, JsonBody.NotKnown);
        if (body.Limit < 1)
            query.Fail("limit", "must be 1 or more");
        var which = new OverdueFilter(
            query.Time("createdFrom", body.CreatedFrom), query.Time("createdTo", body.CreatedTo), body.Limit,
            merchants.Filter(context.User, body.Merchant, query.Fail));
        if (query.Problem is { } invalid)
            return invalid;
        var count = await queue.AddAsync(which, body.DryRun == true, context.User.KeyName(), context.RequestAborted);
        return TypedResults.Accepted((string?)null, new AskAgainCount(count));
    }
}
