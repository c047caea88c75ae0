using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Scenarios;

internal static class ScenarioTable
{
    public static readonly Scenario Default = new(
        "", "person", "widget issued; a person decides on the page; a phone approved before is answered 2000002", call => call.AskPerson());

    public static readonly IReadOnlyList<Scenario> All =
    [
        new("0001", "approve", "approves by itself after 2 s", call => call.Issue(call.Approval())),
        new("0002", "reject", "rejects by itself after 2 s", call => call.Issue(call.Rejection())),
        new("0003", "in-process", "answers 2020000", _ => Reply.InProcess),
        new("0004", "already-approved", "answers 2000002", _ => Reply.Approved),
        new("0005", "already-rejected", "answers 2000001", _ => Reply.Rejected),
        new("0006", "one-at-a-time", "like any phone, but answers 2020000 while it has an open widget", call => call.AskPersonOnce()),
        new("0011", "approve-thrice", "approves after 2 s, notification sent three times at once",
            call => call.Issue(call.Approval() with { Copies = 3 })),
        new("0012", "reject-kys", "rejects after 2 s, spelling kysMessage",
            call => call.Issue(call.Rejection() with { MessageField = "kysMessage" })),
        new("0013", "notify-first", "approves; the notification arrives before the widget response", call => call.NotifyThenIssueAsync()),
        new("0014", "contradict", "approves after 2 s, a contradicting rejection follows 60 s later",
            call => call.Issue(call.Approval(), call.LateRejection())),
        new("0015", "silent", "a person decides, but no notification is ever sent", call => call.AskPerson(silent: true)),
        new("0016", "expired", "widget issued whose page has expired, with an expiryTime two seconds ahead", call => call.IssueExpired()),
        new("0021", "general-error", "HTTP 500 5000000", _ => Reply.GeneralError),
        new("0022", "stall", "once per reference: uses it up and answers after 60 s; then 4090001", call => call.IssueThenStallAsync()),
        new("0023", "hang-up", "once per reference: uses it up and closes the connection; then 4090001", call => call.IssueThenHangUp()),
        new("0024", "used-up", "409 4090001", _ => Reply.UsedUp),
        new("0025", "unauthorised", "401 4010000", _ => Reply.Unauthorised),
        new("0026", "not-json", "200 with a body that is not JSON", _ => Reply.NotJson),
        new("0031", "token-expired", "once per reference: 401 4010001, and the token of that request becomes invalid",
            call => call.RefuseToken()) { Once = true },
        new("0032", "external-id-used", "once per reference: 409 4090000", _ => Reply.ExternalIdUsed) { Once = true },
    ];

    public static Scenario? Find(string? digitsOrName) => All.FirstOrDefault(s => s.Digits == digitsOrName || s.Name == digitsOrName);

    public static Scenario ForPhone(string phone) => Find(phone[^4..]) ?? Default;
}
