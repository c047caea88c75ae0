using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Values;

/// <summary>Photos from bytes and files.</summary>
public sealed class ImageSourceTests : IDisposable
{
    // SOI and the header of a scan without components; signature and the head of an IDAT.
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2];
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, .. "IDAT"u8];

    private readonly string file = Path.GetTempFileName();

    [Fact]
    public void Bytes_Become_A_Data_Uri_Of_Their_Type()
    {
        Assert.Equal("data:image/jpeg;base64,/9j/2gAC", Text(ImageDataUri.FromJpeg(Jpeg)));
        Assert.Equal("data:image/png;base64,iVBORw0KGgoAAAAASURBVA==", Text(ImageDataUri.FromPng(Png)));
    }

    [Fact]
    public void Its_Content_Says_What_A_File_Is()
    {
        File.WriteAllBytes(file, Jpeg);
        Assert.Equal(Text(ImageDataUri.FromJpeg(Jpeg)), Text(ImageDataUri.FromFile(file)));
        File.WriteAllBytes(file, Png);
        Assert.Equal(Text(ImageDataUri.FromPng(Png)), Text(ImageDataUri.FromFile(file)));
    }

    [Fact]
    public void What_Is_No_Whole_Image_Is_Refused()
    {
        Assert.Contains("no whole JPEG", Refused(() => ImageDataUri.FromJpeg(Png)), StringComparison.Ordinal);
        Assert.Contains("no whole JPEG", Refused(() => ImageDataUri.FromJpeg(Jpeg.AsSpan(0, 5))), StringComparison.Ordinal);
        Assert.Contains("no whole JPEG", Refused(() => ImageDataUri.FromJpeg([])), StringComparison.Ordinal);
        Assert.Contains("no whole PNG", Refused(() => ImageDataUri.FromPng(Jpeg)), StringComparison.Ordinal);
        File.WriteAllText(file, "GIF89a");
        Assert.Contains("no whole JPEG", Refused(() => ImageDataUri.FromFile(file)), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => ImageDataUri.FromFile(file + ".missing"));
    }

    [Fact]
    public async Task They_Are_Sent_As_Bytes_Of_A_Data_Uri_Are()
    {
        using var network = new StubHandler(_ => Answers.Sample());
        await using var host = new FinnetHost(network);
        foreach (var image in new[] { ImageDataUri.FromJpeg(Jpeg), Requests.Image("data:image/jpeg;base64,/9j/2gAC") })
            await host.SendAsync(Requests.Minimal with { Images = new UpgradeImages { Ktp = new UpgradeImage(image, IsEditable: true) } });
        Assert.Equal(network.Requests[0].Body, network.Requests[1].Body);
    }

    public void Dispose() => File.Delete(file);

    private static string Text(ImageDataUri image)
    {
        var (prefix, base64) = image.Reveal();
        return prefix + System.Text.Encoding.ASCII.GetString(base64.Span);
    }

    private static string Refused(Func<ImageDataUri> make) => Assert.Throws<ArgumentException>(make).Message;
}
