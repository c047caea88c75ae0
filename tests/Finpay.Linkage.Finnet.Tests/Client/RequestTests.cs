using System.Net;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

public sealed class RequestTests
{
    [Theory]
    [InlineData("Environment", "Development", "https://snapstag.finnet.co.id/api/v1.0/upgrade-account-widget")]
    [InlineData("BaseUrl", "https://gateway.example:8443", "https://gateway.example:8443/api/v1.0/upgrade-account-widget")]
    [InlineData("WidgetPath", "/api/v1.1/widget", "https://snapstag.finnet.co.id/api/v1.1/widget")]
    public async Task A_Request_Is_Posted_To_The_Configured_Address(string key, string value, string expected)
    {
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network, clock: null, (key, value));
        await host.SendAsync();
        var request = Assert.Single(network.Requests);
        Assert.Equal((HttpMethod.Post, expected), (request.Method, request.Uri.AbsoluteUri));
    }

    [Fact]
    public async Task Production_Is_Finnets_Real_Host()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network, clock: null, ("Environment", "Production"), ("EncryptionKey", "abcdefghijklmnop"));
        await host.SendAsync();
        Assert.Equal("https://snap.finnet.co.id/api/v1.0/upgrade-account-widget", Assert.Single(network.Requests).Uri.AbsoluteUri);
    }

    [Fact]
    public async Task The_Content_Type_Is_Json_Without_A_Charset()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network);
        await host.SendAsync();
        var request = Assert.Single(network.Requests);
        Assert.Equal(("application/json", "application/json"), (request.ContentType, request.Accept));
    }

    [Fact]
    public async Task The_Configured_Key_Iv_And_Password_Are_Used()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(
            network, clock: null, ("EncryptionKey", "abcdefghijklmnop"), ("EncryptionIv", "6543210987654321"));
        await host.SendAsync();
        Assert.Contains(
            "\"merchantPass\":\"a6KsgwzFaetjORvaJM9Dzw==\"",
            Encoding.UTF8.GetString(Assert.Single(network.Requests).Body),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_The_Wire_The_Body_Has_Its_Length_And_Arrives_As_Written()
    {
        await using var server = await LoopbackServer.StartAsync(async (context, server) =>
        {
            server.Note(
                $"{context.Request.Method} {context.Request.Path} {context.Request.ContentType} "
                + $"{context.Request.Headers.TransferEncoding}");
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            server.Note(Encoding.UTF8.GetString(body.ToArray()));
            Assert.Equal(context.Request.ContentLength, body.Length);
            context.Response.StatusCode = (int)HttpStatusCode.OK;
            await context.Response.Body.WriteAsync(Sample.WidgetResponse);
        });
        using var network = new StubHandler(_ => Answers.Sample());
        await using var reference = new FinnetHost(network);
        await reference.SendAsync(Requests.Full);

        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url));
        Assert.Equal(FinnetAnswerKind.WidgetIssued, (await host.SendAsync(Requests.Full)).Kind);
        Assert.Equal(
            ["POST /api/v1.0/upgrade-account-widget application/json ", Encoding.UTF8.GetString(Assert.Single(network.Requests).Body)],
            server.Notes);
    }
}
