using System.Collections.Concurrent;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.Snap;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Scenarios;

/// <summary>Chooses the scenario for a correct request: the queued one, or else the one of its phone number.</summary>
internal sealed class ScenarioPlayer(
    ScenarioQueue queue, SessionStore store, SessionFiles files, NotificationSender sender, SandboxClock clock, SnapTokens tokens)
{
    private readonly ConcurrentDictionary<(string Scenario, string Reference), bool> played = new();

    public Task<Reply> PlayAsync(HttpContext http, RecordedRequest request)
    {
        var verdict = request.Verdict;
        var scenario = queue.Take(verdict.Phone!) ?? Scripted(verdict.Phone!, verdict["partnerReferenceNo"]!);
        request.Scenario = scenario.Name;
        return scenario.Play(new WidgetCall(verdict, store, files, sender, clock, tokens, http));
    }

    // Only for phone numbers: a queued scenario has its own count, so that it can be played twice in a row.
    private Scenario Scripted(string phone, string reference)
    {
        var scenario = ScenarioTable.ForPhone(phone);
        return scenario.Once && !played.TryAdd((scenario.Digits, reference), true) ? ScenarioTable.Default : scenario;
    }
}
