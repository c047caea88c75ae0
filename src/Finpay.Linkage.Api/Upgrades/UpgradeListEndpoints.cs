using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Lists for operators.</summary>
internal static class UpgradeListEndpoints
{
    private const int MaxSearchBytes = 4096;

    public static void MapUpgradeLists(this RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("List upgrades, newest first (ops)").DescribeList<UpgradePage>(OpenApiExamples.UpgradePage);
        group.MapPost("/search", SearchAsync).RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("Find the upgrades of a phone number (ops)").DescribeSearch();
    }

    private static async Task<Results<Ok<UpgradePage>, ProblemResult>> ListAsync(
        HttpContext context,
        UpgradeReader reader,
        AuditTrail audit,
        PageCursors cursors,
        [FromQuery] string? status,
        [FromQuery] string? createdFrom,
        [FromQuery] string? createdTo,
        [FromQuery] string? limit,
        [FromQuery] string? cursor)
    {
        var query = new ListQuery(cursors);
        var filter = new UpgradeFilter(query.OneOf<UpgradeStatus>("status", status), query.Time("createdFrom", createdFrom), query.Time("createdTo", createdTo), null);
        return await AnswerAsync(context, reader, audit, query, filter, query.Limit(limit), cursor);
    }

    private static async Task<Results<Ok<UpgradePage>, ProblemResult>> SearchAsync(HttpContext context, UpgradeReader reader, AuditTrail audit, PageCursors cursors, LookupHash lookup)
    {
        var (body, problem) = await JsonBody.ReadAsync(context.Request, ApiJson.Shared.SearchRequest, MaxSearchBytes);
        if (body is null)
            return problem!;
        var query = new ListQuery(cursors);
        if (!PhoneNumber.TryParse(body.PhoneNo, out var phone))
            query.Fail("phoneNo", body.PhoneNo is null ? "is required" : "must be an Indonesian mobile number");
        var filter = new UpgradeFilter(null, null, null, phone is null ? null : lookup.ComputeAll(UpgradeService.PhonePurpose, phone.Reveal()));
        return await AnswerAsync(context, reader, audit, query, filter, query.Limit(body.Limit), body.Cursor);
    }

    private static async Task<Results<Ok<UpgradePage>, ProblemResult>> AnswerAsync(
        HttpContext context, UpgradeReader reader, AuditTrail audit, ListQuery query, UpgradeFilter filter, int limit, string? cursor)
    {
        var after = query.Cursor(cursor, filter.Signature);
        if (query.Problem is { } problem)
            return problem;
        var (rows, next) = query.Page(await reader.ListAsync(filter, after, limit + 1, context.RequestAborted), limit, filter.Signature, row => new PagePosition(row.CreatedAt, row.PartnerReferenceNo));
        audit.NoteRead(context.User.KeyName(), filter.PhoneHash is null ? AuditAction.ListUpgrades : AuditAction.SearchUpgrades);
        return TypedResults.Ok(new UpgradePage([.. rows.Select(row => reader.ToView(row, justIssued: false))], next));
    }
}
