using System.Security.Cryptography.X509Certificates;
using Finpay.Linkage.Finnet.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>
/// HTTP/2, which the client prefers: a request that is cut off is in doubt there too, unless the protocol guarantees that it is not.
/// </summary>
public sealed class Http2Tests : IDisposable
{
    private readonly X509Certificate2 certificate = Certificate.SelfSigned();

    [Fact]
    public async Task An_Answer_Over_Http_2_Is_An_Answer()
    {
        await using var server = await ServeAsync(async context =>
        {
            await ReadAsync(context);
            await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        await using var host = Host(server);
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync()).Kind);
        Assert.Equal(["HTTP/2"], server.Notes);
    }

    [Theory]
    [InlineData(0, false)] // NO_ERROR
    [InlineData(0, true)]
    [InlineData(2, false)] // INTERNAL_ERROR
    [InlineData(2, true)]
    [InlineData(8, false)] // CANCEL
    [InlineData(8, true)]
    [InlineData(11, true)] // ENHANCE_YOUR_CALM
    public async Task A_Stream_That_Is_Reset_Is_In_Doubt_And_The_Request_Came_Once(int error, bool read)
    {
        await using var server = await ServeAsync(async context =>
        {
            if (read)
                await ReadAsync(context);
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
        });
        await using var host = Host(server);
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await host.FailAsync()).Kind);
        Assert.Equal(["HTTP/2"], server.Notes);
    }

    [Fact]
    public async Task A_Stream_That_Is_Reset_Inside_The_Answer_Is_In_Doubt_And_The_Request_Came_Once()
    {
        await using var server = await ServeAsync(async context =>
        {
            await ReadAsync(context);
            await context.Response.Body.WriteAsync(Sample.WidgetResponse.AsMemory(0, 40));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var host = Host(server);
        Assert.Equal(FinnetAnswerKind.NoAnswer, (await host.FailAsync()).Kind);
        Assert.Equal(["HTTP/2"], server.Notes);
    }

    [Fact]
    public async Task A_Stream_That_Is_Refused_Was_Not_Processed_And_Is_Sent_Again()
    {
        // REFUSED_STREAM: RFC 9113, section 8.7, guarantees that nothing was done; the handler itself sends again.
        await using var server = await ServeAsync(async (context, number) =>
        {
            if (number == 1)
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(7);
            else
                await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        await using var host = Host(server);
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync()).Kind);
        Assert.Equal(["HTTP/2", "HTTP/2"], server.Notes);
    }

    public void Dispose() => certificate.Dispose();

    private static Task ReadAsync(HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null);

    private Task<LoopbackServer> ServeAsync(Func<HttpContext, Task> handle) => ServeAsync((context, _) => handle(context));

    private Task<LoopbackServer> ServeAsync(Func<HttpContext, int, Task> handle) => LoopbackServer.StartAsync(
        (context, server) =>
        {
            server.Note(context.Request.Protocol);
            return handle(context, server.Notes.Count);
        },
        certificate);

    private FinnetHost Host(LoopbackServer server) =>
        new(network: null, new ManualClock(), ("BaseUrl", server.Url)) { Trusted = certificate };
}
