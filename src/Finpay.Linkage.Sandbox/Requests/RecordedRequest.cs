using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>A request as it arrived; the answer is added later.</summary>
internal sealed class RecordedRequest(
    DateTimeOffset time, string method, string path, IReadOnlyDictionary<string, string> headers, byte[] body, Verdict verdict)
{
    public string Id { get; } = Guid.NewGuid().ToString("N");

    public DateTimeOffset Time => time;

    public string Method => method;

    public string Path => path;

    public IReadOnlyDictionary<string, string> Headers => headers;

    public int BodyLength { get; } = body.Length;

    /// <summary>Null after it was dropped to make room for newer bodies.</summary>
    public byte[]? Body { get; private set; } = body;

    public Verdict Verdict { get; private set; } = verdict;

    public string? Scenario { get; set; }

    public Reply? Answer { get; set; }

    /// <summary>Drops what is large. Code that already holds the verdict keeps it complete.</summary>
    public void DropBody()
    {
        if (Body is not null)
            (Body, Verdict) = (null, Verdict.WithoutImages());
    }
}
