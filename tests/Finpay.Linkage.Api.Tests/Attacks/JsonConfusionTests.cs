using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// JSON that readers may understand differently: every member of a create and of a callback twice, in three spellings, and with
/// every other type. The members are read from the code.
/// </summary>
public sealed class JsonConfusionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly string[] OtherTypes =
    [
        "4711081508154711", "0", "-1.5e300", "true", "false", "[]", "{}", "[\"081295288912\"]", "{\"toString\":\"081295288912\"}",
        "{\"$ref\":\"#\"}",
    ];

    public static TheoryData<string, string> CreateMembers =>
        Spelled(StringInputs.Members(typeof(CreateUpgradeRequest)).Select(member => member.Path));

    public static TheoryData<string, string> CallbackMembers => Spelled(StringInputs.CallbackFields);

    [Theory]
    [MemberData(nameof(CreateMembers))]
    public async Task A_Member_Of_A_Create_That_Is_There_Twice_Is_Refused_Whatever_Its_Spelling(string path, string spelling)
    {
        var (name, asked) = (Spell(path.Split('.')[^1], spelling), host.Finnet.Sent.Count);
        foreach (var sameValue in new[] { true, false })
        {
            var answer = await host.Merchant.CreateAsync(
                Sample(path, (first, value) => $"{Quote(first)}:{value},\"{name}\":{(sameValue ? value : "null")}"));

            Assert.Equal((400, "malformed-request", path), (answer.Status, answer.Problem, Assert.Single(answer.WrongFields)));
            Assert.Equal(path + " is there twice; nothing was stored or sent.", answer["detail"]);
        }

        Assert.Equal(asked, host.Finnet.Sent.Count);
        // A single one is accepted and read as the member; if it were ignored, the duplicate would prove nothing.
        var reference = $"confused-{path}-{spelling}";
        Assert.Equal(
            await SentForAsync(Samples.Documented, reference + "-0"),
            await SentForAsync(Sample(path, (_, value) => $"\"{name}\":{value}"), reference + "-1"));
    }

    [Theory]
    [MemberData(nameof(CallbackMembers))]
    public async Task A_Member_Of_A_Callback_That_Decides_And_Has_Two_Values_Is_Refused_Whatever_Its_Spelling(string field, string spelling)
    {
        var (name, reference) = (Spell(field, spelling), $"confused-{field}-{spelling}");
        var value = Quote(field == "partnerReferenceNo" ? reference : StringInputs.Harmless["callback " + field]);
        var complete = Calls.Notification("KYC Approved", reference, message: field == "kysMessage" ? null : "because")[..^1]
            + (field == "kysMessage" ? ",\"kysMessage\":\"because\"" : "");

        var decides = field is "partnerReferenceNo" or "kycResponse" or "merchantId";
        string[] twice = [$"{complete},\"{name}\":\"other\"}}", $"{{\"{name}\":\"other\",{complete[1..]}}}"];
        foreach (var body in twice)
            AssertEnvelope(
                await host.CallbackAsync(body), decides ? "4000001" : "2000000", decides ? $"Invalid Field Format {field}" : null);
        var kept = await host.NotificationsAsync("?partnerReferenceNo=" + reference);
        Assert.All(kept, one => Assert.Equal(decides ? "invalid" : "orphan", one.GetProperty("disposition").GetString()));
        AssertEnvelope(await host.CallbackAsync($"{complete},\"{name}\":{value}}}"), "2000000");
        Assert.Contains(
            await host.NotificationsAsync("?partnerReferenceNo=" + reference),
            one => one.GetProperty("disposition").GetString() == "orphan");
    }

    private async Task<string> SentForAsync(string body, string reference)
    {
        host.Finnet.Issues();
        Assert.Equal(201, (await host.Merchant.CreateAsync(body.Replace(Calls.Reference, reference, StringComparison.Ordinal))).Status);
        return host.Finnet.Sent[^1].Json.GetRawText().Replace(reference, "", StringComparison.Ordinal);
    }

    public static TheoryData<string> CallbackFields => [.. StringInputs.CallbackFields];

    [Theory]
    [MemberData(nameof(CallbackFields))]
    public async Task A_Member_Of_A_Callback_That_Decides_Is_A_Text_Or_A_Number(string field)
    {
        await using var taking = new ApiHost();
        var body = JsonNode.Parse(Calls.Notification("KYC Approved", "harmless-reference", message: null))!.AsObject();
        body[field] = "--here--";
        var text = body.ToJsonString();

        var decides = field is "partnerReferenceNo" or "kycResponse" or "merchantId";
        foreach (var type in OtherTypes.Append("\"\\ud800\"").Append("\"\\udc00\\ud800\""))
        {
            var isScalar = char.IsAsciiDigit(type[^1]) || type[0] == '"';
            var (code, message) = isScalar && field == "merchantId" ? ("4040008", "Invalid Merchant")
                : isScalar || !decides ? ("2000000", null)
                : ("4000001", $"Invalid Field Format {field}");
            AssertEnvelope(await taking.CallbackAsync(text.Replace("\"--here--\"", type, StringComparison.Ordinal)), code, message);
        }

        // None of them reaches a record, and each is kept.
        Assert.Equal(OtherTypes.Length + 2, (await taking.NotificationsAsync()).Sum(one => one.GetProperty("deliveries").GetInt32()));
        Assert.Empty(await taking.NotificationsAsync("?disposition=applied"));
        AssertEnvelope(
            await taking.CallbackAsync(text.Replace("--here--", StringInputs.Harmless["callback " + field], StringComparison.Ordinal)),
            "2000000");
    }

    public static TheoryData<string> CreatePaths => [.. StringInputs.Members(typeof(CreateUpgradeRequest)).Select(member => member.Path)];

    [Theory]
    [MemberData(nameof(CreatePaths))]
    public async Task A_Member_Of_A_Create_That_Is_Of_Another_Type_Is_Refused(string path)
    {
        foreach (var type in OtherTypes.Append("\"081295288912\\ud800\"").Append("\"\\udc00\\ud800\"")
            .Where(type => !IsRightType(path, type)))
        {
            var answer = await host.Merchant.CreateAsync(Sample(path, (name, _) => $"{Quote(name)}:{type}"));

            Assert.Equal((400, path), (answer.Status, Assert.Single(answer.WrongFields)));
            Assert.DoesNotContain("0812952", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{\"phoneNo\":\"081295288912\",\"__proto__\":{\"partnerReferenceNo\":\"202411011441000012\"}}")]
    [InlineData("{\"phoneNo\":\"081295288912\",\"constructor\":{\"prototype\":{\"owner\":\"operators\"}}}")]
    [InlineData("{\"phoneNo\":\"081295288912\",\"$type\":\"System.IO.FileInfo\",\"$id\":\"1\"}")]
    [InlineData(
        "{\"phoneNo\":\"081295288912\",\"owner\":\"operators\",\"status\":\"approved\",\"merchantId\":\"OTHER\",\"merchantPass\":\"x\","
        + "\"widgetUrl\":\"https://evil.example\"}")]
    public async Task Members_That_Are_Not_Ours_Are_Named_And_Refused(string body)
    {
        var asked = host.Finnet.Sent.Count;
        using var sent = JsonDocument.Parse(body);

        var answer = await host.Merchant.CreateAsync(body);

        Assert.Equal((400, "invalid-fields"), (answer.Status, answer.Problem));
        Assert.Equal(
            sent.RootElement.EnumerateObject().Select(member => member.Name).Where(name => name != "phoneNo").Order(StringComparer.Ordinal),
            answer.WrongFields.Order(StringComparer.Ordinal));
        Assert.Equal(asked, host.Finnet.Sent.Count);
    }

    private static bool IsRightType(string path, string type) =>
        StringInputs.Members(typeof(CreateUpgradeRequest)).Single(member => member.Path == path).Type is var expected
        && (type.StartsWith('{') ? expected.IsNested : expected == typeof(bool?));

    private static TheoryData<string, string> Spelled(IEnumerable<string> paths)
    {
        var data = new TheoryData<string, string>();
        foreach (var path in paths)
        {
            foreach (var spelling in new[] { "same", "otherCase", "escaped" })
                data.Add(path, spelling);
        }

        return data;
    }

    private static string Spell(string name, string spelling) => spelling switch
    {
        "otherCase" => name.ToUpperInvariant(),
        "escaped" => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)name[0]:x4}{name[1..]}"),
        _ => name,
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    /// <summary>The documented request with one member changed.</summary>
    private static string Sample(string path, Func<string, string, string> write)
    {
        var whole = JsonNode.Parse(Samples.Documented)!;
        whole["merchantId"] = TestSettings.MerchantId;
        return Write(whole, "", path, write);
    }

    private static string Write(JsonNode? node, string at, string path, Func<string, string, string> write) => node is not JsonObject parent
        ? node?.ToJsonString() ?? "null"
        : "{" + string.Join(',', parent.Select(member =>
        {
            var here = at + member.Key;
            var value = Write(member.Value, here + ".", path, write);
            return here == path ? write(member.Key, value) : $"{Quote(member.Key)}:{value}";
        })) + "}";
}
