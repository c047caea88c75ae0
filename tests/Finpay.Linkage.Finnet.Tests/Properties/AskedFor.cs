using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

/// <summary>An image as plain values.</summary>
internal sealed record AskedImage(string Base64, bool IsEditable)
{
    public static implicit operator UpgradeImage?(AskedImage? image) =>
        image is null ? null : new UpgradeImage(new ImageDataUri(Encoding.UTF8.GetBytes(image.Base64)), image.IsEditable);
}

/// <summary>
/// A request and the merchant's settings as plain values: the input, to compare with the output, and readable
/// when a property fails.
/// </summary>
internal sealed record AskedFor(
    string Reference, string Phone, string? RedirectFinalUrl, AskedImage? Ktp, AskedImage? Selfie, AskedFor.Person? Data,
    AskedFor.Merchant By)
{
    public static Gen<AskedFor> Any { get; } =
        from reference in Texts.Digits(10, 64)
        from phone in Texts.Digits(7, 12)
        from path in Texts.Any.OrNull()
        from ktp in Image().OrNull()
        from selfie in Image().OrNull()
        from data in PersonalData().OrNull()
        from merchant in Settings()
        let redirect = path is null ? null : $"https://shop.example/{Uri.EscapeDataString(path)}"
        select new AskedFor(reference, "628" + phone, redirect, ktp, selfie, data, merchant);

    public UpgradeWidgetRequest Request => new()
    {
        PartnerReferenceNo = Reference,
        PhoneNo = Support.Requests.Phone(Phone),
        RedirectFinalUrl = RedirectFinalUrl,
        // Without images, with and without the object that holds them.
        Images = Ktp is null && Selfie is null && Reference.Length % 2 == 0 ? null : new UpgradeImages { Ktp = Ktp, Selfie = Selfie },
        PersonalData = Data is null
            ? null
            : new UpgradePersonalData
            {
                KkNumber = Data.Kk is null ? null : Support.Requests.FamilyCard(Data.Kk),
                BiologicalMotherName = Data.Mother is null ? null : new Secret(Data.Mother),
                Nationality = Data.Nationality,
                Email = Data.Email is null ? null : new Secret(Data.Email),
            },
    };

    private static Gen<AskedImage> Image() =>
        from type in Gen.Elements("jpeg", "png")
        from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
        from isEditable in Gen.Elements(true, false)
        select new AskedImage($"data:image/{type};base64,{Convert.ToBase64String([0xFB, 0xEF, 0xBE, .. bytes])}", isEditable); // ++++…

    private static Gen<Person> PersonalData() =>
        from kk in Texts.Digits(16, 16).OrNull()
        from mother in Texts.Printable.OrNull()
        from nationality in Gen.Elements<Nationality?>(null, Nationality.Wni, Nationality.Wna)
        from email in Texts.Printable.OrNull()
        select new Person(kk, mother, nationality, email);

    private static Gen<Merchant> Settings() =>
        from id in Texts.NotEmpty
        from password in Texts.NotEmpty
        from key in Texts.Ascii(16)
        from iv in Texts.Ascii(16)
        select new Merchant(id, password, key, iv);

    public sealed record Person(string? Kk, string? Mother, Nationality? Nationality, string? Email);

    public sealed record Merchant(string Id, string Password, string Key, string Iv);
}
