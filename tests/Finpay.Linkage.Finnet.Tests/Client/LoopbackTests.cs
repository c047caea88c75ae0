using System.Net;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>The real handler against real sockets.</summary>
public sealed class LoopbackTests
{
    private readonly ManualClock clock = new();

    [Theory]
    [InlineData(HttpStatusCode.MovedPermanently)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.SeeOther)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.PermanentRedirect)]
    public async Task A_Redirect_Is_Not_Followed(HttpStatusCode status)
    {
        await using var server = await LoopbackServer.StartAsync(async (context, server) =>
        {
            server.Note(context.Request.Path);
            context.Response.StatusCode = (int)(context.Request.Path == "/elsewhere" ? HttpStatusCode.OK : status);
            context.Response.Headers.Location = "/elsewhere";
            if (context.Request.Path == "/elsewhere")
                await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        await using var host = Host(server.Url);
        Assert.Equal(FinnetAnswerKind.Unclear, (await host.FailAsync()).Kind);
        Assert.Equal(["/api/v1.0/upgrade-account-widget"], server.Notes);
    }

    [Fact]
    public async Task No_Cookie_Is_Sent_Back()
    {
        await using var server = await LoopbackServer.StartAsync(async (context, server) =>
        {
            server.Note(context.Request.Headers.Cookie.ToString());
            context.Response.Cookies.Append("session", "1");
            await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        await using var host = Host(server.Url);
        await host.SendAsync();
        await host.SendAsync();
        Assert.Equal(["", ""], server.Notes);
    }

    private FinnetHost Host(string url) => new(network: null, clock, ("BaseUrl", url));
}
