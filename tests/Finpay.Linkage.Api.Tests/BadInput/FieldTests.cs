using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>
/// Every field of the create request, one thing wrong at a time: a 400 that names the field without its value;
/// nothing is stored or sent.
/// </summary>
public sealed class FieldTests : IClassFixture<FieldTests.SmallImages>
{
    private const string Jpeg = "data:image/jpeg;base64,";
    private const string Png = "data:image/png;base64,";
    private const string Ciphertext = "1jdzWuniG6UMtoa3T6uNLA==";

    private readonly ApiHost host;

    public FieldTests(SmallImages fixture) => host = fixture.Host;

    /// <summary>Path and JSON of the value (null removes the member).</summary>
    public static TheoryData<string, string?> WrongValues()
    {
        var data = new TheoryData<string, string?>();
        void Wrong(string path, params ReadOnlySpan<string?> values)
        {
            foreach (var value in values)
                data.Add(path, value);
        }

        string[] notText = ["4711081508154711", "true", "[]", "{}", "[\"planted-in-list\"]", "{\"planted\":1}"];
        Wrong("partnerReferenceNo", notText);
        Wrong(
            "partnerReferenceNo", "\"\"", "\"ninechars\"", Quote(new string('r', 65)), "\"has space 1\"", "\"has/slash-1\"",
            "\"line\\nbreak1\"", "\"nul\\u0000inside\"", "\"référence-1\"", "\"emoji-😀-1234\"", "\"plus+plus+plus\"");
        Wrong("phoneNo", notText);
        Wrong(
            "phoneNo", null, "null", "\"\"", "\" \"", "\"0812952\"", "\"0812952889121234567\"", "\"08129528x912\"", "\"0812/9528/8912\"",
            "\"0812_9528_8912\"", "\"6581295288\"", "\"60123456789\"", "\"+14155550123\"", "\"021555012345\"", "\"0062 21 5550123\"",
            "\"++6281295288912\"", "\"６２８１２９５２８８９１２\"", "\"٠٨١٢٩٥٢٨٨٩١٢\"", "\"081295288912\\u0000\"");
        Wrong("redirectFinalUrl", notText);
        Wrong(
            "redirectFinalUrl", "\"\"", "\"planted\"", "\"/relative\"", "\"//shop.example/x\"", "\"http://shop.example/\"",
            "\"ftp://shop.example/\"", "\"javascript:alert(1)\"", "\"https:shop.example\"", "\"https://user:secretpw@shop.example/\"",
            "\"https://shop.example/a b\"", "\"https://shop.example/\\nX\"", Quote("https://shop.example/" + new string('u', 2048)));
        Wrong("images", "\"planted\"", "7411", "true", "[]");
        foreach (var image in new[] { "images.ktp", "images.selfie" })
        {
            Wrong(image, "\"planted\"", "7411", "true", "[]");
            Wrong(image + ".base64", notText);
            Wrong(
                image + ".base64", null, "null", "\"\"", "\"/9j/4AAQSkZJRgABAQ==\"", "\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\"",
                Quote(Samples.Jpeg.Replace("image", "image ", StringComparison.Ordinal)), Quote(Samples.Jpeg["data:".Length..]),
                Quote(Samples.Jpeg.Replace(";base64", "", StringComparison.Ordinal)), Quote(Jpeg), Quote(Png));
            Wrong(
                image + ".base64", Quote(Jpeg + "iVBORw0KGgoAAAANSUhEUg=="), Quote(Png + "/9j/4AAQSkZJRgABAQ=="), Quote(Jpeg + "/9g="),
                Quote(Png + "iVBORw0KGg=="));
            Wrong(
                image + ".base64", Quote(Jpeg + "/9j/4AAQSkZJRgABA"), Quote(Jpeg + "/9j/4AAQ*kZJRgAB"), Quote(Jpeg + "_9j_4AAQSkZJRgAB"),
                Quote(Jpeg + "/9j/ 4AAQSkZJRgAB"), Quote(Jpeg + "/9j/4AAQ\nSkZJRgAB"), Quote(Jpeg + "/9j/4A==AQSkZJRg"));
            Wrong(image + ".base64", Quote(Jpeg + "/9j/" + new string('A', 4096)));
            Wrong(image + ".base64", Quote(Jpeg + Samples.JpegHead[..^4]), Quote(Samples.Png[..^24]));
            Wrong(image + ".isEditable", null, "null", "\"true\"", "1", "0", "[]", "{}", "\"\"");
        }

        Wrong("personalData", "\"planted\"", "7411", "true", "[]");
        Wrong("personalData.kkNumber", notText);
        Wrong(
            "personalData.kkNumber", "\"\"", "\"327301250112000\"", "\"32730125011200071\"", "\"327301250112000x\"",
            "\"3273/0125/0112/0007\"", "\" 273012501120007\"", "\"３２７３０１２５０１１２０００７\"");
        Wrong("personalData.biologicalMotherName", notText);
        Wrong(
            "personalData.biologicalMotherName", "\"\"", "\"   \"", "\"Siti\\u0000Aminah\"", "\"Siti\\u001bAminah\"",
            Quote(new string('n', 129)));
        foreach (var field in new[] { "personalData.kkNumber", "personalData.biologicalMotherName" })
            Wrong(field, Quote(Ciphertext), Quote(Ciphertext + "\n"), Quote(new string('A', 43) + "="));
        Wrong("merchantId", notText);
        Wrong("merchantId", "\"\"", "\"SOMEBODY-ELSE\"", Quote(TestSettings.MerchantId.ToLowerInvariant()));
        Wrong("merchantPass", "null", "\"planted\"", "7411", "{\"planted\":1}");
        Wrong("unknown", "null", "{\"deep\":[1,2,{\"a\":null}]}");
        Wrong("personalData.unknown", "\"planted\"");
        Wrong("images.unknown", "[\"planted\"]");
        Wrong("images.ktp.unknown", "1");
        Wrong("personalData.nationality", notText);
        Wrong("personalData.nationality", "\"\"", "\"XX\"", "\"WN\"", "\"WNI \"", "\"Indonesian\"");
        Wrong("personalData.email", notText);
        Wrong(
            "personalData.email", "\"\"", "\"budi.santoso\"", "\"@email.com\"", "\"budi@\"", "\"budi@home@email.com\"",
            "\"budi santoso@email.com\"", "\"budi\\n@email.com\"", Quote(new string('e', 250) + "@e.id"));
        return data;
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task A_Wrong_Field_Is_Named_And_Nothing_Happens(string path, string? value)
    {
        var answer = await host.Merchant.CreateAsync(Change(path, value));

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal([path], answer.WrongFields);
        AssertNothingIsRepeated(answer, value);
        Assert.Empty(host.Finnet.Sent);
        Assert.Equal(0, await host.CountUpgradesAsync());
    }

    public static TheoryData<string, string?> RightValues() => new()
    {
        { "partnerReferenceNo", null },
        { "partnerReferenceNo", "null" },
        { "partnerReferenceNo", "\"ten.chars_\"" },
        { "partnerReferenceNo", Quote(new string('r', 64)) },
        { "phoneNo", "\"08129528\\u0039\\u0031\\u0032\"" },
        { "phoneNo", "\"62812345678\"" },
        { "phoneNo", "\"628123456789012\"" },
        { "redirectFinalUrl", null },
        { "redirectFinalUrl", "null" },
        { "redirectFinalUrl", "\"http://localhost:3000/back?x=1#top\"" },
        { "redirectFinalUrl", "\"HTTPS://shop.example\"" },
        { "images", null },
        { "images", "null" },
        { "images", "{}" },
        { "images.ktp", null },
        { "images.selfie", "null" },
        { "images.ktp.base64", Quote(Samples.Png) },
        { "images.ktp.base64", Quote(Jpeg + Samples.JpegHead) },
        { "images.ktp.base64", Quote("data:image/jpg;base64," + Samples.JpegHead) },
        { "images.ktp.base64", Quote("data:IMAGE/JPEG;base64," + Samples.JpegHead) },
        { "images.ktp.base64", Quote("DATA:Image/Png;BASE64," + Samples.Png["data:image/png;base64,".Length..]) },
        { "images.ktp.base64", $"\"data:image\\/jpeg;base64,\\u002f{Samples.JpegHead[1..]}\"" },
        { "personalData", "null" },
        { "personalData.kkNumber", "\"0000000000000000\"" },
        { "personalData.kkNumber", null },
        { "personalData.biologicalMotherName", Quote(new string('n', 128)) },
        { "personalData.biologicalMotherName", "\"Ñandú 山田 😀\"" },
        { "personalData.nationality", "\"WNA\"" },
        { "personalData.nationality", "\"wni\"" },
        { "personalData.nationality", "\"IDN\"" },
        { "personalData.nationality", "\"Indonesia\"" },
        { "personalData.email", Quote(new string('e', 249) + "@e.id") },
        { "phoneNo", "\"62 0812-9528-8912\"" },
        { "phoneNo", "\"+62 (0)812.9528.8912\\u202c\"" },
        { "phoneNo", "\"0812\u20109528\u20158912\"" },
        { "personalData.kkNumber", "\"3273 0125-0112.0007\\u200e\"" },
        { "personalData.biologicalMotherName", Quote(new string('A', 44)) },
        { "personalData.biologicalMotherName", "\" Siti\\n Aminah \"" },
        { "merchantId", Quote(TestSettings.MerchantId) },
        { "merchantId", "null" },
    };

    [Theory]
    [MemberData(nameof(RightValues))]
    public async Task A_Right_Value_Is_Taken(string path, string? value)
    {
        await using var taking = new ApiHost();
        taking.Finnet.Issues();

        var answer = await taking.Merchant.CreateAsync(Change(path, value));

        Assert.Equal((201, ""), (answer.Status, answer.Status == 201 ? "" : answer.Text));
        Assert.Equal(TestSettings.MerchantId, taking.Finnet.Sent[0].Json.GetProperty("merchantId").GetString());
    }

    [Fact]
    public async Task All_Wrong_Fields_Are_Told_At_Once()
    {
        const string Body = """
            { "partnerReferenceNo": "short", "phoneNo": "12345", "redirectFinalUrl": "planted",
              "images": { "ktp": { "base64": "planted" }, "selfie": { "isEditable": true } },
              "personalData": { "kkNumber": "12", "biologicalMotherName": "", "nationality": "XX", "email": "planted" } }
            """;

        var answer = await host.Merchant.CreateAsync(Body);

        Assert.Equal((400, "invalid-fields"), (answer.Status, answer.Problem));
        Assert.Equal(
            [
                "images.ktp.base64", "images.ktp.isEditable", "images.selfie.base64", "partnerReferenceNo",
                "personalData.biologicalMotherName", "personalData.email", "personalData.kkNumber", "personalData.nationality", "phoneNo",
                "redirectFinalUrl",
            ],
            answer.WrongFields.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Problem_With_Other_Fields_Carries_The_Right_Reference()
    {
        var answer = await host.Merchant.CreateAsync($$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"12345"}""");

        Assert.Equal((400, Calls.Reference), (answer.Status, answer["partnerReferenceNo"]));
    }

    /// <summary>The value, and what the message says of it.</summary>
    [Theory]
    [InlineData("personalData.kkNumber", Ciphertext, "looks encrypted: send it in clear, the service encrypts it")]
    [InlineData("personalData.kkNumber", "3273", "must be 16 digits")]
    [InlineData("personalData.biologicalMotherName", Ciphertext, "looks encrypted: send it in clear, the service encrypts it")]
    [InlineData("personalData.biologicalMotherName", "", "must be 1 to 128 characters without control characters")]
    [InlineData("images.ktp.base64", Jpeg + "/9j/4AAQ\nSkZJRgAB", "must be Base64 without line breaks or blanks after the prefix")]
    [InlineData("images.ktp.base64", Jpeg + "/9j/4AAQSkZJRgAB 4A==", "must be Base64 without line breaks or blanks after the prefix")]
    [InlineData("images.ktp.base64", Jpeg + "/9j/4A", "must be Base64 with its padding: one or two = are missing at the end")]
    [InlineData("images.ktp.base64", Jpeg + "/9j/4A=", "must be Base64 with its padding: one or two = are missing at the end")]
    [InlineData("images.ktp.base64", Jpeg + "/9j/4", "must be standard Base64 (A–Z, a–z, 0–9, +, /) after the prefix")]
    [InlineData("images.ktp.base64", Jpeg + "/9j/4AAQSkZJRg==", "is cut off or damaged: the file ends before its image data")]
    [InlineData("images.ktp.base64", Png + "/9j/4AAQSkZJRg==", "is not of the declared image type")]
    [InlineData("merchantId", "OTHER", "is not the merchantId of this key, which comes from the service's settings; leave it out")]
    public async Task A_Message_Says_What_To_Do(string path, string value, string message)
    {
        var answer = await host.Merchant.CreateAsync(Change(path, Quote(value)));

        Assert.Equal([path], answer.WrongFields);
        Assert.Equal([message], answer.Json.GetProperty("errors").GetProperty(path).EnumerateArray().Select(text => text.GetString()));
    }

    [Theory]
    [InlineData(1536, 400)]
    [InlineData(1024, 201)]
    public async Task An_Image_May_Have_As_Many_Bytes_As_The_Setting_Says(int bytes, int status)
    {
        await using var small = ApiHost.With(("Images:MaxBytes", "1024"));
        small.Finnet.Issues();
        var image = Samples.Photo(bytes);

        var answer = await small.Merchant.CreateAsync(Change("images.ktp.base64", Quote(Jpeg + Convert.ToBase64String(image))));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Redirects_Are_Kept_To_The_Allowed_Hosts()
    {
        await using var strict = ApiHost.With(("Upgrades:RedirectHosts:0", "shop.example"));
        strict.Finnet.Issues();

        var other = await strict.Merchant.CreateAsync(Change("redirectFinalUrl", "\"https://shop.example.evil.test/\""));
        var allowed = await strict.Merchant.CreateAsync(Change("redirectFinalUrl", "\"https://SHOP.example/back\""));

        Assert.Equal((400, "redirectFinalUrl"), (other.Status, Assert.Single(other.WrongFields)));
        Assert.Equal(201, allowed.Status);
    }

    public sealed class SmallImages : IAsyncLifetime
    {
        public ApiHost Host { get; } = ApiHost.With(("Images:MaxBytes", "2048"));

        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();
    }

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    private static void AssertNothingIsRepeated(Answer answer, string? value)
    {
        if (value is null)
            return;
        var node = JsonNode.Parse(value);
        var text = node is JsonValue one && one.TryGetValue<string>(out var found) ? found : value.Trim('[', ']', '{', '}', '"');
        if (text.Trim().Length >= 5)
            Assert.DoesNotContain(text.Trim(), answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    // The value is put in as text, so that escapes arrive as they are written here.
    private static string Change(string path, string? value)
    {
        const string Placeholder = "\"--here--\"";
        var root = JsonNode.Parse(Samples.Documented)!.AsObject();
        var names = path.Split('.');
        var parent = names[..^1].Aggregate(root, (node, name) => node[name]!.AsObject());
        if (value is null)
            parent.Remove(names[^1]);
        else
            parent[names[^1]] = "--here--";
        return root.ToJsonString().Replace(Placeholder, value, StringComparison.Ordinal);
    }
}
