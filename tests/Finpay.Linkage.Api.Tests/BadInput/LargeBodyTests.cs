using System.Net;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>Body sizes, on real sockets, because the test server has no limits.</summary>
public sealed class LargeBodyTests : IAsyncLifetime
{
    private const int Megabyte = 1024 * 1024;
    private readonly ApiHost host = ApiHost.OnKestrel();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => host.DisposeAsync().AsTask();

    [Theory]
    [InlineData("/v1/account-upgrades", true)]
    [InlineData("/v1/account-upgrades", false)]
    [InlineData("/v1/account-upgrades/search", true)]
    [InlineData("/v1/account-upgrades/search", false)]
    public async Task Fifty_Megabytes_Are_413_With_And_Without_A_Length(string path, bool withLength)
    {
        using var body = new LargeContent(50 * Megabyte, withLength);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.ExpectContinue = true;

        var answer = await Answer.ReadAsync(await host.Ops.SendAsync(request));

        Assert.Equal((413, "request-too-large", "application/problem+json"), (answer.Status, answer.Problem, answer.MediaType));
        Assert.Equal(0, await host.CountUpgradesAsync());
    }

    [Fact]
    public async Task Two_Images_Of_The_Largest_Size_Fit_And_The_Next_Byte_Over_The_Cap_Does_Not()
    {
        host.Finnet.Issues();
        var image = Samples.Photo(Megabyte);
        var part = $$"""{"base64":"data:image/jpeg;base64,{{Convert.ToBase64String(image)}}","isEditable":true}""";
        var body = $$"""{"phoneNo":"081295288912","images":{"ktp":{{part}},"selfie":{{part}} } }""";
        var cap = (2 * 4 * Megabyte / 3) + (64 * 1024);

        var fits = await host.Merchant.CreateAsync(body.PadRight(cap));
        var tooLarge = await host.Merchant.CreateAsync(body.PadRight(cap + 1));

        Assert.Equal((201, 413), (fits.Status, tooLarge.Status));
    }

    [Fact]
    public async Task The_Setting_Is_The_Only_Limit()
    {
        await using var large = ApiHost.OnKestrel(("Images:MaxBytes", $"{24 * Megabyte}"));
        large.Finnet.Issues();
        var image = Samples.Photo(23 * Megabyte);

        var answer = await large.Merchant.CreateAsync(
            $$"""
            {"phoneNo":"081295288912",
            "images":{"ktp":{"base64":"data:image/jpeg;base64,{{Convert.ToBase64String(image)}}","isEditable":true} } }
            """);

        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task A_Callback_Over_Its_Cap_Is_4130000_And_One_Below_Is_Taken()
    {
        var notification = Calls.Notification("KYC Approved");

        var fits = await host.CallbackAsync(notification.PadRight(65536));
        var tooLarge = await host.CallbackAsync(notification.PadRight(65537));
        using var endless = new LargeContent(5 * Megabyte, withLength: false);
        var chunked = await Answer.ReadAsync(await host.Anonymous.PostAsync(new Uri(Calls.CallbackPath(), UriKind.Relative), endless));

        Assert.Equal((200, "2000000"), (fits.Status, fits["responseCode"]));
        Assert.Equal((413, "4130000", "application/json"), (tooLarge.Status, tooLarge["responseCode"], tooLarge.MediaType));
        Assert.Equal((413, "4130000"), (chunked.Status, chunked["responseCode"]));
        Assert.Single(await host.NotificationsAsync());
    }

    [Fact]
    public async Task A_Broken_Chunk_Is_A_4xx_In_The_Form_Of_Its_Path()
    {
        var problem = await RawAsync("/v1/account-upgrades");
        var envelope = await RawAsync(Calls.CallbackPath());

        Assert.StartsWith("HTTP/1.1 400", problem, StringComparison.Ordinal);
        Assert.Contains("urn:finpay-linkage:problem:malformed-request", problem, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", envelope, StringComparison.Ordinal);
        Assert.Contains("\"4000000\"", envelope, StringComparison.Ordinal);
    }

    private async Task<string> RawAsync(string path)
    {
        var address = host.Anonymous.BaseAddress!;
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        var request =
            $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {TestSettings.MerchantKey}\r\n"
            + "Content-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nplanted\r\n0\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private sealed class LargeContent : HttpContent
    {
        private readonly int length;
        private readonly bool withLength;

        public LargeContent(int length, bool withLength)
        {
            (this.length, this.withLength) = (length, withLength);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var block = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            for (var sent = 0; sent < length; sent += block.Length)
                await stream.WriteAsync(block);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return withLength;
        }
    }
}
