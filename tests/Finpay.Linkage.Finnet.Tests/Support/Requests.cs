using System.Text;

namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>Requests of made-up people.</summary>
internal static class Requests
{
    // FF D8 FF FB EF BE FB and 89 50 4E 47 0D 0A 1A 0A FB EF BE: signatures, then bytes that Base64 writes with +.
    public const string Jpeg = "data:image/jpeg;base64,/9j/+++++w==";
    public const string Png = "data:image/png;base64,iVBORw0KGgr7774=";

    public const string Reference = "202411011441000012";

    public static UpgradeWidgetRequest Minimal { get; } = new() { PartnerReferenceNo = Reference, PhoneNo = Phone("081295288912") };

    public static UpgradeImages BothImages { get; } = new()
    {
        Ktp = new UpgradeImage(Image(Jpeg), IsEditable: false),
        Selfie = new UpgradeImage(Image(Png), IsEditable: true),
    };

    public static UpgradePersonalData AllPersonalData { get; } = new()
    {
        KkNumber = FamilyCard("3173010101010001"),
        BiologicalMotherName = new Secret("Siti Nurhaliza Ñandú 李 😀"),
        Nationality = Nationality.Wni,
        Email = new Secret("budi.santoso+kyc@email.com"),
    };

    public static UpgradeWidgetRequest Full { get; } = Minimal with
    {
        RedirectFinalUrl = "https://shop.example/upgraded?a=1&b=%3C2%3E",
        Images = BothImages,
        PersonalData = AllPersonalData,
    };

    public static PhoneNumber Phone(string text) =>
        PhoneNumber.TryParse(text, out var phone) ? phone : throw new ArgumentException("No phone number.", nameof(text));

    public static FamilyCardNumber FamilyCard(string text) =>
        FamilyCardNumber.TryParse(text, out var number) ? number : throw new ArgumentException("No family card number.", nameof(text));

    public static ImageDataUri Image(string text) => new(Encoding.UTF8.GetBytes(text));
}
