using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>Members that a request does not have: they are refused by name, and a name may hold what nobody should read.</summary>
public sealed class UnknownMemberTests : IClassFixture<FieldTests.SmallImages>
{
    private readonly ApiHost host;

    public UnknownMemberTests(FieldTests.SmallImages fixture) => host = fixture.Host;

    [Fact]
    public async Task Members_That_Are_Not_Ours_Are_Named_Together_With_Wrong_Values()
    {
        var name = "line\nbreak \u202e\"é" + new string('n', 100);
        var body = $$"""
            { "phoneNo": "12345", "merchantPass": "planted", "MERCHANTPASS": "planted",
              {{FieldTests.Quote(name)}}: 1, {{FieldTests.Quote(name)}}: 2,
              "personalData": { "kkNumber": "12", "mother": "planted", "MOTHER2": null },
              "images": { "KTP": { "base64": "{{Samples.Jpeg}}", "isEditable": true, "type": "planted" }, "selfie": null } }
            """;

        var answer = await host.Merchant.CreateAsync(body);

        Assert.Equal((400, "invalid-fields"), (answer.Status, answer.Problem));
        Assert.Equal(
            [
                "MERCHANTPASS", "images.ktp.type", "line\\u000Abreak \\u202E\"\\u00E9" + new string('n', 35), "merchantPass",
                "personalData.MOTHER2", "personalData.kkNumber", "personalData.mother", "phoneNo",
            ],
            answer.WrongFields.Order(StringComparer.Ordinal));
        Assert.Contains("\"merchantPass\":[\"must not be sent: the service has the password", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Search_Names_Members_That_Are_Not_Its_Own_Too()
    {
        var wrong = await host.Ops.SendJsonAsync(
            HttpMethod.Post, "/v1/account-upgrades/search", """{"phone":"081295288912","limit":0}""");
        var right = await host.Ops.SendJsonAsync(
            HttpMethod.Post, "/v1/account-upgrades/search", """{"PhoneNo":"+62 (0)812-9528-8912","limit":1}""");

        Assert.Equal((400, 200), (wrong.Status, right.Status));
        Assert.Equal(["limit", "phone", "phoneNo"], wrong.WrongFields.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task However_Many_Unknown_Members_There_Are_A_Hundred_Are_Named()
    {
        var names = Enumerable.Range(0, 4_000).Select(number => $"\"name{number}\":1");

        var answer = await host.Merchant.CreateAsync("{\"phoneNo\":\"081295288912\"," + string.Join(',', names) + "}");

        Assert.Equal((400, 100), (answer.Status, answer.WrongFields.Count));
    }

    [Theory]
    [InlineData("081295288912", "************")]
    [InlineData("phon08129528partnerReferenceNo", "phon********partnerReferenceNo")]
    [InlineData("0812-9528-8912", "****-****-****")]
    [InlineData("address1234567", "address1234567")]
    public async Task A_Number_Of_A_Person_In_A_Name_Is_Not_Repeated(string name, string shown)
    {
        var answer = await host.Merchant.CreateAsync($$"""{"phoneNo":"081295288912","{{name}}":1}""");

        Assert.Equal((400, "invalid-fields"), (answer.Status, answer.Problem));
        Assert.Equal([shown], answer.WrongFields);
    }
}
