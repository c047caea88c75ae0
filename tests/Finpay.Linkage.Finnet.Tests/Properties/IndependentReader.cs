using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Finnet.Tests.Properties;

/// <summary>Reads a widget request and shares no code with the writer.</summary>
internal static class IndependentReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static AskedFor Read(byte[] body, AskedFor.Merchant keys)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        AssertMembers(
            root, ["partnerReferenceNo", "phoneNo", "merchantId", "merchantPass"], ["redirectFinalUrl", "images", "personalData"]);
        return new AskedFor(
            Text(root, "partnerReferenceNo")!,
            Text(root, "phoneNo")!,
            Text(root, "redirectFinalUrl"),
            Image(Object(root, "images", [], ["ktp", "selfie"]), "ktp"),
            Image(Object(root, "images", [], ["ktp", "selfie"]), "selfie"),
            Person(Object(root, "personalData", [], ["kkNumber", "biologicalMotherName", "nationality", "email"]), keys),
            keys with { Id = Text(root, "merchantId")!, Password = Decrypt(Text(root, "merchantPass"), keys)! });
    }

    private static AskedImage? Image(JsonElement? images, string name) =>
        images is { } all && Object(all, name, ["base64", "isEditable"], []) is { } image
            ? new AskedImage(Text(image, "base64")!, image.GetProperty("isEditable").GetBoolean())
            : null;

    private static AskedFor.Person? Person(JsonElement? data, AskedFor.Merchant keys) => data is not { } person
        ? null
        : new AskedFor.Person(
            Decrypt(Text(person, "kkNumber"), keys),
            Decrypt(Text(person, "biologicalMotherName"), keys),
            Text(person, "nationality") switch
            {
                "WNI" => Nationality.Wni,
                "WNA" => Nationality.Wna,
                null => null,
                var other =>
                throw new FormatException(other)
            },
            Text(person, "email"));

    private static JsonElement? Object(JsonElement parent, string name, string[] mandatory, string[] optional)
    {
        if (!parent.TryGetProperty(name, out var element))
            return null;
        AssertMembers(element, mandatory, optional);
        return element;
    }

    // Refuses empty objects, and duplicate, unknown, missing and null members.
    private static void AssertMembers(JsonElement element, string[] mandatory, string[] optional)
    {
        var names = element.EnumerateObject().Select(member => member.Name).ToList();
        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
        Assert.Empty(names.Except([.. mandatory, .. optional]));
        Assert.Empty(mandatory.Except(names));
        Assert.DoesNotContain(element.EnumerateObject(), member => member.Value.ValueKind == JsonValueKind.Null);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString()! : null;

    private static string? Decrypt(string? base64, AskedFor.Merchant keys)
    {
        if (base64 is null)
            return null;
        using var aes = Aes.Create();
        aes.Key = Encoding.ASCII.GetBytes(keys.Key);
        return StrictUtf8.GetString(aes.DecryptCbc(Convert.FromBase64String(base64), Encoding.ASCII.GetBytes(keys.Iv), PaddingMode.PKCS7));
    }
}
