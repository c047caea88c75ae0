using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Finpay.Linkage.Api.Events;

/// <summary>The events as operators see them: what was delivered, what was not, and once more.</summary>
internal static class EventEndpoints
{
    private const int MaxBodyBytes = 4096;
    private const string NotFound = "There is no such event.";

    public static void MapEvents(this RouteGroupBuilder v1)
    {
        var group = v1.MapGroup("/events").WithTags("Events").RequireAuthorization(ApiKeys.OpsPolicy);
        group.MapGet("", ListAsync).LimitReads().DescribeEventList();
        group.MapGet("/{id}", ReadAsync).LimitReads().DescribeEvent();
        group.MapPost("/{id}/redeliver", RedeliverAsync).LimitReads().DescribeRedelivery();
        group.MapPost("/redeliver", RedeliverManyAsync).LimitReads().DescribeRedeliveries();
        group.MapPost("/test", TestAsync).DescribeTest();
    }

    private static async Task<Results<Ok<DeliveryPage>, ProblemResult>> ListAsync(
        HttpContext context, EventReader reader, AuditTrail audit, PageCursors cursors, MerchantRing merchants,
        [AsParameters] ListParameters asked)
    {
        var query = new ListQuery(cursors);
        if (asked.Type is { } type && !EventTypes.All.Contains(type, StringComparer.Ordinal))
            query.Fail("type", $"must be one of {string.Join(", ", EventTypes.All)}");
        var filter = new DeliveryFilter(
            query.OneOf<DeliveryState>("state", asked.State), asked.Type, StoredText.Of(asked.Endpoint),
            StoredText.Of(asked.PartnerReferenceNo), merchants.Filter(context.User, asked.Merchant, query.Fail));
        var size = query.Limit(asked.Limit);
        var after = query.Cursor(asked.Cursor, filter.Signature);
        if (query.Problem is { } problem)
            return problem;
        var found = await reader.ListAsync(filter, after, size + 1, context.RequestAborted);
        var (items, next) = query.Page(
            found, size, filter.Signature, item => new PagePosition(item.CreatedAt.ToUnixTimeMilliseconds(), item.Id));
        audit.NoteRead(context.User.KeyName(), AuditAction.ListEvents);
        return TypedResults.Ok(new DeliveryPage(items, next));
    }

    private static async Task<Results<Ok<DeliveryDetails>, ProblemResult>> ReadAsync(
        string id, HttpContext context, EventReader reader, AuditTrail audit)
    {
        if (await reader.FindAsync(id, context.User.Scope(), context.RequestAborted) is not { } view)
            return new ProblemResult(ProblemKind.NotFound.Build(NotFound));
        audit.NoteRead(context.User.KeyName(), AuditAction.ReadEvent, view.PartnerReferenceNo);
        return TypedResults.Ok(view);
    }

    private static async Task<Results<Accepted<DeliveryDetails>, ProblemResult>> RedeliverAsync(
        string id, HttpContext context, EventReader reader, EventRedelivery redelivery, IOptions<EventOptions> options)
    {
        if (await reader.FindAsync(id, context.User.Scope(), context.RequestAborted) is not { } view)
            return new ProblemResult(ProblemKind.NotFound.Build(NotFound));
        if (Find(options, view.Endpoint) is null)
            return new ProblemResult(EndpointGone());
        // Retention may have deleted it meanwhile.
        if (!await redelivery.RedeliverAsync(view.Id, context.User.KeyName())
            || await reader.FindAsync(id, context.User.Scope(), context.RequestAborted) is not { } after)
            return new ProblemResult(ProblemKind.NotFound.Build(NotFound));
        return TypedResults.Accepted((string?)null, after);
    }

