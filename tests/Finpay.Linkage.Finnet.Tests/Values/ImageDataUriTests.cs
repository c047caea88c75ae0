using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>Each refused image stands below the most similar accepted one.</summary>
public sealed class ImageDataUriTests
{
    private const long Limit = 1024 * 1024;

    private const string JpegPrefix = "data:image/jpeg;base64,";
    private const string PngPrefix = "data:image/png;base64,";

    [Theory]
    [InlineData(Requests.Jpeg, ImageProblem.None)]
    [InlineData("/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/jpg;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/gif;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("Data:image/jpeg;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData(" data:image/jpeg;base64,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/jpeg,/9j/+++++w==", ImageProblem.MissingPrefix)]
    [InlineData("data:image/jpeg;base64", ImageProblem.MissingPrefix)]
    [InlineData("", ImageProblem.MissingPrefix)]
    public void The_Prefix_Is_One_Of_Two(string text, ImageProblem problem) => Assert.Equal(problem, Requests.Image(text).Inspect(Limit));

    [Theory]
    [InlineData("/9j/+++++w==", ImageProblem.None)]
    [InlineData("/9j/+++++w=", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w===", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w==/9j/", ImageProblem.NotBase64)]
    [InlineData("/9j/++++?w==", ImageProblem.NotBase64)]
    [InlineData("_9j_-----w==", ImageProblem.NotBase64)] // base64url
    [InlineData("/9j/ +++++w==", ImageProblem.NotBase64)]
    [InlineData("/9j/\n+++++w==", ImageProblem.NotBase64)]
    [InlineData(" /9j/+++++w==", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w== ", ImageProblem.NotBase64)]
    [InlineData("/9j/+++++w==    ", ImageProblem.NotBase64)] // four spaces: still a whole number of quartets
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
        new byte[] { 0xFF, 0xD8, 0xFF }.CopyTo(bytes, 0);
        var image = Requests.Image(JpegPrefix + Convert.ToBase64String(bytes));
        Assert.Equal(ImageProblem.None, image.Inspect(bytes.Length));
        Assert.Equal(ImageProblem.TooLarge, image.Inspect(bytes.Length - 1));
    }

    [Theory]
    [InlineData(JpegPrefix, "FFD8FF", ImageProblem.None)]
    [InlineData(JpegPrefix, "FFD8", ImageProblem.NotDeclaredType)]
    [InlineData(JpegPrefix, "FFD8FE", ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, "FFD8FF", ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, "89504E470D0A1A0A", ImageProblem.None)]
    [InlineData(PngPrefix, "89504E470D0A1A", ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, "89504E470D0A1A0B", ImageProblem.NotDeclaredType)]
    [InlineData(PngPrefix, "89504E470D0A1A0A0000000D49484452", ImageProblem.None)]
    [InlineData(JpegPrefix, "89504E470D0A1A0A", ImageProblem.NotDeclaredType)]
    public void The_First_Bytes_Are_Those_Of_The_Declared_Type(string prefix, string hex, ImageProblem problem) =>
        Assert.Equal(problem, Requests.Image(prefix + Convert.ToBase64String(Convert.FromHexString(hex))).Inspect(Limit));
}
