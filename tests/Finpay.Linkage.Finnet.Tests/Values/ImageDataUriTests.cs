using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>Each refused image stands below the most similar accepted one.</summary>
public sealed class ImageDataUriTests
{
    private const long Limit = 1024 * 1024;

    private const string JpegPrefix = "data:image/jpeg;base64,";
    private const string PngPrefix = "data:image/png;base64,";

    private const string Jpeg = "FFD8";
    private const string Scan = "FFDA0008010100003F00";
    private const string Png = "89504E470D0A1A0A";
    private const string Header = "0000000D49484452000000010000000108000000003A7E9B55";
    private const string Data = "0000000149444154";

    [Theory]
    [InlineData("data:image/jpeg;base64,/9j/+++++w==", ImageProblem.CutOff)]
    [InlineData("data:image/jpg;base64,/9j/+++++w==", ImageProblem.CutOff)]
    [InlineData("data:IMAGE/JPEG;base64,/9j/+++++w==", ImageProblem.CutOff)]
    [InlineData("DATA:image/Jpg;BASE64,/9j/+++++w==", ImageProblem.CutOff)]
    [InlineData("data:image/pjpeg;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/gif;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData(" data:image/jpeg;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/jpeg,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/jpeg;base64", ImageProblem.MissingPrefix)]
    [InlineData("", ImageProblem.MissingPrefix)]
    public void The_Prefix_Is_One_Of_Two(string text, ImageProblem problem) => Assert.Equal(problem, Requests.Image(text).Inspect(Limit));

    [Theory]
    [InlineData("/9j/+++++w==", ImageProblem.CutOff)]
    [InlineData("/9j/+++++w=", ImageProblem.NotPadded)]
    [InlineData("/9j/+++++w", ImageProblem.NotPadded)]
    [InlineData("/9j/+++++/8", ImageProblem.NotPadded)]
    [InlineData("/9j/+++++", ImageProblem.NotBase64)] // no number of = makes it right
    [InlineData("/9j/++-++w", ImageProblem.NotBase64)]
    [InlineData("=", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w===", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w==/9j/", ImageProblem.NotBase64)]
    [InlineData("/9j/++++?w==", ImageProblem.NotBase64)]
    [InlineData("_9j_-----w==", ImageProblem.NotBase64)] // base64url
    [InlineData("/9j/ +++++w==", ImageProblem.WhiteSpace)]
    [InlineData("/9j/\n+++++w==", ImageProblem.WhiteSpace)]
    [InlineData(" /9j/+++++w==", ImageProblem.WhiteSpace)]
    [InlineData("/9j/+++++w== ", ImageProblem.WhiteSpace)]
    [InlineData("/9j/+++++w==    ", ImageProblem.WhiteSpace)] // four spaces: still a whole number of quartets
    [InlineData("", ImageProblem.NotBase64)]
    public void What_Follows_Is_Standard_Base64_Without_White_Space(string base64, ImageProblem problem) =>
        Assert.Equal(problem, Requests.Image(JpegPrefix + base64).Inspect(Limit));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_Image_Is_As_Large_As_It_Decodes_And_May_Reach_The_Limit(int beyondWholeTriples)
    {
        var bytes = new byte[300 + beyondWholeTriples];
        Convert.FromHexString(Jpeg + Scan).CopyTo(bytes, 0);
        var image = Requests.Image(JpegPrefix + Convert.ToBase64String(bytes));
        Assert.Equal(ImageProblem.None, image.Inspect(bytes.Length));
        Assert.Equal(ImageProblem.TooLarge, image.Inspect(bytes.Length - 1));
    }

    [Theory]
    [InlineData(JpegPrefix, Jpeg + Scan, ImageProblem.None)]
    [InlineData(JpegPrefix, "FFD8", ImageProblem.NotDeclaredType)]
    [InlineData(JpegPrefix, "FFD8FE", ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, Jpeg + Scan, ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, Png + Header + Data, ImageProblem.None)]
    [InlineData(PngPrefix, "89504E470D0A1A", ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, "89504E470D0A1A0B" + Header + Data, ImageProblem.NotDeclaredType)]
    [InlineData(JpegPrefix, Png + Header + Data, ImageProblem.NotDeclaredType)]
    public void The_First_Bytes_Are_Those_Of_The_Declared_Type(string prefix, string hex, ImageProblem problem) =>
        Assert.Equal(problem, Inspect(prefix, hex));

    [Theory]
    [InlineData(Jpeg + Scan, true)]
    [InlineData(Jpeg + "FFE0000401020000", false)] // what follows a segment is a segment
    [InlineData(Jpeg + "FFE000040102" + Scan, true)]
    [InlineData(Jpeg + "FFFFFFE000040102FFFF" + Scan, true)] // fill bytes
    [InlineData(Jpeg + "FF01FFD0" + Scan, true)] // without a length
    [InlineData(Jpeg, false)]
    [InlineData(Jpeg + "FF", false)]
    [InlineData(Jpeg + "FFE0", false)]
    [InlineData(Jpeg + "FFE000040102", false)] // header only
    [InlineData(Jpeg + "FFDA0008010100003F", false)] // one byte less than Scan
    [InlineData(Jpeg + "FFE0FFFF" + Scan, false)] // lengths that lie
    [InlineData(Jpeg + "FFE00000" + Scan, false)]
    [InlineData(Jpeg + "FFE00001" + Scan, false)]
    [InlineData(Jpeg + "FFE00006" + Scan, false)]
    [InlineData(Jpeg + "FFD9" + Scan, false)] // the end before the data
    [InlineData(Jpeg + "FFD8" + Scan, false)]
    [InlineData(Jpeg + "FF00" + Scan, false)]
    public void A_Jpeg_Goes_At_Least_Up_To_The_Header_Of_Its_First_Scan(string hex, bool isWhole) =>
        Assert.Equal(
            isWhole ? ImageProblem.None : hex == Jpeg ? ImageProblem.NotDeclaredType : ImageProblem.CutOff, Inspect(JpegPrefix, hex));

    [Theory]
    [InlineData(Png + Header + Data, true)]
    [InlineData(Png + Header + "0000000174455874AA00000000" + Data, true)]
    [InlineData(Png, false)]
    [InlineData(Png + Header, false)]
    [InlineData(Png + Header + "0000000049444154", true)]
    [InlineData(Png + Header + "00000000494441", false)]
    [InlineData(Png + Header + "0000000049454E44AE426082", false)]
    [InlineData(Png + Header + "FFFFFFFF74455874AA00000000" + Data, false)]
    [InlineData(Png + Header + "7FFFFFFF74455874AA00000000" + Data, false)]
    [InlineData(Png + Header + "0000000274455874AA00000000" + Data, false)]
    [InlineData(Png + "0000000C" + "494844520000000100000001080000000000000000" + Data, false)]
    public void A_Png_Goes_At_Least_Up_To_Its_First_Data(string hex, bool isWhole) =>
        Assert.Equal(isWhole ? ImageProblem.None : ImageProblem.CutOff, Inspect(PngPrefix, hex));

    [Fact]
    public void A_Photo_That_Is_Cut_Anywhere_Is_Whole_From_Its_Data_On()
    {
        foreach (var (prefix, whole, from) in new[]
        {
            (JpegPrefix, Jpeg + "FFE000040102FFDB0003FF" + Scan + "AABBCC", Jpeg + "FFE000040102FFDB0003FF" + Scan),
            (PngPrefix, Png + Header + Data + "AABBCC", Png + Header + Data),
        })
        {
            for (var length = 16; length <= whole.Length; length += 2)
                Assert.Equal((length, length >= from.Length), (length, Inspect(prefix, whole[..length]) == ImageProblem.None));
        }
    }

    /// <summary>However many segments there are, a few thousand are looked at.</summary>
    [Theory]
    [InlineData(JpegPrefix, Jpeg, "FFFE0002", Scan)]
    [InlineData(JpegPrefix, Jpeg, "FFFFFFFF", Scan)]
    [InlineData(JpegPrefix, Jpeg, "FFD0FFD0", Scan)]
    [InlineData(PngPrefix, Png, "000000007445587400000000", Data)]
    public void Endless_Markers_Are_Bounded(string prefix, string start, string marker, string data)
    {
        Assert.Equal(ImageProblem.None, Inspect(prefix, start + Repeat(1_000) + data));
        Assert.Equal(ImageProblem.CutOff, Inspect(prefix, start + Repeat(80_000) + data));

        string Repeat(int times) => string.Concat(Enumerable.Repeat(marker, times));
    }

    [Fact]
    public void Any_Bytes_Behind_A_Signature_Are_Looked_At_Without_An_Error()
    {
        var random = new Random(20241101);
        foreach (var (prefix, start) in new[] { (JpegPrefix, Jpeg + "FF"), (PngPrefix, Png) })
        {
            for (var round = 0; round < 5_000; round++)
            {
                var bytes = new byte[random.Next(64)];
                random.NextBytes(bytes);
                Assert.True(Inspect(prefix, start + Convert.ToHexString(bytes)) is ImageProblem.None or ImageProblem.CutOff);
            }
        }
    }

    private static ImageProblem Inspect(string prefix, string hex) =>
        Requests.Image(prefix + Convert.ToBase64String(Convert.FromHexString(hex))).Inspect(Limit);
}
