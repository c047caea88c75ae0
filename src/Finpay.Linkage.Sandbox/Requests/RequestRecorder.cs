using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.Snap;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>Records requests and answers, without the secrets in headers.</summary>
internal sealed class RequestRecorder(RequestLog log, SandboxClock clock)
{
    private static readonly string[] HeadersThatMatter =
    [
        "Content-Type", "Content-Length", "User-Agent", "Authorization", "X-CLIENT-KEY", "X-TIMESTAMP", "X-SIGNATURE", "ORIGIN",
        "X-EXTERNAL-ID",
        "X-PARTNER-ID", "CHANNEL-ID", "traceparent",
    ];

    public static async Task<byte[]> ReadBodyAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }

    public RecordedRequest Record(HttpContext http, byte[] body, Verdict verdict)
    {
        var headers = HeadersThatMatter
            .Where(name => http.Request.Headers.ContainsKey(name))
            .ToDictionary(name => name, name => Shown(name, http.Request.Headers[name].ToString()), StringComparer.OrdinalIgnoreCase);
        var path = http.Request.Path + http.Request.QueryString;
        var request = new RecordedRequest(clock.GetUtcNow(), http.Request.Method, path, headers, body, verdict);
        log.Add(request);
        return request;
    }

    public void Answered(RecordedRequest request, Reply answer) => log.Answered(request, answer);

    private static string Shown(string name, string value) => name switch
    {
        "Authorization" when Bearer.TokenOf(value) is { } token => Bearer.Scheme + Fingerprint.Of(token),
        "Authorization" => Fingerprint.Of(value),
        _ => value,
    };
}
