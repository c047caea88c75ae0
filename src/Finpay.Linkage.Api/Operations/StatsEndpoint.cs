using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Operations;

/// <summary>The figures that operators look at.</summary>
internal static class StatsEndpoint
{
    public static void MapStats(this RouteGroupBuilder v1) =>
        v1.MapGet("/stats", ReadAsync)
            .AddEndpointFilter((context, next) =>
                context.HttpContext.RequestServices.GetRequiredService<StatsReader>().Turn.RunAsync(context, next))
            .LimitReads().WithTags("Statistics").RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("Count upgrades by the time of their creation, and what waits now (ops)")
            .WithName("getStats")
            .WithDescription(
                "A bucket has the upgrades that were created in it, by the status that they have now: the list of upgrades with "
                + "createdFrom, createdTo and status has the same ones. The times are from the creation to the present result of those "
                + "that are approved or rejected. No personal data, so the read is not in the audit.")
            .WithParameter("from", "Upgrades created at this time or later; without it, the last seven days in Jakarta.")
            .WithParameter("to", "Upgrades created before this time (now); at most 92 days after from. It may lie in the future.")
            .WithParameter("bucket", "hour or day (day). Days are those of Jakarta; the first and the last bucket may be partial.")
            .WithParameter("merchant", CallerMerchants.FilterText)
            .WithExample("200", "days", "Two days", "stats")
            .WithText("200", "The figures, of one state of the data.")
            .DescribeProblems(ProblemKind.InvalidFields, ProblemKind.Forbidden);

    private static async Task<Results<Ok<StatsView>, ProblemResult>> ReadAsync(
        HttpContext context, StatsReader reader, PageCursors cursors, MerchantRing merchants, [FromQuery] string? from,
        [FromQuery] string? to, [FromQuery] string? bucket, [FromQuery] string? merchant)
    {
        var query = new ListQuery(cursors);
        var width = query.OneOf<StatsWidth>("bucket", bucket) ?? StatsWidth.Day;
        var (first, last) = (query.Time("from", from)?.ToStoredCeiling(), query.Time("to", to)?.ToStoredCeiling());
        var merchantId = merchants.Filter(context.User, merchant, query.Fail);
        if (query.Problem is { } problem)
            return problem;
        var now = await reader.NowAsync(context.RequestAborted);
        var range = StatsRange.Of(width, first, last ?? now.ToUnixTimeMilliseconds());
        if (to is null && (range.To <= range.From || range.To - range.From > StatsRange.MaxMs))
            query.Fail("from", "must lie in the past and, without to, at most 92 days back");
        else if (range.To <= range.From)
            query.Fail("to", "must be after from");
        else if (range.To - range.From > StatsRange.MaxMs)
            query.Fail("to", "must be at most 92 days after from");
        if (query.Problem is { } wrong)
            return wrong;
        return TypedResults.Ok(await reader.ReadAsync(range, merchantId, now, context.RequestAborted));
    }
}
