using System.Buffers;
using System.Net.Http.Headers;

namespace Finpay.Linkage.Benchmarks.Servers;

/// <summary>
/// The lower bound in this runtime: streams the body through HttpClient unread, and the answer back. Nothing
/// is checked, encrypted, stored or logged.
/// </summary>
internal static class ForwarderServer
{
    public static async Task<int> RunAsync(Uri finnet)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, ActivityHeadersPropagator = null });
        var target = new Uri(finnet, "/api/v1.0/upgrade-account-widget");
        app.Run(async context =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StreamedBody(context.Request) };
            using var response = await client.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            context.Response.ContentLength = response.Content.Headers.ContentLength;
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await app.RunAndSayWhereAsync();
        return 0;
    }

    private sealed class StreamedBody : HttpContent
    {
        // Kestrel returns a body in blocks of 4 KB; writing all available blocks at once needs fewer system calls.
        private const int BufferSize = 64 * 1024;

        private readonly HttpRequest request;

        public StreamedBody(HttpRequest request)
        {
            this.request = request;
            Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType!);
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                while (await request.Body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                    await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = request.ContentLength ?? 0;
            return request.ContentLength is not null;
        }
    }
}
