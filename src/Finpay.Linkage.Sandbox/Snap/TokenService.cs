using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>Issues B2B tokens. Only the fingerprint of a token is recorded.</summary>
internal sealed class TokenService(TokenJudge judge, SnapTokens tokens, RequestRecorder recorder)
{
    public const string Path = "/v1.0/access-token/b2b";

    public async Task AnswerAsync(HttpContext http)
    {
        var body = await RequestRecorder.ReadBodyAsync(http);
        var verdict = judge.Examine(http.Request, body);
        var request = recorder.Record(http, body, verdict);
        var (answer, shown) = verdict.Problems is [var first, ..] ? (Reply.Of(first), Reply.Of(first)) : Issue();
        recorder.Answered(request, shown);
        await answer.SendAsync(http);
    }

    private (Reply Answer, Reply Shown) Issue()
    {
        var token = tokens.Issue();
        return (Reply.Token(token, SnapTokens.LifetimeSeconds), Reply.Token(Fingerprint.Of(token), SnapTokens.LifetimeSeconds));
    }
}
