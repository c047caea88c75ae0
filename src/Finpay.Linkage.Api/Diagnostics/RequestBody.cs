using System.Buffers;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>Reads whole bodies, up to a cap.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 16 * 1024;

    /// <returns>The bytes, or null when there are more than <paramref name="maxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
            return null;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength + 1 ?? FirstBuffer, maxBytes + 1));
        try
        {
            var length = 0;
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), request.HttpContext.RequestAborted);
                if (read == 0)
                    return buffer[..length];
                length += read;
                if (length > maxBytes)
                    return null;
                if (length == buffer.Length)
                    buffer = Grow(buffer, length);
            }
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
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }


    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return larger;
    }
}
