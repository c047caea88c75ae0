using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Client;

/// <summary>Compressed answers, complete and cut off, over a real connection.</summary>
public sealed class CompressedAnswerTests
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("""{"responseCode":"2000002"}""");

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_Compressed_Answer_Is_Read(string encoding) =>
        await AssertReadAsync(encoding, Compression.Compress(encoding, Answer));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_Compressed_Answer_That_Is_None_Is_Unclear(string encoding) =>
        await AssertUnclearAsync(encoding, "no compressed body at all"u8.ToArray());

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_Compressed_Answer_That_Was_Cut_Is_Unclear(string encoding)
    {
        var packed = Compression.Compress(encoding, Answer);
        await AssertUnclearAsync(encoding, packed[..(packed.Length / 2)]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task An_Answer_Is_As_Large_As_It_Unpacks_And_Has_At_Most_64_KiB(string encoding)
    {
        await AssertReadAsync(encoding, Unpacking(encoding, 64 * 1024));
        await AssertUnclearAsync(encoding, Unpacking(encoding, (64 * 1024) + 1));
        await AssertUnclearAsync(encoding, Unpacking(encoding, 10 * 1024 * 1024));
    }

    [Fact]
    public async Task An_Answer_In_An_Encoding_Nobody_Asked_For_Is_Unclear() =>
        await AssertUnclearAsync("compress", Compression.Compress("gzip", Answer));

    private static byte[] Unpacking(string encoding, int size)
    {
        var padded = new byte[size];
        padded.AsSpan().Fill((byte)' ');
        Answer.CopyTo(padded, 0);
        var packed = Compression.Compress(encoding, padded);
        Assert.InRange(packed.Length, 1, 32 * 1024);
        return packed;
    }

    private static async Task AssertReadAsync(string encoding, byte[] body)
    {
        await using var server = await ServeAsync(encoding, body);
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url));
        Assert.Equal(FinnetAnswerKind.Approved, (await host.SendAsync()).Kind);
    }

    private static async Task AssertUnclearAsync(string encoding, byte[] body)
    {
        await using var server = await ServeAsync(encoding, body);
        await using var host = new FinnetHost(network: null, clock: null, ("BaseUrl", server.Url));
        Assert.Equal(FinnetAnswerKind.Unclear, (await host.FailAsync()).Kind);
        Assert.Single(server.Notes);
    }

    private static Task<LoopbackServer> ServeAsync(string encoding, byte[] body) => LoopbackServer.StartAsync(async (context, server) =>
    {
        server.Note("asked");
        context.Response.Headers.ContentEncoding = encoding;
        await context.Response.Body.WriteAsync(body);
    });
}
