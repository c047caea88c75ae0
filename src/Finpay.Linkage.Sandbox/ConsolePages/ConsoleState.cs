using System.Text.Json;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.Scenarios;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.ConsolePages;

/// <summary>The data of the console's lists, newest first; the content of a request is fetched when it is opened.</summary>
internal sealed class ConsoleState(
    RequestLog log, SessionStore store, ScenarioQueue queue, SandboxClock clock, NotificationSender sender, ChangeSignal changes)
{
    private const int LongestList = 200;

    public object Now()
    {
        // The version is read first: a change during this method causes one more fetch and is never missed.
        var (version, _) = changes.Now();
        var sessions = store.All;
        var now = clock.GetUtcNow();
        return new
        {
            version,
            clock = new { now, offsetSeconds = clock.Offset.TotalSeconds },
            callback = sender.CallbackUrl,
            requests = log.Newest().Take(LongestList).Select(Summary),
            sessions = sessions.OrderByDescending(s => s.CreatedAt).Take(LongestList).Select(s => SessionView.Of(s, now)),
            notifications = NotificationView.Newest(sessions, LongestList),
            queue = queue.Queued,
        };
    }

    private static object Summary(RecordedRequest request) => new
    {
        request.Id,
        request.Time,
        request.Method,
        request.Path,
        partnerReferenceNo = request.Verdict["partnerReferenceNo"],
        phoneNo = request.Verdict.Phone,
        request.Scenario,
        problems = request.Verdict.Problems.Count,
        answer = request.Answer is null ? null : new { request.Answer.Status, responseCode = Code(request.Answer.Body) },
    };

    private static string? Code(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("responseCode", out var code) ? code.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
