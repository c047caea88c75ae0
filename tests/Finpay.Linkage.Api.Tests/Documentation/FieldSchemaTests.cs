using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.OpenApi;

namespace Finpay.Linkage.Api.Tests.Documentation;

/// <summary>The OpenAPI document describes the create request as Finnet's field table does.</summary>
public sealed class FieldSchemaTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly Dictionary<string, string> SchemaOf = new(StringComparer.Ordinal)
    {
        [""] = nameof(CreateUpgradeRequest),
        ["images"] = nameof(CreateUpgradeRequest.ImagesPart),
        ["images.ktp"] = nameof(CreateUpgradeRequest.ImagePart),
        ["images.selfie"] = nameof(CreateUpgradeRequest.ImagePart),
        ["personalData"] = nameof(CreateUpgradeRequest.PersonalDataPart),
    };

    private static readonly IEnumerable<IGrouping<string, WidgetField>> ByParent =
        WidgetFields.Documented.Fields.Where(field => field.Request != "settings").GroupBy(field => field.Parent, StringComparer.Ordinal);

    [Fact]
    public async Task Members_And_Requirements_Are_Those_Of_The_Table()
    {
        var schemas = (await DescribedApi.ReadAsync(host)).Schemas;

        foreach (var ofParent in ByParent)
        {
            var schema = schemas[SchemaOf[ofParent.Key]];
            // merchantId may be sent although it comes from the settings.
            string[] settings = ofParent.Key.Length == 0 ? ["merchantId"] : [];
            Assert.Equal(ofParent.Select(Name).Concat(settings).ToHashSet(), schema.Properties!.Keys.ToHashSet());
            Assert.False(schema.AdditionalPropertiesAllowed);
            Assert.Equal(
                ofParent.Where(field => field.Request == "required").Select(Name).ToHashSet(),
                (schema.Required ?? new HashSet<string>()).ToHashSet());
        }
    }

    [Fact]
    public async Task Types_And_Lengths_Are_Those_Of_The_Table()
    {
        foreach (var field in ByParent.SelectMany(group => group))
        {
            var schema = await SchemaAsync(field.Name);
            var type = field.Type switch
            {
                "string" => JsonSchemaType.String,
                "boolean" => JsonSchemaType.Boolean,
                _ =>
                JsonSchemaType.Object
            };
            Assert.Equal((field.Name, type), (field.Name, schema.Type & ~JsonSchemaType.Null));
            // Nullable means: null is taken as absent.
            Assert.Equal(
                (field.Name, field.Request == "optional" && field.Type != "object"),
                (field.Name, schema.Type!.Value.HasFlag(JsonSchemaType.Null)));
            // Separators in these two do not count.
            if (field.Name is not ("phoneNo" or "personalData.kkNumber") && field.Max is not null)
                Assert.Equal((field.Name, field.Min ?? field.Max, field.Max), (field.Name, schema.MinLength, schema.MaxLength));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("62")]
    [InlineData("+62")]
    [InlineData("0062")]
    [InlineData("60")]
    [InlineData("00")]
    [InlineData("62 ")]
    [InlineData("+62 (0)")]
    [InlineData("\u202d0062-")]
    public async Task The_Pattern_Of_A_Phone_Number_Refuses_None_That_Is_Read(string prefix)
    {
        var pattern = (await SchemaAsync("phoneNo")).Pattern!;
        var (min, max) = (WidgetFields.Documented["phoneNo"].Min!.Value, WidgetFields.Documented["phoneNo"].Max!.Value);

        // With the country code, of two digits.
        for (var length = min - 4; length <= max; length++)
        {
            var text = prefix + "8".PadRight(length, '1');
            Assert.True(!PhoneNumber.TryParse(text, out _) || Matches(text, pattern), text);
            Assert.False(Matches(text + "a", pattern));
            Assert.Equal(
                (text, prefix is not ("60" or "00") && length + 2 >= min && length + 2 <= max),
                (text, PhoneNumber.TryParse(text, out _)));
        }
    }

    [Fact]
    public async Task The_Pattern_Of_The_Nationality_Is_The_Documented_Words()
    {
        var words = WidgetFields.Documented.Nationality.Wire.Concat(WidgetFields.Documented.Nationality.TakenForWni);

        Assert.Equal($"^({string.Join('|', words)})$", (await SchemaAsync("personalData.nationality")).Pattern);
    }

    [Fact]
    public async Task The_Pattern_Of_A_Reference_And_Of_A_Family_Card_Is_What_Is_Read()
    {
        var reference = (await SchemaAsync("partnerReferenceNo")).Pattern!;
        var familyCard = (await SchemaAsync("personalData.kkNumber")).Pattern!;

        for (var character = ' '; character < 256; character++)
        {
            Assert.Equal(CreateUpgradeValidator.IsReference(new string(character, 12)), Matches(new string(character, 12), reference));
            Assert.Equal(FamilyCardNumber.TryParse(new string(character, 16), out _), Matches(new string(character, 16), familyCard));
            var separated = "3273" + character + "012501120007";
            Assert.True(!FamilyCardNumber.TryParse(separated, out _) || Matches(separated, familyCard), separated);
        }
    }

    [Fact]
    public async Task The_Documented_Example_Is_Finnets_Sample_But_For_What_Is_Encrypted_There()
    {
        var operation = (await DescribedApi.ReadAsync(host)).Operations
            .Single(one => one is { Method: "POST", Path: "/v1/account-upgrades" }).Operation;
        var example = operation.RequestBody!.Content!["application/json"].Examples!["documented"].Value!;
        using var sample = JsonDocument.Parse(Facts.Sample("widget-request"));

        foreach (var (name, value) in WidgetFields.Walk(sample.RootElement))
        {
            var field = WidgetFields.Documented[name];
            if (field is not { Request: not "settings", Encrypted: false, Type: not "object" }
                || name.EndsWith("base64", StringComparison.Ordinal))
                continue;
            var shown = name.Split('.').Aggregate(example, (node, member) => node[member]!);
            Assert.Equal((name, value.ToString()), (name, JsonSerializer.SerializeToElement(shown).ToString()));
        }
    }

    [Fact]
    public async Task The_Document_Says_With_Ktp_Of_The_Selfie_And_Encrypted_Of_Three_Fields_Alone()
    {
        var document = (await host.Anonymous.GetAnswerAsync("/swagger/v1/swagger.json")).Text;
        Assert.Contains("The customer holding the KTP", document, StringComparison.Ordinal);

        var encrypted = Regex.Matches(
            document, "[^.\"]*\\bencrypt(ed|s|ion)\\b[^.\"]*", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Assert.NotEmpty(encrypted);
        Assert.All(encrypted, sentence => Assert.Matches("KK number and mother.{0,6}s name|encryption key", sentence.Value));
    }

    [Fact]
    public async Task An_Example_That_Differs_From_Finnets_Sample_Is_Called_Ours()
    {
        (string Path, string Sample)[] examples =
            [("/v1/account-upgrades", "widget-request"), ("/callbacks/finnet/kyc", "notification-request")];
        foreach (var (path, sample) in examples)
        {
            var operation = (await DescribedApi.ReadAsync(host)).Operations
                .Single(one => one.Method == "POST" && one.Path == path).Operation;
            var finnets = JsonNode.Parse(Facts.Sample(sample));

            foreach (var example in operation.RequestBody!.Content!["application/json"].Examples!.Values)
            {
                var isFinnets = JsonNode.DeepEquals(finnets, JsonNode.Parse(example.Value!.ToJsonString()));
                Assert.Equal(isFinnets, example.Summary!.StartsWith("Finnet's sample", StringComparison.Ordinal));
                if (!isFinnets && example.Summary.Contains("Finnet", StringComparison.Ordinal))
                    Assert.StartsWith("Ours", example.Summary, StringComparison.Ordinal);
            }
        }
    }

    private static bool Matches(string text, string pattern) =>
        Regex.IsMatch(text, pattern, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));

    private static string Name(WidgetField field) => field.Name.Split('.')[^1];

    private async Task<IOpenApiSchema> SchemaAsync(string name)
    {
        var field = WidgetFields.Documented[name];
        return (await DescribedApi.ReadAsync(host)).Schemas[SchemaOf[field.Parent]].Properties![Name(field)];
    }
}
