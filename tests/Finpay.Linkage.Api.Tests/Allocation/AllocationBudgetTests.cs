using System.Net;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Allocation;

/// <summary>Counts the allocations of the whole process, so no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(AllocationBudgetTests), DisableParallelization = true)]
public sealed class AllocationBudget;

/// <summary>
/// What one warmed request may allocate, from socket to socket with its commits, counted without any clock. The body
/// of a request with images is received into one array; a copy of an image, a string made of it, or a body that is
/// serialised into an array, breaks the budget at once. Without log lines.
/// </summary>
[Collection(nameof(AllocationBudgetTests))]
public sealed class AllocationBudgetTests : IAsyncLifetime, IDisposable
{
    private const int Requests = 40;

    private readonly ApiHost host = new ApiHost().Replacing(services =>
        services.AddHttpClient(nameof(FinnetClient)).ConfigurePrimaryHttpMessageHandler(() => new DrainingHandler()));

    private readonly TcpClient connection = new();
    private readonly byte[] answer = new byte[16 * 1024];
    private int number;

    public async Task InitializeAsync()
    {
        host.Logs.Least = LogLevel.None;
        host.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        host.StartServer();
        var address = host.Anonymous.BaseAddress!;
        await connection.ConnectAsync(address.Host, address.Port);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    public void Dispose() => connection.Dispose();

    [Fact]
    public async Task A_Create_With_Two_Images_Of_700_KiB_Allocates_Its_Body_Once_And_Less_Than_96_KiB_Beside_It()
    {
        var body = Encoding.UTF8.GetByteCount(CreateBody(700 * 1024));
        Assert.InRange(await MeasureAsync(() => Create(700 * 1024)), body, body + (96 * 1024));
    }

    [Fact]
    public async Task A_Create_Without_Images_Allocates_Less_Than_60_KiB() =>
        Assert.InRange(await MeasureAsync(() => Create(0)), 1, 60 * 1024);

    [Fact]
    public async Task A_Callback_Allocates_Less_Than_28_KiB() =>
        Assert.InRange(
            await MeasureAsync(() => Post(Calls.CallbackPath(), Calls.Notification("KYC Approved", $"2024110114410{number++:D5}"))),
            1,
            28 * 1024);

    private byte[] Create(int image) => Post("/v1/account-upgrades", CreateBody(image));

    private string CreateBody(int image)
    {
        var photo = Samples.Photo(image);
        var part = $$"""{"base64":"data:image/jpeg;base64,{{Convert.ToBase64String(photo)}}","isEditable":true}""";
        var images = image == 0 ? "" : $$""","images":{"ktp":{{part}},"selfie":{{part}}}""";
        return $$"""{"partnerReferenceNo":"2024110114410{{number++:D5}}","phoneNo":"{{Calls.Phone}}"{{images}}}""";
    }

    private static byte[] Post(string path, string json) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {TestSettings.MerchantKey}\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>Managed bytes for each request, once warm: the least of three times, because something else may run once.</summary>
    private async Task<long> MeasureAsync(Func<byte[]> request)
    {
        var requests = Enumerable.Range(0, 4 * Requests).Select(_ => request()).Chunk(Requests).ToList();
        await SendAsync(requests[0]);
        var least = long.MaxValue;
        foreach (var round in requests[1..])
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await SendAsync(round);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
        }

        return least;
    }

    private async Task SendAsync(byte[][] requests)
    {
        foreach (var request in requests)
        {
            await connection.Client.SendAsync(request);
            var length = 0;
            do
            {
                length += await connection.Client.ReceiveAsync(answer.AsMemory(length));
            }
            while (!IsComplete(answer.AsSpan(0, length)));
            Assert.True(answer.AsSpan().StartsWith("HTTP/1.1 20"u8));
        }
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer) => answer.EndsWith("}"u8) || answer.EndsWith("\r\n0\r\n\r\n"u8);

    /// <summary>A Finnet that costs as little as possible.</summary>
    private sealed class DrainingHandler : HttpMessageHandler
    {
        private static readonly byte[] Issued = Encoding.UTF8.GetBytes(
            $$"""{"responseCode":"2000000","responseMessage":"{{FinnetStub.Message}}","wid"""
            + $$"""getUrl":"{{FinnetStub.WidgetUrl}}","expiryTime":"2099-11-01 14:01:10"}""");

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Issued) };
        }
    }
}
