using System.Text.RegularExpressions;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.ConsolePages;
using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.Scenarios;
using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.Shop;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Finpay.Linkage.Sandbox.StandIn;

internal sealed record AdvanceClock(double AdvanceSeconds);

internal sealed record ForgetPhone(string? PhoneNo);

internal sealed record QueueScenario(string? Scenario, string? PhoneNo = null, int Count = 1);

internal sealed record ControlError(string Error, IEnumerable<string>? Known = null);

/// <summary>The sandbox's own endpoints, which Finnet does not have: they show and control what the stand-in does.</summary>
internal static partial class SandboxControl
{
    private const int LongestList = 200;

    public static void MapSandboxControl(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(OwnPagesOnly.Check);
        group.MapGet("/requests", GetRequests);
        group.MapGet("/requests/{id}", GetRequest);
        group.MapGet("/requests/{id}/images/{name}", GetImage);
        group.MapGet("/sessions", GetSessions);
        group.MapGet("/scenarios", GetScenarios);
        group.MapPost("/scenarios", QueueScenario);
        group.MapDelete("/scenarios", ClearQueue);
        group.MapGet("/clock", GetClock);
        group.MapPost("/clock", AdvanceClockAsync);
        group.MapDelete("/clock", BackToRealTimeAsync);
        group.MapPost("/phones/forget", ForgetPhone);
        group.MapNotificationControl();
        group.MapDeliveryControl();
        group.MapGet("/console", (ConsoleState state) => TypedResults.Ok(state.Now()));
        group.MapGet("/events", (ConsoleEvents events, HttpContext http) => events.Open(http));

        // Without this route the stand-in's fallback records the call as a request to Finnet.
        group.Map("/{**rest}", (HttpRequest request) =>
            TypedResults.NotFound(new ControlError($"The sandbox has no {request.Method} {request.Path}.")));
    }

    private static Ok<IEnumerable<object>> GetRequests(RequestLog log, bool full = false) =>
        TypedResults.Ok(log.Newest().Select(request => RequestView.Of(request, full)));

    private static Results<Ok<object>, NotFound> GetRequest(string id, RequestLog log) =>
        log.Find(id) is { } request ? TypedResults.Ok(RequestView.Opened(request)) : TypedResults.NotFound();

    private static Results<FileContentHttpResult, NotFound> GetImage(string id, string name, RequestLog log, HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        return log.Find(id)?.Verdict[$"images.{name}.base64"] is { } value && ImageData.TryRead(value, out var image, out _)
            ? TypedResults.File(image.Bytes, image.ContentType)
            : TypedResults.NotFound();
    }

    private static Ok<IEnumerable<object>> GetSessions(SessionStore store, SandboxClock clock) => TypedResults.Ok(
        store.All.OrderByDescending(s => s.CreatedAt).Take(LongestList).Select(s => SessionView.Of(s, clock.GetUtcNow())));

    private static Ok<object> GetScenarios(ScenarioQueue queue) => TypedResults.Ok<object>(new
    {
        scenarios = ScenarioTable.All.Select(s => new { endsIn = s.Digits, s.Name, s.Description }),
        otherwise = ScenarioTable.Default.Description,
        queue = queue.Queued,
    });

    private static Results<Ok<QueuedScenario>, BadRequest<ControlError>> QueueScenario(QueueScenario wish, ScenarioQueue queue)
    {
        if (ScenarioTable.Find(wish.Scenario) is not { } scenario)
        {
            var known = ScenarioTable.All.SelectMany(s => new[] { s.Digits, s.Name });
            return TypedResults.BadRequest(new ControlError($"There is no scenario '{wish.Scenario}'.", known));
        }

        if (wish.Count is < 1 or > 1000)
            return TypedResults.BadRequest(new ControlError("count must be 1 to 1000."));

        var phone = wish.PhoneNo is null ? null : Canonical(wish.PhoneNo);
        if (wish.PhoneNo is not null && phone is null)
            return WrongPhone();

        var queued = new QueuedScenario(scenario.Digits, phone, wish.Count);
        queue.Add(queued);
        return TypedResults.Ok(queued);
    }

    private static NoContent ClearQueue(ScenarioQueue queue)
    {
        queue.Clear();
        return TypedResults.NoContent();
    }

    /// <summary>Everything the stand-in knows about a phone, so that it can be upgraded once more.</summary>
    private static Results<NoContent, BadRequest<ControlError>> ForgetPhone(ForgetPhone wish, SessionStore store, RequestLog log)
    {
        if (Canonical(wish.PhoneNo ?? "") is not { } phone)
            return WrongPhone();

        store.Forget(phone);
        log.Forget(phone);
        return TypedResults.NoContent();
    }

    private static string? Canonical(string phone) =>
        LocalPrefix().Replace(phone, "628") is var canonical && CanonicalPhone().IsMatch(canonical) ? canonical : null;

    private static BadRequest<ControlError> WrongPhone() =>
        TypedResults.BadRequest(new ControlError("phoneNo must be a mobile number, 628… or 08…"));

    private static Ok<object> GetClock(SandboxClock clock) =>
        TypedResults.Ok<object>(new { now = clock.GetUtcNow(), offsetSeconds = clock.Offset.TotalSeconds });

    private static async Task<Results<Ok<object>, BadRequest<ControlError>>> AdvanceClockAsync(
        AdvanceClock advance, SandboxClock clock, NotificationSender sender)
    {
        if (advance.AdvanceSeconds is not (>= 0 and <= 366 * 86400d))
            return TypedResults.BadRequest(new ControlError("advanceSeconds must be from 0 to one year."));

        await sender.AdvanceAsync(TimeSpan.FromSeconds(advance.AdvanceSeconds));
        return GetClock(clock);
    }

    private static async Task<Ok<object>> BackToRealTimeAsync(SandboxClock clock, NotificationSender sender)
    {
        await sender.BackToRealTimeAsync();
        return GetClock(clock);
    }

    [GeneratedRegex("^(\\+?62|0)8", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LocalPrefix();

    [GeneratedRegex("^62[0-9]{8,13}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CanonicalPhone();
}
