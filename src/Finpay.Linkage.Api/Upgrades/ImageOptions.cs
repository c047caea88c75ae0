using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Limits the bytes of image requests in memory. Beyond it a request is refused before its body is read.</summary>
internal sealed class ImageAdmission(IOptions<ImageOptions> options)
{
    private readonly int largest = options.Value.MaxRequestBytes;
    private readonly long limit = options.Value.MaxBytesInFlight;
    private long inFlight;

    /// <returns>What is to be disposed of when the request has ended; null when there is no room.</returns>
    public Place? TryEnter(long? contentLength)
    {
        // A body without a length counts as the largest, one without images as nothing; what is too large is refused unread.
        var bytes = contentLength ?? largest;
        if (bytes <= ImageOptions.OtherBytes || bytes > largest)
            return new Place(this, 0);
        if (Interlocked.Add(ref inFlight, bytes) <= limit)
            return new Place(this, bytes);
        Interlocked.Add(ref inFlight, -bytes);
        return null;
    }

    public sealed class Place(ImageAdmission admission, long bytes) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref admission.inFlight, -bytes);
    }
}

/// <summary>Configuration section <c>Images</c>.</summary>
public sealed class ImageOptions
{
    public const string SectionName = "Images";

    /// <summary>Room for the other members of a create request.</summary>
    internal const int OtherBytes = 64 * 1024;

    /// <summary>Largest image, decoded, in bytes.</summary>
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>Bodies of all image requests together, in bytes. The default fits into 512 MiB of memory.</summary>
    public long MaxBytesInFlight { get; set; } = 128 * 1024 * 1024;

    /// <summary>Largest create request, in bytes: two images in Base64 (4/3), and the rest.</summary>
    public int MaxRequestBytes => (int)Math.Min(int.MaxValue - 1, (2L * 4 * MaxBytes / 3) + OtherBytes);
}

internal sealed class ImageOptionsValidator : IValidateOptions<ImageOptions>
{
    public ValidateOptionsResult Validate(string? name, ImageOptions options)
    {
        var failures = new SettingsFailures(ImageOptions.SectionName);
        if (options.MaxBytes is < 1024 or > 64 * 1024 * 1024)
            failures.Add(nameof(options.MaxBytes), "must be from 1024 to 67108864");
        else if (options.MaxBytesInFlight < options.MaxRequestBytes)
            failures.Add(nameof(options.MaxBytesInFlight), $"must be at least {options.MaxRequestBytes}, the largest create request");
        return failures.ToResult();
    }
}
