using System.Buffers;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>A whole request body, in pooled memory that is cleared and given back when this is disposed of.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBuffer = 16 * 1024;

    // Where images begin.
    private const int LargestShared = 64 * 1024;
    private const int LargestPooled = 256 * 1024 * 1024;
    private const int MostPooled = 32;

    // The shared pool keeps arrays for each thread, where no other thread finds them: with arrays of megabytes that is memory for nothing, and misses.
    private static readonly ArrayPool<byte> LargePool = ArrayPool<byte>.Create(LargestPooled, MostPooled);

    private byte[] buffer;
    private int length;

    private RequestBody(int size) => buffer = PoolOf(size).Rent(size);

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <returns>The bytes, or null when there are more than <paramref name="maxBytes"/>.</returns>
    public static async Task<RequestBody?> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
            return null;
        var body = new RequestBody((int)Math.Min(request.ContentLength + 1 ?? FirstBuffer, maxBytes + 1));
        var complete = false;
        try
        {
            complete = await body.FillAsync(request, maxBytes);
            return complete ? body : null;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // A chunk whose length no number holds, a connection that broke: the caller's doing, whatever the server calls it.
            throw new BadHttpRequestException("The request body could not be read.", exception);
        }
        finally
        {
            if (!complete)
                body.Dispose();
        }
    }

    public void Dispose()
    {
        var returned = buffer;
        if (returned.Length == 0)
            return;
        buffer = [];
        returned.AsSpan(0, length).Clear();
        PoolOf(returned.Length).Return(returned);
    }

    private async Task<bool> FillAsync(HttpRequest request, int maxBytes)
    {
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), request.HttpContext.RequestAborted);
            if (read == 0)
                return true;
            length += read;
            if (length > maxBytes)
                return false;
            if (length == buffer.Length)
                Grow();
        }
    }

    private void Grow()
    {
        var smaller = buffer;
        buffer = PoolOf(smaller.Length * 2).Rent(smaller.Length * 2);
        smaller.AsSpan().CopyTo(buffer);
        PoolOf(smaller.Length).Return(smaller, clearArray: true);
    }

    // The shared pool's arrays have sizes of powers of two: one for a size up to the limit is never larger than it.
    private static ArrayPool<byte> PoolOf(int size) => size <= LargestShared ? ArrayPool<byte>.Shared : LargePool;
}
