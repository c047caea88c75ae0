using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Allocation;

/// <summary>The body of a request is one array: its photos are sent from there, and nothing keeps it when the request has ended.</summary>
[Collection(nameof(AllocationBudgetTests))]
public sealed class BodyLifeTests
{
    private const int ImageBytes = 300_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Both_Photos_Are_Parts_Of_One_Array_Which_Is_Garbage_After_The_Request(bool withLength)
    {
        var sent = new SentParts();
        await using var host = new ApiHost().Replacing(services =>
            services.AddHttpClient(nameof(FinnetClient)).ConfigurePrimaryHttpMessageHandler(() => sent));
        host.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        host.StartServer();

        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, withLength));

        for (var attempt = 0; attempt < 50 && sent.Large.Any(part => part.Array.IsAlive); attempt++)
        {
            await Task.Delay(20);
            GC.Collect();
        }

        Assert.Equal(2, sent.Large.Count);
        Assert.Single(sent.Large.Select(part => part.Identity).Distinct());
        Assert.All(sent.Large, part => Assert.False(part.Array.IsAlive));
    }

    private static async Task<HttpStatusCode> PostAsync(ApiHost host, bool withLength)
    {
        var photo = Samples.Photo(ImageBytes);
        var part = $$"""{"base64":"data:image/jpeg;base64,{{Convert.ToBase64String(photo)}}","isEditable":true}""";
        var json = $$"""{"phoneNo":"{{Calls.Phone}}","images":{"ktp":{{part}},"selfie":{{part}} } }""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/account-upgrades")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = !withLength;
        using var response = await host.Merchant.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Finnet, who remembers from which arrays it was sent something large.</summary>
    private sealed class SentParts : HttpMessageHandler
    {
        public ConcurrentQueue<(WeakReference Array, int Identity)> Large { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.CopyToAsync(new Recorder(Large), cancellationToken);
            return new HttpResponseMessage { Content = new StringContent("""{"responseCode":"2000002"}""") };
        }

        private sealed class Recorder(ConcurrentQueue<(WeakReference Array, int Identity)> large) : MemoryStream
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (buffer.Length > ImageBytes && MemoryMarshal.TryGetArray(buffer, out var segment))
                    large.Enqueue(
                        (new WeakReference(segment.Array), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(segment.Array)));
                return ValueTask.CompletedTask;
            }
        }
    }
}
