using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Finpay.Linkage.Benchmarks.Compare;

/// <summary>Bodies of creates: a start with a new reference, always of the same length, and a rest that is the same for all.</summary>
internal sealed class CreateBodies : IDisposable
{
    // Two of them make a body of 1.87 MB, within Images:MaxBytes.
    private const int ImageBytes = 700_000;

    private readonly string folder = Directory.CreateTempSubdirectory("linkage-bodies-").FullName;

    public CreateBodies()
    {
        var image = Encoding.ASCII.GetString(RandomPhoto(ImageBytes));
        WithImages = Write(
            "images", $$$"""{"ktp":{"base64":"{{{image}}}","isEditable":false},"selfie":{"base64":"{{{image}}}","isEditable":true}}""");
        WithoutImages = Write("plain", images: null);
    }

    /// <summary>A data URI with the start of a JPEG, up to the header of its first scan, and random bytes.</summary>
    public static byte[] RandomPhoto(int bytes) => Encoding.ASCII.GetBytes("data:image/jpeg;base64," + Convert.ToBase64String(
        [0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00, .. RandomNumberGenerator.GetBytes(bytes - 12)]));

    /// <summary>The file with the rest of a body with two images.</summary>
    public string WithImages { get; }

    /// <summary>The file with the rest of a body without images.</summary>
    public string WithoutImages { get; }

    /// <summary>As Load/create.lua makes them.</summary>
    public static byte[] Begin(long number) =>
        Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"partnerReferenceNo":"20261121{{number:000000000000}}","phoneNo":"0812{{number % 100_000_000:00000000}}","""));

    public static long Length(string restFile) => Begin(0).Length + new FileInfo(restFile).Length;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, string? images)
    {
        var file = Path.Combine(folder, name);
        const string PersonalData =
            """{"kkNumber":"3273012501120007","biologicalMotherName":"Siti Aminah","nationality":"WNI","email":"budi.santoso@email.com"}""";
        var imagesMember = images is null ? "" : $"\"images\":{images},";
        File.WriteAllText(file, $$"""
            "redirectFinalUrl":"https://shop.example/upgraded",{{imagesMember}}"personalData":{{PersonalData}}}
            """);
        return file;
    }
}
