using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.Scenarios;
using Finpay.Linkage.Sandbox.Sessions;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>Finnet's side of the widget request: judge, choose a scenario, answer, and keep a record of all three.</summary>
internal sealed class WidgetService(
    Judge judge, RequestLog log, ScenarioQueue queue, SessionStore store, SessionFiles files, NotificationSender sender, SandboxClock clock)
{
    public const string Path = "/api/v1.0/upgrade-account-widget";

    private static readonly string[] HeadersThatMatter =
    [
        "Content-Type", "Content-Length", "User-Agent", "X-TIMESTAMP", "X-SIGNATURE", "ORIGIN", "X-EXTERNAL-ID", "X-PARTNER-ID",
        "CHANNEL-ID", "traceparent",
    ];

    public async Task AnswerAsync(HttpContext http)
    {
        var body = await ReadBodyAsync(http);
        var verdict = judge.Examine(http.Request.ContentType, body);
        var request = Record(http, body, verdict);
        var answer = verdict.Problems is [var first, ..] ? Reply.Of(first) : await PlayAsync(http, request);
        log.Answered(request, answer);
        await SendAsync(http, answer);
    }

    /// <summary>A request that found no service of Finnet's, for a merchant who wonders where it went.</summary>
    public async Task AnswerUnknownPathAsync(HttpContext http)
    {
        var verdict = new Verdict();
        verdict.Add(new Problem("", $"Finnet has no {http.Request.Method} {http.Request.Path}", "4040000", "Not Found"));
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            log.Answered(Record(http, await ReadBodyAsync(http), verdict), Reply.NotFound);

        await SendAsync(http, Reply.NotFound);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }

    private static async Task SendAsync(HttpContext http, Reply reply)
    {
        if (reply == Reply.HungUp)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.ContentType;
        await http.Response.WriteAsync(reply.Body, http.RequestAborted);
    }

    private Task<Reply> PlayAsync(HttpContext http, RecordedRequest request)
    {
        var phone = request.Verdict["phoneNo"]!;
        var scenario = queue.Take(phone) ?? ScenarioTable.ForPhone(phone);
        request.Scenario = scenario.Name;
        return scenario.Play(new WidgetCall(request.Verdict, store, files, sender, clock, http));
    }

    private RecordedRequest Record(HttpContext http, byte[] body, Verdict verdict)
    {
        var headers = HeadersThatMatter
            .Where(name => http.Request.Headers.ContainsKey(name))
            .ToDictionary(name => name, name => http.Request.Headers[name].ToString(), StringComparer.OrdinalIgnoreCase);
        var path = http.Request.Path + http.Request.QueryString;
        var request = new RecordedRequest(clock.GetUtcNow(), http.Request.Method, path, headers, body, verdict);
        log.Add(request);
        return request;
    }
}
