using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The document that is sent to Finnet is compared with Finnet's field table, member by member.</summary>
public sealed class SentFieldsTests
{
    private static readonly Dictionary<string, string> Planted = new(StringComparer.Ordinal)
    {
        ["partnerReferenceNo"] = Calls.Reference,
        ["phoneNo"] = Calls.SentPhone,
        ["merchantId"] = TestSettings.MerchantId,
        ["merchantPass"] = TestSettings.MerchantPassword,
        ["redirectFinalUrl"] = Samples.RedirectUrl,
        ["images.ktp.base64"] = Samples.Jpeg,
        ["images.ktp.isEditable"] = "False",
        ["images.selfie.base64"] = Samples.Png,
        ["images.selfie.isEditable"] = "True",
        ["personalData.kkNumber"] = Samples.FamilyCard,
        ["personalData.biologicalMotherName"] = Samples.MotherName,
        ["personalData.nationality"] = "WNI",
        ["personalData.email"] = Samples.Email,
    };

    [Fact]
    public async Task A_Full_Request_Has_Exactly_The_Documented_Members_In_Their_Order()
    {
        var sent = WidgetFields.Walk(await SentAsync(Samples.Documented)).ToList();

        Assert.Equal(WidgetFields.Documented.Fields.Select(field => field.Name), sent.Select(member => member.Name));
        Assert.All(sent, member => Assert.True(WidgetFields.Documented[member.Name].IsOfType(member.Value), member.Name));
    }

    [Fact]
    public async Task Exactly_The_Fields_That_Are_Documented_As_Encrypted_Are()
    {
        var cipher = new FieldCipher(new Secret(TestSettings.EncryptionKey), new Secret(TestSettings.EncryptionIv));

        foreach (var (name, value) in WidgetFields.Walk(await SentAsync(Samples.Documented))
            .Where(member => member.Value.ValueKind != JsonValueKind.Object))
            Assert.Equal(
                (name, Planted[name]),
                (name, WidgetFields.Documented[name].Encrypted ? cipher.Decrypt(value.GetString()!) : value.ToString()));
    }

    [Fact]
    public void Finnets_Own_Sample_Is_Encrypted_As_We_Encrypt()
    {
        using var sample = JsonDocument.Parse(Facts.Sample("widget-request"));
        var key = new Secret("1234567890123456");

        Assert.Equal(
            sample.RootElement.GetProperty("personalData").GetProperty("kkNumber").GetString(),
            new FieldCipher(key, key).Encrypt("123456"));
    }

    [Fact]
    public async Task The_Smallest_Request_Has_The_Mandatory_Fields_And_No_Other() => Assert.Equal(
        WidgetFields.Documented.Fields.Where(field => field.Need == "M").Select(field => field.Name),
        WidgetFields.Walk(await SentAsync("""{ "phoneNo": "081295288912" }""")).Select(member => member.Name));

    [Fact]
    public void Finnets_Own_Sample_Has_Documented_Members_Only()
    {
        using var sample = JsonDocument.Parse(Facts.Sample("widget-request"));
        var members = WidgetFields.Walk(sample.RootElement).ToList();

        Assert.All(members, member => Assert.True(WidgetFields.Documented[member.Name].IsOfType(member.Value), member.Name));
        Assert.Equal(
            WidgetFields.Documented.Fields.Select(field => field.Name).Where(name => name != "redirectFinalUrl"),
            members.Select(member => member.Name));
    }

    [Fact]
    public void The_Contract_Page_Has_The_Same_Table() => Assert.Equal(
        WidgetFields.Documented.Fields.Select(field => (field.Name, field.Type, field.Need, field.Length, field.Encrypted ? "AES" : "no")),
        Document.Contract.Table("| field | type | need | length | encrypted | rule |")
            .Select(cells => (Document.Code(cells[0])[0], cells[1], cells[2], cells[3], cells[4])));

    [Fact]
    public void The_Words_For_Nationality_Are_The_Documented_Ones()
    {
        Assert.Equal(WidgetFields.Documented.Nationality.Wire, Enum.GetValues<Nationality>().Select(nationality => nationality.ToWire()));
        Assert.All(
            WidgetFields.Documented.Nationality.TakenForWni,
            word => Assert.True(Nationalities.TryParse(word, out var read) && read == Nationality.Wni, word));
    }

    [Fact]
    public async Task Finnets_Own_Answer_Is_Read()
    {
        using var sample = JsonDocument.Parse(Facts.Sample("widget-response"));
        await using var host = new ApiHost();
        host.Finnet.Answers(200, sample.RootElement.GetRawText());

        var answer = await host.CreateAsync();

        Assert.Equal(WidgetFields.Documented.Response, sample.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal((201, sample.RootElement.GetProperty("widgetUrl").GetString()), (answer.Status, answer["widgetUrl"]));
        // The sample's time is over.
        Assert.Equal("True", answer["expiryEstimated"]);
    }

    private static async Task<JsonElement> SentAsync(string request)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        Assert.Equal(201, (await host.Merchant.CreateAsync(request)).Status);
        return Assert.Single(host.Finnet.Sent).Json;
    }
}
