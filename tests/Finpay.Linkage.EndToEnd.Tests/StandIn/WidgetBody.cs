using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>A widget request as text; <c>enc(…)</c> is replaced by the ciphertext of its content.</summary>
internal static partial class WidgetBody
{
    public const string Full = """
        {"partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724",
        "merchantPass":"enc(sandbox-password)",
        "redirectFinalUrl":"https://shop.example/upgraded",
        "images":{"ktp":{"base64":"data:image/jpeg;base64,/9j/4AAQ","isEditable":false},
        "selfie":{"base64":"data:image/png;base64,iVBORw0KGgoA","isEditable":true}},
        "personalData":{"kkNumber":"enc(3273012501120007)","biologicalMotherName":"enc(Siti Aminah)",
        "nationality":"WNI","email":"budi.santoso@email.com"}}
        """;

    /// <summary>What a customer can be approved with: the mandatory fields and both photos.</summary>
    public static string Of(string phone, string reference) =>
        $$"""
        {"partnerReferenceNo":"{{reference}}","phoneNo":"{{phone}}","merchantId":"AGREE170724",
        "merchantPass":"enc(sandbox-password)","images":{"ktp":{"base64":"data:image/jpeg;base64,/9j/4AAQ","isEditable":false},
        "selfie":{"base64":"data:image/png;base64,iVBORw0KGgoA","isEditable":true} } }
        """;

    public static byte[] Bytes(string text) =>
        Encoding.UTF8.GetBytes(Placeholder().Replace(text, match => Encrypt(match.Groups["clear"].Value)));

    // printf %s CLEAR | openssl enc -aes-128-cbc -K 31323334353637383930313233343536 -iv 31323334353637383930313233343536 -base64 -A
    private static string Encrypt(string clear)
    {
        using var aes = Aes.Create();
        aes.Key = "1234567890123456"u8.ToArray();
        return Convert.ToBase64String(aes.EncryptCbc(Encoding.UTF8.GetBytes(clear), aes.Key, PaddingMode.PKCS7));
    }

    [GeneratedRegex(@"enc\((?<clear>[^)]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
