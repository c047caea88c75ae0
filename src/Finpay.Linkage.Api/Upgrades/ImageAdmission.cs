namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// How many bytes of image requests are in memory at the same time (Images:MaxBytesInFlight). Beyond it a request is refused before its
/// body is read, so that a burst of photos can't take the process down.
/// </summary>
internal sealed class ImageAdmission(IOptions<ImageOptions> options)
{
    private readonly int largest = options.Value.MaxRequestBytes;
    private readonly long limit = options.Value.MaxBytesInFlight;
    private long inFlight;

    /// <param name="contentLength">Of the body; without one it counts as the largest that is taken.</param>
    /// <returns>What is to be disposed of when the request has ended; null when there is no room.</returns>
    public Place? TryEnter(long? contentLength)
    {
        var bytes = contentLength ?? largest;
        // Without images it counts for nothing, and what is too large is refused unread.
        if (bytes <= ImageOptions.OtherBytes || bytes > largest)
            return new Place(this, 0);
        if (Interlocked.Add(ref inFlight, bytes) <= limit)
            return new Place(this, bytes);
        Interlocked.Add(ref inFlight, -bytes);
        return null;
    }

    /// <summary>A request's part of it.</summary>
    public sealed class Place(ImageAdmission admission, long bytes) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref admission.inFlight, -bytes);
    }
}
