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
        var answer = await FirstLineAsync(host, $"{length}\r\n\r\n{(refused ? "" : "{}")}");

        Assert.Equal(refused ? "HTTP/1.1 503 Service Unavailable" : "HTTP/1.1 400 Bad Request", answer);
        held.Issues();
        Assert.Equal(201, (await first).Status);
    }

    [Fact]
    public void Room_Is_Given_Back_Whatever_Became_Of_The_Request_And_Is_Never_Exceeded()
    {
        var admission = Admission(3 * Largest);

        var places = new[] { admission.TryEnter(Largest, "a"), admission.TryEnter(null, "b"), admission.TryEnter(Largest, "c") };

        Assert.All(places, Assert.NotNull);
        Assert.Null(admission.TryEnter(Largest, "d"));
        // Small, or too large to be read at all.
        Assert.NotNull(admission.TryEnter(64 * 1024, "d"));
        Assert.NotNull(admission.TryEnter(Largest + 1, "d"));
        places[1]!.Dispose();
        Assert.NotNull(admission.TryEnter(Largest, "d"));
        Assert.Null(admission.TryEnter(Largest, "b"));
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(Largest, 1)]
    [InlineData(3 * Largest, 3)]
    public void One_Caller_Has_A_Share_Of_The_Room_And_The_Others_Have_The_Rest(int? share, int most)
    {
        var admission = Admission(5 * Largest, share);
        var places = Enumerable.Range(0, most).Select(_ => admission.TryEnter(Largest, "slow")).ToList();

        Assert.All(places, Assert.NotNull);
        Assert.Null(admission.TryEnter(Largest, "slow"));
        Assert.NotNull(admission.TryEnter(Largest, "other"));
        places[0]!.Dispose();
        Assert.NotNull(admission.TryEnter(Largest, "slow"));
        Assert.Null(admission.TryEnter(Largest, "slow"));
    }

    [Fact]
    public void A_Share_Is_Never_Too_Small_For_One_Request()
    {
        var admission = Admission(Largest);

        Assert.NotNull(admission.TryEnter(Largest, "a"));
        Assert.Null(admission.TryEnter(Largest, "a"));
    }

    [Fact]
    public async Task Bodies_Of_One_Caller_That_Do_Not_Arrive_Leave_Room_For_Photos_Of_Others_And_End_After_30_Seconds()
    {
        await using var shared =
            ApiHost.OnKestrel(("Images:MaxBytes", $"{MaxBytes}"), ("Images:MaxBytesInFlight", $"{4 * Largest}"));
        var slow = Enumerable.Range(0, 8).Select(_ => FirstLineAsync(shared, $"Content-Length: {Largest}\r\n\r\n{{", Trickle)).ToList();
        // Two are read, the others are refused at once.
        for (var refused = 0; refused < 6; refused++)
        {
            var answered = await Task.WhenAny(slow);
            slow.Remove(answered);
            Assert.Equal("HTTP/1.1 503 Service Unavailable", await answered);
        }

        shared.Finnet.Issues();
        Assert.Equal(201, (await shared.Other.CreateAsync(WithImage(Calls.Reference))).Status);
        Assert.All(slow, one => Assert.False(one.IsCompleted));

        while (!shared.Clock.IsAwaitedIn(TimeSpan.FromSeconds(30)))
            await Task.Yield();
        shared.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.All(await Task.WhenAll(slow), line => Assert.Equal("HTTP/1.1 408 Request Timeout", line));
        shared.Finnet.Issues();
        Assert.Equal(201, (await shared.Merchant.CreateAsync(WithImage("202411011441000013"))).Status);
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

    private static ImageAdmission Admission(long room, long? share = null) => new(Options.Create(
        new ImageOptions { MaxBytes = MaxBytes, MaxBytesInFlight = room, MaxBytesInFlightPerKey = share }));

    private static string WithImage(string reference)
    {
        var image = Samples.Photo(MaxBytes);
        var part = $$"""{"base64":"data:image/jpeg;base64,{{Convert.ToBase64String(image)}}","isEditable":true}""";
        return $$"""{"partnerReferenceNo":"{{reference}}","phoneNo":"{{Calls.Phone}}","images":{"ktp":{{part}},"selfie":{{part}} } }""";
    }

    private static async Task<string?> FirstLineAsync(ApiHost host, string rest, Func<Stream, Task, Task>? meanwhile = null)
    {
        var address = host.Anonymous.BaseAddress!;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/account-upgrades HTTP/1.1\r\nHost: {address.Authority}\r\nX-Api-Key: {TestSettings.MerchantKey}\r\n"
            + $"Content-Type: application/json\r\n{rest}"));
        using var reader = new StreamReader(stream);
        var line = reader.ReadLineAsync();
        if (meanwhile is not null)
            await meanwhile(stream, line);
        return await line;
    }

    // More than the 240 bytes/s that the server asks for.
    private static async Task Trickle(Stream stream, Task answered)
    {
        while (await Task.WhenAny(answered, Task.Delay(TimeSpan.FromMilliseconds(200))) != answered)
        {
            try
            {
                await stream.WriteAsync(new byte[100]);
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
