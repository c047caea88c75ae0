using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>The routes of account upgrades: create and read for merchants, lists for operators.</summary>
internal static class UpgradeEndpoints
{
    private const int MaxSearchBytes = 4096;

    public static void MapUpgrades(this RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/account-upgrades").WithTags("Account upgrades");
        group.MapPost("", CreateEndpoint.CreateAsync).RequireAuthorization(ApiKeys.CallerPolicy)
            .WithSummary("Ask Finnet for an upgrade widget").DescribeCreate();
        group.MapPost("/{partnerReferenceNo}/ask-again", AskAgainEndpoints.AskAsync).RequireAuthorization(ApiKeys.CallerPolicy)
            .WithSummary("Ask Finnet where the customer of an upgrade stands").DescribeAskAgain();
        group.MapPost("/ask-again", AskAgainEndpoints.AskManyAsync).LimitReads().RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("Ask Finnet about overdue upgrades (ops)").DescribeAskMany();
        group.MapGet("/{partnerReferenceNo}", ReadAsync).LimitReads().RequireAuthorization(ApiKeys.CallerPolicy)
            .WithSummary("Read one upgrade with its history").DescribeRead();
        group.MapGet("", ListAsync).LimitReads().RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("List upgrades, newest first (ops)").DescribeUpgradeList();
        group.MapPost("/search", SearchAsync).LimitReads().RequireAuthorization(ApiKeys.OpsPolicy)
            .WithSummary("Find the upgrades of a phone number (ops)").DescribeSearch();
    }

    private static async Task<Results<Ok<UpgradeView>, ProblemResult>> ReadAsync(
        string partnerReferenceNo, HttpContext context, UpgradeReader reader, AuditTrail audit)
    {
        var scope = context.User.Scope();
        if (await reader.FindAsync(partnerReferenceNo, scope, context.RequestAborted) is not { } view)
            return new ProblemResult(ProblemKind.NotFound.Build("There is no such upgrade that this key may see."));
        if (scope.Owner is null)
            audit.NoteRead(context.User.KeyName(), AuditAction.ReadUpgrade, partnerReferenceNo);
        return TypedResults.Ok(view);
    }

    private static Task<Results<Ok<UpgradePage>, ProblemResult>> ListAsync(
        HttpContext context, UpgradeReader reader, AuditTrail audit, PageCursors cursors, MerchantRing merchants,
        [AsParameters] ListParameters asked)
    {
        var query = new ListQuery(cursors);
        var filter = new UpgradeFilter(
            query.OneOf<UpgradeStatus>("status", asked.Status), query.Time("createdFrom", asked.CreatedFrom),
            query.Time("createdTo", asked.CreatedTo), Phone: null, query.Flag("overdue", asked.Overdue),
            StoredText.Of(asked.AskedFor), merchants.Filter(context.User, asked.Merchant, query.Fail));
        return AnswerAsync(context, reader, audit, query, filter, query.Limit(asked.Limit), asked.Cursor);
    }

    private static async Task<Results<Ok<UpgradePage>, ProblemResult>> SearchAsync(
        HttpContext context, UpgradeReader reader, AuditTrail audit, PageCursors cursors, LookupHash lookup, MerchantRing merchants)
    {
        var (body, json, problem) = await JsonBody.ReadAsync(context.Request, UpgradesJson.Shared.SearchRequest, MaxSearchBytes);
        if (body is null)
            return problem!;
        var query = new ListQuery(cursors);
        foreach (var name in JsonBody.UnknownMembers(json.Span, UpgradesJson.Shared.SearchRequest))
            query.Fail(name, JsonBody.NotKnown);
        if (!PhoneNumber.TryParse(body.PhoneNo, out var phone))
            query.Fail("phoneNo", body.PhoneNo is null ? "is required" : "must be an Indonesian mobile number");
        var searched = phone is null ? null : new PhoneFilter(phone, lookup.ComputeAll(UpgradeRecords.PhonePurpose, phone.Reveal()));
        var filter = new UpgradeFilter(
            Status: null, CreatedFrom: null, CreatedTo: null, searched,
            MerchantId: merchants.Filter(context.User, body.Merchant, query.Fail));
        return await AnswerAsync(context, reader, audit, query, filter, query.Limit(body.Limit), body.Cursor);
    }

    private static async Task<Results<Ok<UpgradePage>, ProblemResult>> AnswerAsync(
        HttpContext context, UpgradeReader reader, AuditTrail audit, ListQuery query, UpgradeFilter filter, int limit, string? cursor)
    {
        var after = query.Cursor(cursor, filter.Signature);
        if (query.Problem is { } problem)
            return problem;
        var found = await reader.ListAsync(filter, after, limit + 1, context.RequestAborted);
        var (rows, next) = query.Page(
            found, limit, filter.Signature, row => new PagePosition(row.CreatedAt.ToUnixTimeMilliseconds(), row.PartnerReferenceNo));
        audit.NoteRead(context.User.KeyName(), filter.Phone is null ? AuditAction.ListUpgrades : AuditAction.SearchUpgrades);
        return TypedResults.Ok(new UpgradePage(rows, next));
    }

    internal sealed class ListParameters
    {
        [FromQuery(Name = "status")] public string? Status { get; init; }
        [FromQuery(Name = "overdue")] public string? Overdue { get; init; }
        [FromQuery(Name = "askedFor")] public string? AskedFor { get; init; }
        [FromQuery(Name = "merchant")] public string? Merchant { get; init; }
        [FromQuery(Name = "createdFrom")] public string? CreatedFrom { get; init; }
        [FromQuery(Name = "createdTo")] public string? CreatedTo { get; init; }
        [FromQuery(Name = "limit")] public string? Limit { get; init; }
        [FromQuery(Name = "cursor")] public string? Cursor { get; init; }
    }
}
