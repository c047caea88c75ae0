using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Upgrades;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>A photo is used where it stands in the body that was received.</summary>
public sealed class ReceivedImageTests
{
    private const string Jpeg = "data:image/jpeg;base64,/9j/+++++w==";
    private const string Png = "data:image/png;base64,iVBORw0KGgr7774=";

    [Fact]
    public void Each_Photo_Is_A_Part_Of_The_Body()
    {
        var (json, request) = Read(
            $$"""{"images":{"ktp":{"base64":"{{Jpeg}}"}, "selfie":{"isEditable":true,"base64" : "{{Png}}"} },"phoneNo":"08"}""");

        Assert.Equal((Jpeg, Png), (Text(request.Images!.Ktp!), Text(request.Images.Selfie!)));
        Assert.True(json.AsSpan().Overlaps(request.Images.Ktp!.Image!.Reveal().Base64.Span));
        Assert.True(json.AsSpan().Overlaps(request.Images.Selfie!.Image!.Reveal().Base64.Span));
    }

    [Theory]
    [InlineData("""data:image\/jpeg;base64,\/9j\/+++++w==""")]
    [InlineData("""data:image/jpeg;base64,/9j/\u002B\u002b+++w==""")]
    [InlineData("""\u0064ata:image/jpeg;base64,\u002F9j/+++++w\u003d=""")]
    public void A_Photo_With_Escapes_Is_Copied_Unescaped(string escaped)
    {
        var (json, request) = Read(Ktp($"\"{escaped}\""));

        Assert.Equal(Jpeg, Text(request.Images!.Ktp!));
        Assert.False(json.AsSpan().Overlaps(request.Images.Ktp!.Image!.Reveal().Base64.Span));
    }

    [Fact]
    public void A_Pair_Of_Surrogates_Is_A_Character_And_One_Alone_Is_An_Error()
    {
        Assert.Equal("😀", Text(Read(Ktp("\"\\uD83D\\uDE00\"")).Request.Images!.Ktp!));
        Assert.Throws<JsonException>(() => Read(Ktp("\"\\uD83D\"")));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[\"data:image/jpeg;base64,/9j/\"]")]
    public void Only_A_String_Is_A_Photo(string json) => Assert.Throws<JsonException>(() => Read(Ktp(json)));

    [Fact]
    public void Null_Is_No_Photo() => Assert.Null(Read(Ktp("null")).Request.Images!.Ktp!.Image);

    private static string Ktp(string base64) => $$"""{"images":{"ktp":{"base64":{{base64}} } } }""";

    private static (byte[] Json, CreateUpgradeRequest Request) Read(string text)
    {
        var json = Encoding.UTF8.GetBytes(text);
        var request = JsonSerializer.Deserialize(json, UpgradesJson.Shared.CreateUpgradeRequest)!;
        request.FindImages(json);
        return (json, request);
    }

    private static string Text(CreateUpgradeRequest.ImagePart part) =>
        part.Image!.Reveal().Prefix + Encoding.UTF8.GetString(part.Image.Reveal().Base64.Span);
}
