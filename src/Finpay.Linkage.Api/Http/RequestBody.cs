namespace Finpay.Linkage.Api.Http;

/// <summary>Receives a whole request body.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 16 * 1024;

    /// <returns>The bytes, or null when there are more than <paramref name="maxBytes"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            return null;
        // With a length, one array is enough, and a photo is never copied. Without one, the array grows.
        var body = GC.AllocateUninitializedArray<byte>((int)(request.ContentLength ?? Math.Min(FirstBuffer, maxBytes + 1)));
        var length = 0;
        try
        {
            while (true)
            {
                length += await request.Body.ReadAtLeastAsync(
                    body.AsMemory(length), body.Length - length, throwOnEndOfStream: false, cancellationToken);
                if (length == request.ContentLength)
                    return body;
                if (length < body.Length)
                    return body[..length];
                if (length > maxBytes)
                    return null;
                Array.Resize(ref body, Math.Min(2 * length, maxBytes + 1));
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            // A chunk length that no number holds, or a broken connection: the caller's error, whatever the server calls it.
            throw new BadHttpRequestException("The request body could not be read.", exception);
        }
    }
}
