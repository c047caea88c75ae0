using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>The inbox as operators read it.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/kyc-notifications").WithTags("KYC notifications").RequireAuthorization(ApiKeys.OpsPolicy);
        group.MapGet("", ListAsync).LimitReads().WithSummary("List notifications, newest first (ops)")
            .WithParameter("disposition", "Only this disposition: applied, duplicate, orphan, contradiction, unknownOutcome, invalid.")
            .WithParameter("partnerReferenceNo", "Only this reference.")
            .WithParameter("merchant", CallerMerchants.FilterText)
            .DescribeList("listKycNotifications", "notification-page");
        group.MapGet("/{id}", ReadAsync).LimitReads().WithSummary("Read one notification as it was received (ops)")
            .WithName("getKycNotification")
            .WithParameter("id", "The id of the notification.")
            .WithExample("200", "notification", "One notification", "notification")
            .WithText("200", "The notification, with rawBase64: the body as it was received.")
            .DescribeProblems(ProblemKind.Forbidden, ProblemKind.NotFound);
        group.MapPost("/{id}/apply", ApplyEndpoint.ApplyAsync).LimitReads().DescribeApply();
    }

    private static async Task<Results<Ok<NotificationPage>, ProblemResult>> ListAsync(
        HttpContext context, NotificationReader reader, AuditTrail audit, PageCursors cursors, MerchantRing merchants,
        [AsParameters] ListParameters asked)
    {
        var query = new ListQuery(cursors);
        var filter = new NotificationFilter(
            query.OneOf<Disposition>("disposition", asked.Disposition), StoredText.Of(asked.PartnerReferenceNo),
            merchants.Filter(context.User, asked.Merchant, query.Fail));
        var size = query.Limit(asked.Limit);
        var after = query.Cursor(asked.Cursor, filter.Signature);
        if (query.Problem is { } problem)
            return problem;
        var found = await reader.ListAsync(filter, after, size + 1, context.RequestAborted);
        var (items, next) = query.Page(
            found, size, filter.Signature, item => new PagePosition(item.ReceivedAt.ToUnixTimeMilliseconds(), item.Id));
        audit.NoteRead(context.User.KeyName(), AuditAction.ListNotifications);
        return TypedResults.Ok(new NotificationPage(items, next));
    }

    private static async Task<Results<Ok<NotificationView>, ProblemResult>> ReadAsync(
        string id, HttpContext context, NotificationReader reader, AuditTrail audit)
    {
        if (await reader.FindAsync(id, context.User.Scope(), context.RequestAborted) is not { } view)
            return new ProblemResult(ProblemKind.NotFound.Build("There is no such notification."));
        audit.NoteRead(context.User.KeyName(), AuditAction.ReadNotification, view.PartnerReferenceNo);
        return TypedResults.Ok(view);
    }

    internal sealed class ListParameters
    {
        [FromQuery(Name = "disposition")] public string? Disposition { get; init; }
        [FromQuery(Name = "partnerReferenceNo")] public string? PartnerReferenceNo { get; init; }
        [FromQuery(Name = "merchant")] public string? Merchant { get; init; }
        [FromQuery(Name = "limit")] public string? Limit { get; init; }
        [FromQuery(Name = "cursor")] public string? Cursor { get; init; }
    }
}
