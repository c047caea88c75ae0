using System.Text;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Inbox;

/// <summary>The inbox as operators read it.</summary>
internal static class NotificationEndpoints
{
    // Path and headers of a captured callback.
    private const int DiagnoseOtherBytes = 64 * 1024;

    public static void MapNotifications(this RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/kyc-notifications").WithTags("KYC notifications").RequireAuthorization(ApiKeys.OpsPolicy);
        group.MapGet("", ListAsync).WithSummary("List notifications, newest first (ops)").DescribeList<NotificationPage>(OpenApiExamples.NotificationPage);
        group.MapGet("/{id}", ReadAsync).WithSummary("Read one notification as it was received (ops)").DescribeNotification();
        group.MapPost("/diagnose", DiagnoseAsync).WithSummary("Say why the signature of a captured callback does not match (ops)").DescribeDiagnosis();
    }

    private static async Task<Results<Ok<NotificationPage>, ProblemResult>> ListAsync(
        HttpContext context,
        NotificationReader reader,
        AuditTrail audit,
        PageCursors cursors,
        [FromQuery] string? disposition,
        [FromQuery] string? partnerReferenceNo,
        [FromQuery] string? limit,
        [FromQuery] string? cursor)
    {
        var query = new ListQuery(cursors);
        var filter = new NotificationFilter(query.OneOf<Disposition>("disposition", disposition), ListQuery.Reference(partnerReferenceNo));
        var size = query.Limit(limit);
        var after = query.Cursor(cursor, filter.Signature);
        if (query.Problem is { } problem)
            return problem;
        var (items, next) = query.Page(
            await reader.ListAsync(filter, after, size + 1, context.RequestAborted), size, filter.Signature, item => new PagePosition(item.ReceivedAt.ToUnixTimeMilliseconds(), item.Id));
        audit.NoteRead(context.User.KeyName(), AuditAction.ListNotifications);
        return TypedResults.Ok(new NotificationPage(items, next));
    }

    private static async Task<Results<Ok<NotificationView>, ProblemResult>> ReadAsync(string id, HttpContext context, NotificationReader reader, AuditTrail audit)
    {
        if (await reader.FindAsync(id, context.RequestAborted) is { } view)
        {
            audit.NoteRead(context.User.KeyName(), AuditAction.ReadNotification, view.PartnerReferenceNo);
            return TypedResults.Ok(view);
        }

        return new ProblemResult(ProblemKind.NotFound.Build("There is no such notification."));
    }

    private static async Task<Results<Ok<DiagnosisView>, ProblemResult>> DiagnoseAsync(HttpContext context, SignatureDiagnosis diagnosis, IOptions<NotificationOptions> options)
    {
        var (request, problem) = await JsonBody.ReadAsync(context.Request, ApiJson.Shared.DiagnoseRequest, (2 * options.Value.MaxBodyBytes) + DiagnoseOtherBytes);
        if (request is null)
            return problem!;
        var errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(request.Path))
            errors["path"] = ["is required: the path that was called"];
        if (request.Headers is null)
            errors["headers"] = ["is required: the headers that were received"];
        if (request.Body is null == request.BodyBase64 is null)
            errors["bodyBase64"] = ["is required, or body in its place"];
        var body = request.BodyBase64 is { } encoded ? Decode(encoded) : Encoding.UTF8.GetBytes(request.Body ?? "");
        if (body is null)
            errors["bodyBase64"] = ["must be Base64"];
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        return TypedResults.Ok(diagnosis.Diagnose(request.Path!, request.Headers!, body!, request.ReceivedAt));
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
