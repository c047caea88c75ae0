using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.Scenarios;
using Finpay.Linkage.Sandbox.Snap;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>Finnet's side of the widget request: judges it, chooses a scenario, answers, and records all of it.</summary>
/// <param name="judge">Checks the body.</param>
/// <param name="recorder">Records requests and answers.</param>
/// <param name="player">Answers correct requests.</param>
/// <param name="snap">Checks the headers; null if SNAP B2B is off.</param>
internal sealed class WidgetService(Judge judge, RequestRecorder recorder, ScenarioPlayer player, SnapJudge? snap = null)
{
    public const string Path = "/api/v1.0/upgrade-account-widget";

    public async Task AnswerAsync(HttpContext http)
    {
        var body = await RequestRecorder.ReadBodyAsync(http);
        var verdict = judge.Examine(http.Request.ContentType, body);
        if (snap is not null)
            verdict.AddFirst(snap.Examine(http.Request, body));

        var request = recorder.Record(http, body, verdict);
        var answer = verdict.Problems is [var first, ..] ? Reply.Of(first) : await player.PlayAsync(http, request);
        recorder.Answered(request, answer);
        await answer.SendAsync(http);
    }

    /// <summary>Records a request to a path that Finnet does not have, so that the merchant can find it.</summary>
    public async Task AnswerUnknownPathAsync(HttpContext http)
    {
        var verdict = new Verdict();
        verdict.Add(new Problem("", $"Finnet has no {http.Request.Method} {http.Request.Path}", "4040000", "Not Found"));
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            recorder.Answered(recorder.Record(http, await RequestRecorder.ReadBodyAsync(http), verdict), Reply.NotFound);

        await Reply.NotFound.SendAsync(http);
    }
}
