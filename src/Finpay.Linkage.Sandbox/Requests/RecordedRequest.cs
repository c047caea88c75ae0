using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>A request as it arrived; the answer is added when there is one.</summary>
internal sealed class RecordedRequest(
    DateTimeOffset time, string method, string path, IReadOnlyDictionary<string, string> headers, byte[] body, Verdict verdict)
{
    public DateTimeOffset Time => time;

    public string Method => method;

    public string Path => path;

    public IReadOnlyDictionary<string, string> Headers => headers;

    public int BodyLength { get; } = body.Length;

    /// <summary>Null once newer bodies needed the room.</summary>
    public byte[]? Body { get; set; } = body;

    public Verdict Verdict => verdict;

    public string? Scenario { get; set; }

    public Reply? Answer { get; set; }
}
