using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

/// <summary>The scanner of bytes and the parser of JSON see the same strings, whatever the bytes are.</summary>
public sealed class JsonStringsProperties
{
    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\\"", "\\\\", "\\u", "\\ud83d", "\\ude00", "\\u0041", " ", "\t", "\r\n", "{", "}", "[", "]", ",", ":", "1", "-",
        "true", "é",
        "😀", "\u0001", "kycResponse", "\"kycResponse\":\"KYC Approved\"", "\"partnerReferenceNo\":\"R-1\"", "\"merchantId\":\"M\"", "a b",
    ];

    private static readonly Gen<byte[]> Soup =
        from parts in Gen.OneOf(Gen.Elements(Pieces).Select(Encoding.UTF8.GetBytes), Gen.Choose(0x80, 0xFF)
            .Select(one => new[] { (byte)one }))
            .ListOf()
        select parts.SelectMany(part => part).ToArray();

    private static readonly Gen<byte[]> Notifications =
        from soup in Soup
        from at in Gen.Choose(0, 4)
        from message in Texts.Wild
        select Between(
            [
                "{", "\"kycResponse\":\"KYC Approved\",", "\"partnerReferenceNo\":\"R-1\",", $"\"x\":{JsonSerializer.Serialize(message)},",
                "\"merchantId\":\"M\"}",
            ],
            at, soup);

    [Fact]
    public void Without_Its_Blanks_A_Body_Says_The_Same() => Property.Holds(Gen.OneOf(Soup, Notifications), body =>
    {
        var reading = KycNotificationReader.Read(body);
        if (reading.Problem == KycNotificationProblem.NotJson)
            return;
        var minified = SnapVerifier.Minify(body);
        Assert.NotNull(minified);
        Assert.Equal(Decisive(reading), Decisive(KycNotificationReader.Read(minified)));
        Assert.Equal(minified, SnapVerifier.Minify(minified));
    });

#if NET9_0_OR_GREATER
    [Fact]
    public void Without_Its_Blanks_A_Document_Is_The_Same() => Property.Holds(Json.Document(["kycResponse", "a b"]), document =>
    {
        var bytes = Encoding.UTF8.GetBytes(document);
        using var parsed = JsonDocument.Parse(JsonStrings.Repair(bytes));
        using var again = JsonDocument.Parse(JsonStrings.Repair(SnapVerifier.Minify(bytes)));
        Assert.True(JsonElement.DeepEquals(parsed.RootElement, again.RootElement));
    });
#endif

    [Fact]
    public void A_Repair_Ends_No_String_Elsewhere_And_Leaves_What_Is_Right() => Property.Holds(Soup, body =>
    {
        var repaired = JsonStrings.Repair(body);
        Assert.Equal(SnapVerifier.Minify(body) is null, SnapVerifier.Minify(repaired.Span) is null);
        Assert.True(JsonStrings.Repair(repaired).Span.SequenceEqual(repaired.Span));
        if (IsStrict(body))
            Assert.True(repaired.Equals((ReadOnlyMemory<byte>)body));
    });

    [Theory]
    [InlineData("""{ "a" : "b \" c" , "d":[1 ,	2] }""", """{"a":"b \" c","d":[1,2]}""")]
    [InlineData("\r\n{}\r\n", "{}")]
    [InlineData("""{"a":"\\" , "b":" "}""", """{"a":"\\","b":" "}""")]
    [InlineData("""{"a": "b}""", null)]
    [InlineData("""{"a": "b\"}""", null)]
    [InlineData("\u00A0{}", "\u00A0{}")]
    public void Only_The_Four_Blanks_Of_Json_Outside_Of_Strings_Go(string body, string? minified)
    {
        var bytes = SnapVerifier.Minify(Encoding.UTF8.GetBytes(body));
        Assert.Equal(minified, bytes is null ? null : Encoding.UTF8.GetString(bytes));
    }

    private static byte[] Between(string[] parts, int at, byte[] soup) =>
        [.. parts[..at].SelectMany(Encoding.UTF8.GetBytes), .. soup, .. parts[at..].SelectMany(Encoding.UTF8.GetBytes)];

    private static object Decisive(KycNotificationReading reading) => (
        reading.Problem, reading.Field, reading.PartnerReferenceNo, reading.KycResponse, reading.MerchantId, reading.PhoneNo.Reveal());

    private static bool IsStrict(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.EnumerateObject().All(member => member.Name is not null
                    && (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not null));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
