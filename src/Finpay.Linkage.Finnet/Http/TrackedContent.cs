using System.Net;
using System.Net.Http.Headers;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// The body of one attempt. It knows whether any part of it was given to a connection. If not, the request had no effect, whatever the
/// exception looks like.
/// </summary>
internal sealed class TrackedContent : HttpContent
{
    private readonly OutgoingBody body;
    private volatile bool started;

    public TrackedContent(OutgoingBody body)
    {
        this.body = body;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    public bool Started => started;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        started = true;
        return body.WriteAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
