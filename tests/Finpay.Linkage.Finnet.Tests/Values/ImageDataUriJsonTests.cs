using System.Buffers;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

public sealed class ImageDataUriJsonTests
{
    [Theory]
    [InlineData("""  "data:image/jpeg;base64,/9j/+++++w=="  """)]
    [InlineData("""  "data:image\/jpeg;base64,\/9j\/+++++w=="  """)]
    [InlineData("""  "data:image/jpeg;base64,/9j/\u002B\u002b+++w=="  """)]
    [InlineData("""  "\u0064ata:image/jpeg;base64,\u002F9j/+++++w\u003d="  """)]
    public void Escapes_Are_Undone_When_Read(string json) =>
        Assert.Equal(Requests.Jpeg, Text(JsonSerializer.Deserialize<ImageDataUri>(json)!));

    [Fact]
    public void A_Pair_Of_Surrogates_Is_A_Character_And_One_Alone_Is_An_Error()
    {
        Assert.Equal("😀", Text(JsonSerializer.Deserialize<ImageDataUri>("""  "\uD83D\uDE00"  """)!));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ImageDataUri>("""  "\uD83D"  """));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[\"data:image/jpeg;base64,/9j/\"]")]
    public void Only_A_String_Is_An_Image(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ImageDataUri>(json));

    [Fact]
    public void Null_Is_No_Image() => Assert.Null(JsonSerializer.Deserialize<ImageDataUri>("null"));

    [Fact]
    public void A_String_In_Several_Segments_Is_Read_Whole()
    {
        var json = Encoding.UTF8.GetBytes($"\"{Requests.Jpeg.Replace("/", "\\/", StringComparison.Ordinal)}\"");
        var first = new Segment(json.AsMemory(0, 9));
        var last = first.Append(json.AsMemory(9, 11)).Append(json.AsMemory(20));
        var reader = new Utf8JsonReader(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
        Assert.Equal(Requests.Jpeg, Text(JsonSerializer.Deserialize<ImageDataUri>(ref reader)!));
    }

    private static string Text(ImageDataUri image) => Encoding.UTF8.GetString(image.Reveal().Span);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
