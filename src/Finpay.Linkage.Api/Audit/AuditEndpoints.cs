using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Audit;

/// <summary>The audit trail as operators read it.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder v1) =>
        v1.MapGet("/audit", ListAsync).LimitReads().WithTags("Audit").RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("List who did what, newest first (ops)")
            .WithParameter("partnerReferenceNo", "Only this reference.")
            .WithParameter("merchant", CallerMerchants.FilterText)
            .DescribeList("listAudit", "audit-page");

    private static async Task<Results<Ok<AuditPage>, ProblemResult>> ListAsync(
        HttpContext context, AuditTrail audit, PageCursors cursors, MerchantRing merchants, [FromQuery] string? partnerReferenceNo,
        [FromQuery] string? merchant, [FromQuery] string? limit, [FromQuery] string? cursor)
    {
        var query = new ListQuery(cursors);
        partnerReferenceNo = StoredText.Of(partnerReferenceNo);
        var merchantId = merchants.Filter(context.User, merchant, query.Fail);
        var filters = $"audit|{partnerReferenceNo}|{merchantId}";
        var size = query.Limit(limit);
        var after = query.Cursor(cursor, filters);
        if (query.Problem is { } problem)
            return problem;
        var found = await audit.ListAsync(partnerReferenceNo, merchantId, after, size + 1, context.RequestAborted);
        var (items, next) = query.Page(found, size, filters, item => new PagePosition(item.At.ToUnixTimeMilliseconds(), item.Id));
        audit.NoteRead(context.User.KeyName(), AuditAction.ReadAudit);
        return TypedResults.Ok(new AuditPage(items, next));
    }
}