    private static async Task<Results<Ok<RedeliveryCount>, ProblemResult>> RedeliverManyAsync(
        HttpContext context, EventRedelivery redelivery, PageCursors cursors, MerchantRing merchants, IOptions<EventOptions> options)
    {
        var (body, json, problem) = await JsonBody.ReadAsync(context.Request, EventsJson.Shared.RedeliverRequest, MaxBodyBytes);
        if (body is null)
            return problem!;
        var query = new ListQuery(cursors);
        foreach (var name in JsonBody.UnknownMembers(json.Span, EventsJson.Shared.RedeliverRequest))
            query.Fail(name, JsonBody.NotKnown);
        if (string.IsNullOrEmpty(body.Endpoint))
            query.Fail("endpoint", "is required");
        var state = query.OneOf<DeliveryState>("state", body.State ?? "");
        var (from, to) = (query.Time("createdFrom", body.CreatedFrom), query.Time("createdTo", body.CreatedTo));
        if (query.Problem is { } invalid)
            return invalid;
        // At an endpoint of all merchants, a key of one sends its own.
        if (Find(options, body.Endpoint!) is not { } endpoint
            || (endpoint.Merchant.Length > 0 && !merchants.MayUse(context.User, endpoint.Merchant)))
            return new ProblemResult(EndpointGone());
        var filter = new RedeliveryFilter(endpoint.Name, state!.Value, from, to, context.User.MerchantId());
        var count = body.DryRun == true
            ? await redelivery.CountAsync(filter, context.RequestAborted)
            : await redelivery.RedeliverAsync(filter, context.User.KeyName(), context.RequestAborted);
        return TypedResults.Ok(new RedeliveryCount(count));
    }

    private static async Task<Results<Ok<TestResult>, ProblemResult>> TestAsync(
        HttpContext context, EventSender sender, AuditTrail audit, PageCursors cursors, MerchantRing merchants,
        IOptions<EventOptions> options, TimeProvider clock)
    {
        var (body, json, problem) = await JsonBody.ReadAsync(context.Request, EventsJson.Shared.TestRequest, MaxBodyBytes);
        if (body is null)
            return problem!;
        var query = new ListQuery(cursors);
        foreach (var name in JsonBody.UnknownMembers(json.Span, EventsJson.Shared.TestRequest))
            query.Fail(name, JsonBody.NotKnown);
        if (string.IsNullOrEmpty(body.Endpoint))
            query.Fail("endpoint", "is required");
        if (query.Problem is { } invalid)
            return invalid;
        if (Find(options, body.Endpoint!) is not { } endpoint || !merchants.MayUse(context.User, endpoint.Merchant))
            return new ProblemResult(EndpointGone());
        audit.NoteRead(context.User.KeyName(), AuditAction.TestEvent);
        var now = clock.GetUtcNow();
        var result = await sender.SendAsync(
            endpoint, $"evt_{Guid.CreateVersion7(now):N}", EventMessage.Test(now).ToJson(), context.RequestAborted);
        return TypedResults.Ok(new TestResult { Status = result.HttpStatus, Error = result.Error, Milliseconds = result.DurationMs });
    }

    private static EventEndpointOptions? Find(IOptions<EventOptions> options, string name) =>
        options.Value.Endpoints.FirstOrDefault(endpoint => endpoint.Name == name);

    private static LinkageProblem EndpointGone() =>
        ProblemKind.EndpointUnknown.Build("This instance has no endpoint of that name in Events:Endpoints; nothing was changed or sent.");

    internal sealed class ListParameters
    {
        [FromQuery(Name = "state")] public string? State { get; init; }
        [FromQuery(Name = "type")] public string? Type { get; init; }
        [FromQuery(Name = "endpoint")] public string? Endpoint { get; init; }
        [FromQuery(Name = "partnerReferenceNo")] public string? PartnerReferenceNo { get; init; }
        [FromQuery(Name = "merchant")] public string? Merchant { get; init; }
        [FromQuery(Name = "limit")] public string? Limit { get; init; }
        [FromQuery(Name = "cursor")] public string? Cursor { get; init; }
    }
}
