using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Upgrades;

/// <summary>Every part of a request makes a difference, whatever is added to it.</summary>
public sealed class FingerprintTests
{
    private static readonly byte[] Photo =
        Encoding.ASCII.GetBytes("data:image/jpeg;base64," + Convert.ToBase64String(Samples.Photo(90_000)));

    private readonly LookupHash lookup = new(SHA256.HashData("key"u8), null);

    [Fact]
    public void Equal_Requests_Have_One_Fingerprint() => Assert.Equal(Of(Request()), Of(Request()));

    [Fact]
    public void Each_Property_Makes_A_Difference()
    {
        var whole = Of(Request());
        var changed = Changes(Request()).ToList();

        // All properties there are: a new one without a case here fails.
        Assert.Equal(
            Leaves(typeof(UpgradeWidgetRequest)).Order(StringComparer.Ordinal),
            changed.Select(change => change.Property).Order(StringComparer.Ordinal));
        Assert.All(changed, change => Assert.NotEqual(whole, Of(change.Request)));
        Assert.Equal(changed.Count, changed.Select(change => Of(change.Request)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_Photo_Makes_A_Difference_By_One_Bit_And_By_Its_Place()
    {
        byte[] other = [.. Photo];
        other[^3] ^= 1;
        var request = Request();
        var swapped = request with { Images = new UpgradeImages { Ktp = request.Images!.Selfie, Selfie = request.Images.Ktp } };
        var oneBit = request with { Images = request.Images with { Ktp = new UpgradeImage(new ImageDataUri(other), IsEditable: false) } };

        Assert.Equal(3, new[] { request, swapped, oneBit }.Select(Of).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_Type_Of_A_Photo_Counts_And_How_It_Is_Spelled_Does_Not()
    {
        string[] prefixes = ["data:image/jpeg;base64,", "data:image/jpg;base64,", "DATA:IMAGE/JPEG;BASE64,", "data:image/png;base64,"];
        var all = prefixes.Select(prefix => Request() with
        {
            Images = new UpgradeImages
            {
                Ktp = new UpgradeImage(new ImageDataUri(Encoding.ASCII.GetBytes(prefix + "AAAA")), IsEditable: true),
            },
        }).Select(Of).ToList();

        Assert.Equal(all[0], Assert.Single(all[..3].Distinct(StringComparer.Ordinal)));
        Assert.NotEqual(all[0], all[3]);
    }

    private string Of(UpgradeWidgetRequest request) => Convert.ToHexString(Fingerprint.Of(request, lookup).Current);

    private static UpgradeWidgetRequest Request() => new()
    {
        PartnerReferenceNo = "202411011441000012",
        PhoneNo = Phone("081295288912"),
        RedirectFinalUrl = "https://shop.example/",
        Images = new UpgradeImages
        {
            Ktp = new UpgradeImage(new ImageDataUri(Photo), IsEditable: false),
            Selfie = new UpgradeImage(new ImageDataUri(Photo.AsMemory(0, 60_000)), IsEditable: true),
        },
        PersonalData = new UpgradePersonalData
        {
            KkNumber = Card("3273012501120007"),
            BiologicalMotherName = new Secret("Siti Aminah"),
            Nationality = Nationality.Wni,
            Email = new Secret("budi.santoso@email.com"),
        },
    };

    private static IEnumerable<(string Property, UpgradeWidgetRequest Request)> Changes(UpgradeWidgetRequest request)
    {
        var (images, personal) = (request.Images!, request.PersonalData!);
        yield return ("PartnerReferenceNo", request with { PartnerReferenceNo = "202411011441000013" });
        yield return ("PhoneNo", request with { PhoneNo = Phone("081295288913") });
        yield return ("RedirectFinalUrl", request with { RedirectFinalUrl = null });
        yield return ("Images.Ktp.Base64", request with
        {
            Images = images with { Ktp = images.Ktp! with { Base64 = new ImageDataUri(Photo.AsMemory(0, 89_000)) } },
        });
        yield return ("Images.Ktp.IsEditable", request with { Images = images with { Ktp = images.Ktp! with { IsEditable = true } } });
        yield return ("Images.Selfie.Base64", request with
        {
            Images = images with { Selfie = images.Selfie! with { Base64 = images.Ktp!.Base64 } },
        });
        yield return ("Images.Selfie.IsEditable", request with
        {
            Images = images with { Selfie = images.Selfie! with { IsEditable = false } },
        });
        yield return ("PersonalData.KkNumber", request with { PersonalData = personal with { KkNumber = null } });
        yield return ("PersonalData.BiologicalMotherName", request with
        {
            PersonalData = personal with { BiologicalMotherName = new Secret("siti aminah") },
        });
        yield return ("PersonalData.Nationality", request with { PersonalData = personal with { Nationality = Nationality.Wna } });
        yield return ("PersonalData.Email", request with { PersonalData = personal with { Email = null } });
    }

    private static IEnumerable<string> Leaves(Type type, string before = "") =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .SelectMany(property => property.PropertyType is { IsClass: true } inner
                && inner.Name.StartsWith("Upgrade", StringComparison.Ordinal)
                ? Leaves(inner, $"{before}{property.Name}.")
                : [before + property.Name]);

    private static PhoneNumber Phone(string text) =>
        PhoneNumber.TryParse(text, out var phone) ? phone : throw new InvalidOperationException(text);

    private static FamilyCardNumber Card(string text) =>
        FamilyCardNumber.TryParse(text, out var card) ? card : throw new InvalidOperationException(text);
}
