using System.Buffers;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>What an answer brings beside its code: a body up to a cap, and how long to wait.</summary>
internal static class AnswerBody
{
    // The documented answers are under 1 KiB.
    private const int MaxBytes = 64 * 1024;

    // Nobody waits for a year because a gateway says so.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>The body; null when it is longer than 64 KiB or does not decompress.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
            try
            {
                var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxBytes + 1), MaxBytes + 1, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                return read > MaxBytes ? null : buffer[..read];
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
            {
                // A compressed body that does not decompress; Brotli says it by the second.
                return null;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            }
        }
    }

    /// <summary>Retry-After, as seconds or as a date: from nothing to an hour.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }
}
