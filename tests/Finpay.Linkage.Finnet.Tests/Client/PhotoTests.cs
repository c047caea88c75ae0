using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>A photo goes out under its own customer's name only, and is let go with its request.</summary>
public sealed class PhotoTests : IDisposable
{
    // More than a connection takes before the other side reads: part of it is still to be written when the answer is there.
    private const int LargeImage = 3 * 1024 * 1024;

    private readonly X509Certificate2 certificate = Certificate.SelfSigned();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Over_Http_2_No_Photo_Goes_Out_Under_Anothers_Name_Whoever_Answers_Early_Or_Hangs_Up(bool cancel)
    {
        const int customers = 8;
        const int calls = 12;
        var received = new ConcurrentBag<(char Customer, HashSet<byte> Letters, bool Complete)>();
        using var answered = new SemaphoreSlim(0);
        await using var server = await LoopbackServer.StartAsync(
            async (context, server) =>
            {
                server.Note(context.Request.Protocol);
                if (cancel)
                {
                    answered.Release();
                }
                else
                {
                    // Whole, while the request is not: the client has its answer and lets go of the photo.
                    await context.Response.Body.WriteAsync(Sample.WidgetResponse);
                    await context.Response.CompleteAsync();
                }

                received.Add(await ReceiveAsync(context.Request.Body));
            },
            certificate);
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url)) { Trusted = certificate };

        await Task.WhenAll(Enumerable.Range(0, customers).Select(async customer =>
        {
            for (var call = 0; call < calls; call++)
            {
                using var caller = new CancellationTokenSource();
                var sending = host.AskAsync(Of((char)('a' + customer)), caller.Token);
                if (cancel)
                {
                    await Task.WhenAny(sending, answered.WaitAsync(caller.Token));
                    await caller.CancelAsync();
                }

                try
                {
                    await sending;
                }
                catch (OperationCanceledException)
                {
                    // What this is about is what arrives, not what is said of it.
                }
            }
        }));

        await server.DisposeAsync();
        Assert.All(received, photo => Assert.All(photo.Letters, letter => Assert.Equal(photo.Customer, (char)letter)));
        Assert.InRange(received.Count(photo => !photo.Complete), 1, customers * calls);
        // Of requests that were cancelled, nothing of the photo need have arrived.
        Assert.True(cancel || received.Any(photo => photo.Letters.Count > 0));
        Assert.All(server.Notes, note => Assert.Equal("HTTP/2", note));
    }

    [Fact]
    public async Task A_Photo_Is_Garbage_When_Its_Request_Has_Ended()
    {
        await using var server = await LoopbackServer.StartAsync(
            async (context, _) =>
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
                await context.Response.Body.WriteAsync(Sample.WidgetResponse);
            },
            certificate);
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url)) { Trusted = certificate };

        var photo = await SendAsync(host);

        for (var attempt = 0; attempt < 50 && photo.IsAlive; attempt++)
        {
            await Task.Delay(20);
            GC.Collect();
        }

        Assert.False(photo.IsAlive);
    }

    public void Dispose() => certificate.Dispose();

    // A method of its own: no local of the test may hold the photo.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> SendAsync(FinnetHost host)
    {
        var bytes = Encoding.ASCII.GetBytes(Text('a'));
        await host.SendAsync(With(new ImageDataUri(bytes)));
        return new WeakReference(bytes);
    }

    private static string Text(char customer) => "data:image/jpeg;base64,/9j/" + new string(customer, LargeImage);

    // The customer is named in the reference and in every byte of the photo.
    private static UpgradeWidgetRequest Of(char customer) =>
        With(Requests.Image(Text(customer))) with { PartnerReferenceNo = new string(customer, 10) };

    private static UpgradeWidgetRequest With(ImageDataUri image) =>
        Requests.Minimal with { Images = new UpgradeImages { Ktp = new UpgradeImage(image, IsEditable: true) } };

    /// <summary>Whose request it is, which letters the photo consists of, and whether the end of the JSON came.</summary>
    private static async Task<(char Customer, HashSet<byte> Letters, bool Complete)> ReceiveAsync(Stream body)
    {
        const int json = 400;
        var letters = new HashSet<byte>();
        var (buffer, received, last, customer) = (new byte[64 * 1024], 0L, (byte)0, '?');
        try
        {
            // At least the reference at once, which names the customer.
            for (int read; (read = await body.ReadAtLeastAsync(buffer, 64, throwOnEndOfStream: false)) > 0; received += read)
            {
                if (received == 0)
                    customer = (char)buffer["{\"partnerReferenceNo\":\"".Length];
                // Fewer bytes than that stand before the photo, so that it reaches beyond its own length.
                var from = (int)Math.Clamp(json - received, 0, read);
                foreach (var one in buffer.AsSpan(from..Math.Max(from, (int)Math.Clamp(LargeImage - received, 0, read))))
                    letters.Add(one);
                last = buffer[read - 1];
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return (customer, letters, false);
        }

        return (customer, letters, last == (byte)'}');
    }
}
