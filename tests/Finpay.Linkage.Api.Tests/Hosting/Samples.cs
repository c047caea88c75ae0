namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>The documented request with everything in it, personal data in clear.</summary>
public static class Samples
{
    public const string Jpeg = "data:image/jpeg;base64," + JpegHead + "+++++//+";
    public const string Png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQ==";

    /// <summary>A JPEG up to the header of its first scan: 30 bytes.</summary>
    public const string JpegHead = "/9j/4AAQSkZJRgABAQAAAQABAAD/2gAIAQEAAD8A";
    public const string FamilyCard = "3273012501120007";
    public const string MotherName = "Siti Nur'Aminah Ñandú";
    public const string Email = "budi.santoso+kyc@email.com";
    public const string RedirectUrl = "https://shop.example/upgraded?a=1&b=2";

    /// <summary>A JPEG as far as the service looks, of this many bytes.</summary>
    public static byte[] Photo(int length)
    {
        var photo = new byte[length];
        Convert.FromBase64String(JpegHead).AsSpan(0, Math.Min(30, length)).CopyTo(photo);
        return photo;
    }

    public const string Documented = $$"""
        {
          "partnerReferenceNo": "{{Calls.Reference}}",
          "phoneNo": "6281295288912",
          "redirectFinalUrl": "{{RedirectUrl}}",
          "images": {
            "ktp": { "base64": "{{Jpeg}}", "isEditable": false },
            "selfie": { "base64": "{{Png}}", "isEditable": true }
          },
          "personalData": {
            "kkNumber": "{{FamilyCard}}",
            "biologicalMotherName": "{{MotherName}}",
            "nationality": "ID",
            "email": "{{Email}}"
          }
        }
        """;
}
