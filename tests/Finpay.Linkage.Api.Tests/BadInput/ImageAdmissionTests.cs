using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>A burst of photos: bodies without room are refused before they are read, and other calls go on.</summary>
public sealed class ImageAdmissionTests : IAsyncLifetime
{
    // The largest create request has 2 x 4/3 of this and 64 KiB; there is room for one and a half.
    private const int MaxBytes = 192 * 1024;
    private const int Largest = (2 * 4 * MaxBytes / 3) + (64 * 1024);

    private readonly ApiHost host =
        ApiHost.OnKestrel(("Images:MaxBytes", $"{MaxBytes}"), ("Images:MaxBytesInFlight", $"{Largest * 3 / 2}"));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => host.DisposeAsync().AsTask();

    [Fact]
    public async Task Images_Beyond_The_Room_Are_503_With_Retry_After_Until_Those_Before_Are_Answered()
    {
        var held = host.Finnet.Holds();
        var first = host.Merchant.CreateAsync(WithImage("202411011441000001"));
        await held.Arrived.Task;

        var second = await host.Merchant.CreateAsync(WithImage("202411011441000002"));
        host.Finnet.Issues();
        var small = await host.CreateAsync("202411011441000003");
        held.Issues();

        Assert.Equal((503, "too-many-images", "1"), (second.Status, second.Problem, second.Headers["Retry-After"]));
        Assert.Equal((201, 201), (small.Status, (await first).Status));
        Assert.Equal(404, (await host.ReadUpgradeAsync("202411011441000002")).Status);
        host.Finnet.Issues();
        Assert.Equal(201, (await host.Merchant.CreateAsync(WithImage("202411011441000002"))).Status);
    }

    [Theory]
    [InlineData("Content-Length: 500000", true)]
    [InlineData("Transfer-Encoding: chunked", true)]
    [InlineData("Content-Length: 2", false)]
    public async Task It_Is_Refused_Before_The_Body_Is_Read_And_Counts_As_The_Largest_When_It_Does_Not_Say_How_Long_It_Is(
        string length, bool refused)
    {
        var held = host.Finnet.Holds();
        var first = host.Merchant.CreateAsync(WithImage(Calls.Reference));
        await held.Arrived.Task;

        // No byte of a large second body is ever sent.
        var answer = await FirstLineAsync($"{length}\r\n\r\n{(refused ? "" : "{}")}");

        Assert.Equal(refused ? "HTTP/1.1 503 Service Unavailable" : "HTTP/1.1 400 Bad Request", answer);
        held.Issues();
        Assert.Equal(201, (await first).Status);
    }

    [Fact]
    public void Room_Is_Given_Back_Whatever_Became_Of_The_Request_And_Is_Never_Exceeded()
    {
        var options = Options.Create(new ImageOptions { MaxBytes = MaxBytes, MaxBytesInFlight = 3 * Largest });
        var admission = new ImageAdmission(options);

        var places = new[] { admission.TryEnter(Largest), admission.TryEnter(null), admission.TryEnter(Largest) };

        Assert.All(places, Assert.NotNull);
        Assert.Null(admission.TryEnter(Largest));
        // Small, or too large to be read at all.
        Assert.NotNull(admission.TryEnter(64 * 1024));
        Assert.NotNull(admission.TryEnter(Largest + 1));
        places[1]!.Dispose();
        Assert.NotNull(admission.TryEnter(Largest));
        Assert.Null(admission.TryEnter(Largest));
    }

    [Fact]
    public async Task What_Is_Refused_For_Another_Reason_Leaves_No_Trace_In_The_Count()
    {
        for (var call = 0; call < 4; call++)
        {
            Assert.Equal(400, (await host.Merchant.CreateAsync(WithImage("x"))).Status);
            Assert.Equal(
                415, (await host.Merchant.SendBytesAsync(HttpMethod.Post, "/v1/account-upgrades", new byte[Largest], "text/plain")).Status);
        }

        host.Finnet.Issues();
        Assert.Equal(201, (await host.Merchant.CreateAsync(WithImage(Calls.Reference))).Status);
    }

    private static string WithImage(string reference)
    {
        var image = Samples.Photo(MaxBytes);
        var part = $$"""{"base64":"data:image/jpeg;base64,{{Convert.ToBase64String(image)}}","isEditable":true}""";
        return $$"""{"partnerReferenceNo":"{{reference}}","phoneNo":"{{Calls.Phone}}","images":{"ktp":{{part}},"selfie":{{part}} } }""";
    }

    private async Task<string?> FirstLineAsync(string rest)
    {
        var address = host.Anonymous.BaseAddress!;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/account-upgrades HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {TestSettings.MerchantKey}\r\n"
            + $"Content-Type: application/json\r\n{rest}"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync();
    }
}
