using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Images lie in pooled memory. What goes back too early would be written over by the next customer's photo, and sent under this customer's name.</summary>
public sealed class ImageMemoryTests : IDisposable
{
    // More than a connection takes before the other side reads: part of it is still to be written when the answer is there.
    private const int LargeImage = 3 * 1024 * 1024;

    private readonly X509Certificate2 certificate = Certificate.SelfSigned();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_Body_That_Is_Still_Being_Written_Keeps_Its_Images_From_The_Pool(bool answeredEarly)
    {
        using var image = Read(Requests.Jpeg);
        var memory = image.Reveal();
        using var wire = new GatedStream();
        var writing = Task.CompletedTask;
        using var network = new WritingHandler(async content =>
        {
            writing = content.CopyToAsync(wire);
            if (!answeredEarly)
                await OpenAsync();
        });
        await using var host = new FinnetHost(network, new ManualClock());

        await host.SendAsync(With(image));
        image.Dispose();

        Assert.Equal(answeredEarly, Encoding.UTF8.GetString(memory.Span) == Requests.Jpeg);
        Assert.Equal(!answeredEarly, memory.Span.IndexOfAnyExcept((byte)0) < 0);
        await OpenAsync();
        Assert.Contains(Requests.Jpeg, Encoding.UTF8.GetString(wire.ToArray()), StringComparison.Ordinal);

        Task OpenAsync()
        {
            wire.Open();
            return writing;
        }
    }

    [Fact]
    public async Task What_Was_Disposed_Of_Is_Not_Sent()
    {
        var image = Read(Requests.Jpeg);
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network, new ManualClock());
        Assert.Equal(UpgradeWidgetOutcome.WidgetIssued, (await host.SendAsync(With(image))).Outcome);
        image.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.SendAsync(With(image)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Over_Http_2_No_Photo_Goes_Out_Under_Anothers_Name_Whoever_Answers_Early_Or_Hangs_Up(bool cancel)
    {
        const int customers = 8;
        const int calls = 12;
        var foreign = 0;
        var cutOff = 0;
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
                    // Whole, while the request is not: the client has its answer and lets go of the images.
                    await context.Response.Body.WriteAsync(Sample.WidgetResponse);
                    await context.Response.CompleteAsync();
                }

                var (letters, complete) = await ReceiveAsync(context.Request.Body);
                if (letters.Count > 1)
                    Interlocked.Increment(ref foreign);
                if (!complete)
                    Interlocked.Increment(ref cutOff);
            },
            certificate);
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url)) { Trusted = certificate };

        await Task.WhenAll(Enumerable.Range(0, customers).Select(async customer =>
        {
            for (var call = 0; call < calls; call++)
            {
                using var image = Read("data:image/jpeg;base64,/9j/" + new string((char)('a' + customer), LargeImage));
                using var caller = new CancellationTokenSource();
                var sending = host.SendAsync(With(image), caller.Token);
                if (cancel)
                {
                    await Task.WhenAny(sending, answered.WaitAsync(caller.Token));
                    await caller.CancelAsync();
                }

                try
                {
                    await sending;
                }
                catch (Exception exception) when (exception is OperationCanceledException or FinnetException)
                {
                    // What this is about is what arrives, not what is said of it.
                }
            }
        }));

        await server.DisposeAsync();
        Assert.Equal(0, foreign);
        Assert.InRange(cutOff, 1, customers * calls);
        Assert.All(server.Notes, note => Assert.Equal("HTTP/2", note));
    }

    public void Dispose() => certificate.Dispose();

    private static ImageDataUri Read(string text) => JsonSerializer.Deserialize<ImageDataUri>($"\"{text}\"")!;

    private static UpgradeWidgetRequest With(ImageDataUri image) => Requests.Minimal with { Images = new UpgradeImages { Ktp = new UpgradeImage(image, IsEditable: true) } };

    /// <summary>Which letters the image consists of, behind the first bytes of JSON, and whether the end of the JSON came.</summary>
    private static async Task<(HashSet<byte> Letters, bool Complete)> ReceiveAsync(Stream body)
    {
        const int json = 400;
        var letters = new HashSet<byte>();
        var (buffer, received, last) = (new byte[64 * 1024], 0L, (byte)0);
        try
        {
            for (int read; (read = await body.ReadAsync(buffer)) > 0; received += read)
            {
                // The JSON before and after it has fewer bytes than that.
                foreach (var one in buffer.AsSpan(0, read)[(int)Math.Clamp(json - received, 0, read)..])
                {
                    if (received < LargeImage - json)
                        letters.Add(one);
                }

                last = buffer[read - 1];
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return (letters, false);
        }

        return (letters, last == (byte)'}');
    }

    /// <summary>Answers when it has done with the body what it is told to do.</summary>
    private sealed class WritingHandler(Func<HttpContent, Task> write) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await write(request.Content!);
            return Answers.Sample();
        }
    }

    /// <summary>Takes nothing until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => opened.TrySetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await opened.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
