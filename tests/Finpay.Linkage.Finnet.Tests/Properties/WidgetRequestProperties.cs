using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

public sealed class WidgetRequestProperties
{
    // Every value that the types allow: invalid UTF-16, bytes that are no image, an undefined nationality.
    private static readonly Gen<UpgradeWidgetRequest> Wild =
        from asked in AskedFor.Any
        from reference in Gen.Frequency((3, Gen.Constant(asked.Reference)), (1, Texts.Wild))
        from redirect in Texts.Wild.OrNull()
        from image in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf()
        from isImage in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        from mother in Texts.Wild.OrNull()
        from nationality in Gen.Frequency((3, Gen.Constant(Nationality.Wna)), (1, Gen.Choose(-1, 3).Select(value => (Nationality)value)))
        select asked.Request with
        {
            PartnerReferenceNo = reference,
            RedirectFinalUrl = redirect,
            Images = isImage
                ? asked.Request.Images
                : new UpgradeImages { Selfie = new UpgradeImage(new ImageDataUri(image), IsEditable: true) },
            PersonalData = new UpgradePersonalData
            {
                Nationality = nationality,
                BiologicalMotherName = mother is null
                ? null
                : new Secret(mother)
            },
        };

    [Fact]
    public void An_Independent_Reader_Reads_What_Was_Asked_For() => Property.Holds(AskedFor.Any, asked =>
    {
        var read = IndependentReader.Read(Write(asked.Request, asked.By), asked.By);
        // Personal data without a member is no personal data.
        Assert.Equal(asked.Data == new AskedFor.Person(null, null, null, null) ? asked with { Data = null } : asked, read);
    });

    [Fact]
    public void No_Plus_Of_Base64_Is_Escaped() => Property.Holds(AskedFor.Any, asked =>
    {
        var written = Encoding.UTF8.GetString(Write(asked.Request, asked.By));
        Assert.DoesNotContain("\\u002B", written, StringComparison.OrdinalIgnoreCase);
        foreach (var image in new[] { asked.Ktp, asked.Selfie })
            Assert.Contains(image?.Base64 ?? "", written, StringComparison.Ordinal);
    });

    [Fact]
    public void What_Must_Be_Encrypted_Stands_Nowhere_In_Clear() => Property.Holds(AskedFor.Any, asked =>
    {
        var written = Write(asked.Request, asked.By);
        foreach (var secret in new[] { asked.By.Password, asked.Data?.Kk, asked.Data?.Mother })
        {
            // A shorter value may occur by chance.
            if (secret is { Length: >= 8 })
                Assert.Equal(-1, written.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
        }
    });

    [Fact]
    public void Whatever_Is_Asked_For_Is_Refused_Or_Written_As_It_Was_Asked_For() => Property.Holds(Wild, request =>
    {
        var keys = new AskedFor.Merchant("AGREE170724", "123456", "1234567890123456", "6543210987654321");
        byte[] written;
        try
        {
            written = Write(request, keys);
        }
        catch (ArgumentException)
        {
            return;
        }

        var read = IndependentReader.Read(written, keys);
        Assert.Equal((request.PartnerReferenceNo, request.RedirectFinalUrl), (read.Reference, read.RedirectFinalUrl));
        Assert.Equal(
            (request.PersonalData!.BiologicalMotherName?.Reveal(), request.PersonalData.Nationality),
            (read.Data?.Mother, read.Data?.Nationality));
        foreach (var image in new[] { read.Ktp, read.Selfie })
            Assert.Matches("^data:image/(jpeg|png);base64,[A-Za-z0-9+/]+=*$", image?.Base64 ?? "data:image/png;base64,iVBORw0KGgr7774=");
    });

    private static byte[] Write(UpgradeWidgetRequest request, AskedFor.Merchant by) => OutgoingBodies.ToArray(WidgetRequestWriter.Write(
        request,
        new FinnetOptions
        {
            MerchantId = by.Id,
            MerchantPassword = new Secret(by.Password),
            EncryptionKey = new Secret(by.Key),
            EncryptionIv = new Secret(by.Iv),
        }));
}
