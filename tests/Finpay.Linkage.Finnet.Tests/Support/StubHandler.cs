using System.Collections.Concurrent;

namespace Finpay.Linkage.Finnet.Tests.Support;

internal sealed record ReceivedRequest(HttpMethod Method, Uri Uri, string ContentType, string Accept, byte[] Body);

/// <summary>Replaces the network: reads the whole request, then answers the n-th one (from 1) as the test says.</summary>
internal sealed class StubHandler(Func<int, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<ReceivedRequest> requests = new();

    public StubHandler(Func<int, HttpResponseMessage> answer)
        : this((number, _) => Task.FromResult(answer(number)))
    {
    }

    public IReadOnlyList<ReceivedRequest> Requests => [.. requests];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        requests.Enqueue(new ReceivedRequest(
            request.Method, request.RequestUri!, request.Content.Headers.ContentType!.ToString(), request.Headers.Accept.ToString(), body));
        return await answer(requests.Count, cancellationToken);
    }
}

/// <summary>A network that reads nothing: the n-th attempt (from 1) ends as the test says before a byte is read.</summary>
internal sealed class UnreachableHandler(Func<int, CancellationToken, Task> end) : HttpMessageHandler
{
    private int attempts;

    public UnreachableHandler()
        : this((_, _) => throw new HttpRequestException("No route to host."))
    {
    }

    public int Attempts => Volatile.Read(ref attempts);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await end(Interlocked.Increment(ref attempts), cancellationToken);
        throw new HttpRequestException("No route to host.");
    }
}
