using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Http;

/// <summary>Reads a whole request body into pooled memory.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 16 * 1024;

    /// <returns>The bytes, or null when there are more than <paramref name="maxBytes"/>.</returns>
    public static async Task<PooledBytes?> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
            return null;
        var body = new PooledBytes((int)Math.Min(request.ContentLength + 1 ?? FirstBuffer, maxBytes + 1));
        var complete = false;
        try
        {
            complete = await FillAsync(body, request, maxBytes);
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

    private static async Task<bool> FillAsync(PooledBytes body, HttpRequest request, int maxBytes)
    {
        while (body.Length <= maxBytes)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(), request.HttpContext.RequestAborted);
            if (read == 0)
                return true;
            body.Advance(read);
        }

        return false;
    }
}
