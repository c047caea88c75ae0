using Finpay.Linkage.Api.Settings;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>Limits the bytes of image requests in memory, of all callers and of each. Beyond it a body is not read.</summary>
internal sealed class ImageAdmission(IOptions<ImageOptions> options)
{
    private readonly int largest = options.Value.MaxRequestBytes;
    private readonly Lock gate = new();
    // By key name, of which the settings have a few.
    private readonly Dictionary<string, long> inFlightOf = new(StringComparer.Ordinal);
    private long inFlight;

    /// <returns>What is to be disposed of when the request has ended; null when there is no room.</returns>
    public Place? TryEnter(long? contentLength, string keyName)
    {
        // A body without a length counts as the largest, one without images as nothing; what is too large is refused unread.
        var bytes = contentLength ?? largest;
        if (bytes <= ImageOptions.OtherBytes || bytes > largest)
            bytes = 0;
        lock (gate)
        {
            var own = inFlightOf.GetValueOrDefault(keyName) + bytes;
            if (bytes > 0 && (own > options.Value.MaxBytesOfOneKey || inFlight + bytes > options.Value.MaxBytesInFlight))
                return null;
            inFlightOf[keyName] = own;
            inFlight += bytes;
        }

        return new Place(this, keyName, bytes);
    }

    private void Leave(string keyName, long bytes)
    {
        lock (gate)
        {
            inFlightOf[keyName] -= bytes;
            inFlight -= bytes;
        }
    }

    public sealed class Place(ImageAdmission admission, string keyName, long bytes) : IDisposable
    {
        public void Dispose() => admission.Leave(keyName, bytes);
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

    /// <summary>Those of one key name, so that the others go on; half of all when it is not set.</summary>
    public long? MaxBytesInFlightPerKey { get; set; }

    /// <summary>Half, but never less than one request.</summary>
    internal long MaxBytesOfOneKey => MaxBytesInFlightPerKey ?? Math.Max(MaxBytesInFlight / 2, MaxRequestBytes);

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
        else if (options.MaxBytesInFlightPerKey < options.MaxRequestBytes || options.MaxBytesInFlightPerKey > options.MaxBytesInFlight)
            failures.Add(
                nameof(options.MaxBytesInFlightPerKey),
                $"must be from {options.MaxRequestBytes}, the largest create request, to {options.MaxBytesInFlight}, MaxBytesInFlight");
        return failures.ToResult();
    }
}
