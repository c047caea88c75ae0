using System.Net;
using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet;

/// <summary>The bytes of one request: made once, then hashed, signed and sent as often as needed.</summary>
/// <param name="parts">JSON and images in turn; the images are sent from where they lie.</param>
internal sealed class OutgoingBody(IReadOnlyList<ReadOnlyMemory<byte>> parts)
{
    public long Length { get; } = parts.Sum(part => (long)part.Length);

    /// <summary>The hash of the whole, in lower-case hex.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
            hash.AppendData(part.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        foreach (var part in parts)
            await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>
/// The body of one attempt. It knows whether any part of it was given to a connection. If not, the request had no effect, whatever the
/// exception looks like.
/// </summary>
internal sealed class TrackedContent(OutgoingBody body) : HttpContent
{
    private volatile bool started;

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
