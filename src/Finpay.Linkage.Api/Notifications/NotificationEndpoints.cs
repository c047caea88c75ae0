using Finpay.Linkage.Api.Diagnostics;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Notifications;

/// <summary>The inbox as operators read it.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/kyc-notifications").WithTags("KYC notifications").RequireAuthorization(ApiKeys.OpsPolicy);
        group.MapGet("", ListAsync).WithSummary("List notifications, newest first (ops)").DescribeList<NotificationPage>(OpenApiExamples.NotificationPage);
        group.MapGet("/{id}", ReadAsync).WithSummary("Read one notification as it was received (ops)").DescribeNotification();
    }

    private static async Task<Results<Ok<NotificationPage>, ProblemResult>> ListAsync(
        HttpContext context,
        NotificationReader reader,
        PageCursors cursors,
        [FromQuery] string? disposition,
        [FromQuery] string? partnerReferenceNo,
        [FromQuery] string? limit,
        [FromQuery] string? cursor)
    {
        var query = new ListQuery(cursors);
        var filter = new NotificationFilter(query.OneOf<Disposition>("disposition", disposition), partnerReferenceNo);
        var size = query.Limit(limit);
        var after = query.Cursor(cursor, filter.Signature);
        if (query.Problem is { } problem)
            return problem;
        var (items, next) = query.Page(
            await reader.ListAsync(filter, after, size + 1, context.RequestAborted), size, filter.Signature, item => new PagePosition(item.ReceivedAt.ToUnixTimeMilliseconds(), item.Id));
        return TypedResults.Ok(new NotificationPage(items, next));
    }

    private static async Task<Results<Ok<NotificationView>, ProblemResult>> ReadAsync(string id, HttpContext context, NotificationReader reader)
    {
        if (await reader.FindAsync(id, context.RequestAborted) is { } view)
            return TypedResults.Ok(view);
        return new ProblemResult(ProblemKind.NotFound.Build("There is no such notification."));
    }
}
