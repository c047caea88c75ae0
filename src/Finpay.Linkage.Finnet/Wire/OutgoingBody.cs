using System.Security.Cryptography;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>
/// The bytes of one request, made once, hashed, signed and sent as often as needed: JSON, and the images in the holes that it has for them, each from the memory in
/// which it lies.
/// </summary>
internal sealed class OutgoingBody
{
    private readonly byte[] json;
    private readonly List<(int At, ImageDataUri Image)> images = [];

    /// <param name="json">Has an empty text for every image.</param>
    /// <param name="inOrder">The images, as they follow each other in it.</param>
    public OutgoingBody(byte[] json, params ReadOnlySpan<ImageDataUri?> inOrder)
    {
        this.json = json;
        Length = json.Length;
        // In a text each quotation mark has a backslash before it: this is found where a member stands, and nowhere else.
        var hole = "\"base64\":\"\""u8;
        var at = 0;
        foreach (var image in inOrder)
        {
            if (image is null)
                continue;
            at += json.AsSpan(at).IndexOf(hole) + hole.Length;
            images.Add((at - 1, image));
            Length += image.Length;
        }
    }

    public long Length { get; }

    /// <summary>The hash of the whole, in lower-case hex.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var from = 0;
        foreach (var (at, image) in images)
        {
            hash.AppendData(json.AsSpan(from..at));
            hash.AppendData(image.Reveal().Span);
            from = at;
        }

        hash.AppendData(json.AsSpan(from));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Writes all of it. On HTTP/2 this may still be at work when the request has long been answered or given up: until it ends, no image goes back to the pool.
    /// </summary>
    /// <exception cref="ObjectDisposedException">An image was disposed of before.</exception>
    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var held = 0;
        try
        {
            foreach (var (_, image) in images)
            {
                image.Hold();
                held++;
            }

            var from = 0;
            foreach (var (at, image) in images)
            {
                await stream.WriteAsync(json.AsMemory(from..at), cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(image.RevealHeld(), cancellationToken).ConfigureAwait(false);
                from = at;
            }

            await stream.WriteAsync(json.AsMemory(from), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            while (held > 0)
                images[--held].Image.Release();
        }
    }
}
