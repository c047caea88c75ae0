using Finpay.Linkage.Sandbox.Judging;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>A request as it arrived; the answer is added when there is one.</summary>
internal sealed class RecordedRequest(
    DateTimeOffset time, string method, string path, IReadOnlyDictionary<string, string> headers, byte[] body, Verdict verdict)
{
    public string Id { get; } = Guid.NewGuid().ToString("N");

    public DateTimeOffset Time => time;

    public string Method => method;

    public string Path => path;

    public IReadOnlyDictionary<string, string> Headers => headers;

    public int BodyLength { get; } = body.Length;

    /// <summary>Null once newer bodies needed the room.</summary>
    public byte[]? Body { get; private set; } = body;

    public Verdict Verdict { get; private set; } = verdict;

    public string? Scenario { get; set; }

    public Reply? Answer { get; set; }

    /// <summary>Gives up what is large; whoever still works with the verdict has it whole.</summary>
    public void DropBody()
    {
        if (Body is not null)
            (Body, Verdict) = (null, Verdict.WithoutImages());
    }
}
