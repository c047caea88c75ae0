using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>A real server on a port that the system chooses.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> notes = new();
    private readonly WebApplication app;

    private LoopbackServer(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    public IReadOnlyList<string> Notes => [.. notes];

    /// <param name="handle">Answers a request.</param>
    /// <param name="certificate">With it, the server speaks HTTP/2 over TLS, otherwise HTTP/1.1 in clear.</param>
    public static async Task<LoopbackServer> StartAsync(
        Func<HttpContext, LoopbackServer, Task> handle, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var server = new LoopbackServer(builder.Build());
        server.app.Run(context => handle(context, server));
        await server.app.StartAsync();
        return server;
    }

    public void Note(string text) => notes.Enqueue(text);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
