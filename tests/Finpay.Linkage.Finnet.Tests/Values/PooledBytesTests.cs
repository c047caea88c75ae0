using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>Images are read where they lie, and the memory goes back when the last of them is done with it, cleared.</summary>
public sealed partial class PooledBytesTests
{
    private static readonly string OneImage = Array("\"" + Requests.Jpeg + "\"");
    private static readonly string TwoImages = Array("\"" + Requests.Jpeg + "\"", "\"" + Requests.Jpeg + "\"");

    [Fact]
    public void An_Image_Stays_Where_It_Was_Read()
    {
        using var text = Text(OneImage);
        using var image = Assert.Single(Read(text));

        Assert.Equal(Requests.Jpeg, Encoding.UTF8.GetString(image.Reveal().Span));
        Assert.True(text.Span.Overlaps(image.Reveal().Span));
    }

    [Fact]
    public void An_Image_With_Escapes_Is_Copied_Unescaped()
    {
        using var text = Text(OneImage.Replace("/", "\\/", StringComparison.Ordinal));
        using var image = Assert.Single(Read(text));

        Assert.Equal(Requests.Jpeg, Encoding.UTF8.GetString(image.Reveal().Span));
        Assert.False(text.Span.Overlaps(image.Reveal().Span));
    }

    [Fact]
    public void What_Is_Read_Elsewhere_Meanwhile_Is_Copied()
    {
        var image = JsonSerializer.Deserialize<ImageDataUri>("\"" + Requests.Jpeg + "\"")!;
        using var text = Text(OneImage);
        using var other = Assert.Single(Read(text));
        image.Dispose();

        Assert.Equal(Requests.Jpeg, Encoding.UTF8.GetString(other.Reveal().Span));
    }

    [Fact]
    public void The_Memory_Is_Cleared_When_The_Text_And_All_Its_Images_Are_Disposed_Of()
    {
        var text = Text(TwoImages);
        var memory = text.Memory;
        var images = Read(text);
        text.Dispose();
        text.Dispose();
        images[0].Dispose();
        images[0].Dispose();
        Assert.Equal(TwoImages, Encoding.UTF8.GetString(memory.Span));

        images[1].Dispose();

        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void The_Images_May_Go_Before_The_Text()
    {
        var text = Text(OneImage);
        var memory = text.Memory;
        Assert.Single(Read(text)).Dispose();
        Assert.Equal(OneImage, Encoding.UTF8.GetString(memory.Span));

        text.Dispose();

        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)0));
        Assert.Equal(0, text.Length);
    }

    [Fact]
    public void A_Text_That_Is_Refused_Gives_Its_Memory_Back_Whatever_Was_Read_Of_It()
    {
        var text = Text(Array("\"" + Requests.Jpeg + "\"", "7"));
        var memory = text.Memory;
        Assert.Throws<JsonException>(() => Read(text));

        text.Dispose();

        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void It_Grows_And_Leaves_Nothing_Where_It_Was()
    {
        using var text = new PooledBytes(1);
        var first = text.GetMemory();
        var expected = Enumerable.Range(0, 10 * first.Length).Select(index => (byte)((index % 255) + 1)).ToArray();
        for (var written = 0; written < expected.Length;)
        {
            var room = text.GetMemory();
            var count = Math.Min(room.Length, expected.Length - written);
            expected.AsSpan(written, count).CopyTo(room.Span);
            text.Advance(count);
            written += count;
        }

        Assert.Equal(expected, text.Span.ToArray());
        Assert.Equal(-1, first.Span.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Nobody_Writes_Beyond_The_Room()
    {
        using var text = new PooledBytes(16);
        var room = text.GetMemory().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Advance(-1));
        text.Advance(room);
        Assert.Equal(room, text.Length);
    }

    [Fact]
    public void It_Has_No_Readable_Form()
    {
        using var text = Text(OneImage);
        Assert.Equal("***", text.ToString());
    }

    private static string Array(params string[] elements) => $"[{string.Join(',', elements)}]";

    private static PooledBytes Text(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var text = new PooledBytes(bytes.Length);
        bytes.CopyTo(text.GetMemory());
        text.Advance(bytes.Length);
        return text;
    }

    private static ImageDataUri[] Read(PooledBytes text) => text.Deserialize(0, ImagesJson.Default.ImageDataUriArray)!;

    [JsonSerializable(typeof(ImageDataUri[]))]
    private sealed partial class ImagesJson : JsonSerializerContext;
}
