using System.Buffers;

namespace Finpay.Linkage.Finnet;

/// <summary>Reads the body of an answer up to a limit, and how long Finnet asks to wait.</summary>
internal static class AnswerBody
{
    // The documented answers are under 1 KiB.
    private const int MaxBytes = 64 * 1024;

    // A gateway may ask for a year; no caller waits that long.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>What an answer is that can't be read, for the log: status and content type, nothing of the body.</summary>
    public static string Describe(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "no content type";
        return $"HTTP {(int)response.StatusCode}, {type[..Math.Min(type.Length, 64)]}";
    }

    /// <returns>The body; empty, which is no JSON, when it is longer than 64 KiB or does not decompress.</returns>
    public static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
            try
            {
                var read = await stream.ReadAtLeastAsync(
                    buffer.AsMemory(0, MaxBytes + 1), MaxBytes + 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return read > MaxBytes ? [] : buffer[..read];
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
            {
                // The body does not decompress; Brotli throws the second exception.
                return [];
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            }
        }
    }

    /// <returns>Retry-After, given in seconds or as a date, between zero and one hour; null without that header.</returns>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - clock.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }
}
