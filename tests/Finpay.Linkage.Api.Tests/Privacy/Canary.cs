using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>Planted values that must not be found in any encoding.</summary>
internal sealed class Canary
{
    public const string Phone = "081277712345";
    public const string SentPhone = "6281277712345";
    public const string FamilyCard = "3174057712900031";
    public const string MotherName = "Plantéd Möther <O'Name>";
    public const string Email = "planted.customer+kyc@mail.example";
    public const string RedirectUrl = "https://shop.example/planted-return?a=1&b=2";
    public const string WidgetUrl = "https://demos.finnet.co.id/mob-dev/widget/prem?phone=" + SentPhone + "&uuid=" + WidgetId;
    public const string WidgetId = "7d1c2b3a-4f5e-4a6b-8c9d-0e1f2a3b4c5d";
    public const string KycMessage = "planted reason & «rejection» + more";
    public const string WordsOfFinnet = "planted words of Finnet's";
    public const string WrongKey = "planted-wrong-key-0123456789-abcdef";
    public const string WrongToken = "planted-wrong-token-0123456789-abcdef";
    public const string SecondToken = "planted-second-token-0123456789-abcd";
    public const string ClientSecret = "planted-client-secret-0123456789";
    public const string AccessToken = "planted-access-token-0123456789";

    // A JPEG up to the header of its first scan.
    private static readonly byte[] Head = [0xFF, 0xD8, 0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00];

    /// <summary>Long enough that any part of it, as Base64 or as bytes, is recognizable.</summary>
    public static readonly byte[] Image = [.. Head, .. "planted image bytes 0123456789 abcdefghijklmnopqrstuvwxyz"u8];

    public static readonly IReadOnlyList<string> Personal =
    [
        Phone[1..], FamilyCard, MotherName, Email, RedirectUrl, WidgetUrl, WidgetId, KycMessage,
        Encoding.UTF8.GetString(Image.AsSpan(Head.Length)), Convert.ToBase64String(Image),
    ];

    public static readonly IReadOnlyList<string> Secrets =
    [
        TestSettings.MerchantPassword, TestSettings.EncryptionKey, TestSettings.EncryptionIv, TestSettings.MerchantKey,
        TestSettings.OtherKey, TestSettings.OpsKey, TestSettings.PathToken,
        TestSettings.StorageKey, TestSettings.LookupKey, WrongKey, WrongToken, SecondToken, ClientSecret, AccessToken,
    ];

    private readonly Dictionary<string, string> valueOfForm = new(StringComparer.OrdinalIgnoreCase);
    private readonly SearchValues<string> forms;

    public Canary(IEnumerable<string> values)
    {
        foreach (var value in values.Distinct(StringComparer.Ordinal))
        {
            Values++;
            foreach (var form in FormsOf(value))
                valueOfForm.TryAdd(form, value);
        }

        forms = SearchValues.Create([.. valueOfForm.Keys], StringComparison.OrdinalIgnoreCase);
    }

    public int Values { get; }

    public int Forms => valueOfForm.Count;

    /// <summary>The encodings in which a value may be written.</summary>
    public static IEnumerable<string> FormsOf(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var written = new List<string>
        {
            value,
            // Files are read byte by byte.
            Encoding.Latin1.GetString(bytes),
            Uri.EscapeDataString(value),
            WebUtility.UrlEncode(value),
            WebUtility.HtmlEncode(value),
            JsonEncodedText.Encode(value).ToString(),
            Convert.ToHexString(bytes),
            BitConverter.ToString(bytes),
        };
        written.AddRange(Base64Of(bytes));
        // A Base64 key is also searched for as bytes.
        if (value.Length == 44 && value.EndsWith('=') && Convert.TryFromBase64String(value, bytes, out var length))
            written.AddRange([Convert.ToHexString(bytes, 0, length), .. Base64Of(bytes[..length])]);
        return written.Distinct(StringComparer.OrdinalIgnoreCase);
    }

    public void AssertAbsent(string text, string where)
    {
        var at = text.AsSpan().IndexOfAny(forms);
        if (at < 0)
            return;
        var value = valueOfForm.First(form => text.AsSpan(at).StartsWith(form.Key, StringComparison.OrdinalIgnoreCase)).Value;
        Assert.Fail($"«{value}» stands in the {where}: …{text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)]}…");
    }

    /// <summary>Base64 has three forms, depending on the position; the ends, which depend on neighbours, are cut off.</summary>
    private static IEnumerable<string> Base64Of(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var form = Convert.ToBase64String([.. new byte[before], .. bytes]).TrimEnd('=')[(before == 0 ? 0 : 4)..^2];
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
            yield return Uri.EscapeDataString(form);
            yield return form.Replace("+", "\\u002B", StringComparison.Ordinal);
        }
    }
}
