using System.Collections.Immutable;
using Finpay.Linkage.Sandbox.ConsolePages;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>
/// The last requests, newest first. Bodies may hold megabytes of images, so those of the oldest requests are dropped first.
/// </summary>
internal sealed class RequestLog(ChangeSignal changes)
{
    private const int Kept = 200;
    private const int BodyBytesKept = 64 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly LinkedList<RecordedRequest> requests = [];

    public void Add(RecordedRequest request)
    {
        lock (gate)
        {
            requests.AddFirst(request);
            if (requests.Count > Kept)
                requests.RemoveLast();

            var bytes = 0L;
            foreach (var kept in requests)
            {
                bytes += kept.Body?.Length ?? 0;
                if (bytes > BodyBytesKept)
                    kept.DropBody();
            }
        }

        changes.Raise();
    }

    public void Answered(RecordedRequest request, Reply answer)
    {
        request.Answer = answer;
        changes.Raise();
    }

    public void Forget(string phone)
    {
        lock (gate)
        {
            foreach (var request in requests.Where(r => r.Verdict.Phone == phone).ToList())
                requests.Remove(request);
        }

        changes.Raise();
    }

    public RecordedRequest? Find(string id)
    {
        lock (gate)
            return requests.FirstOrDefault(r => r.Id == id);
    }

    public ImmutableArray<RecordedRequest> Newest()
    {
        lock (gate)
            return [.. requests];
    }
}
