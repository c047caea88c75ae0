using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.BadInput;

/// <summary>Bodies whose shape is wrong.</summary>
public sealed class BodyTests : IClassFixture<ApiHost>
{
    private const string Path = "/v1/account-upgrades";
    private readonly ApiHost host;

    public BodyTests(ApiHost host) => this.host = host;

    /// <summary>Body, the field that the problem names.</summary>
    public static TheoryData<string, string> Malformed() => new()
    {
        { "", "$" },
        { " ", "$" },
        { "\uFEFF", "$" },
        { "null", "$" },
        { "[]", "$" },
        { "\"081295288912\"", "$" },
        { "81295288912", "$" },
        { "planted=081295288912", "$" },
        { "<planted/>", "$" },
        { "{", "$" },
        { "{\"phoneNo\":\"081295288912\"", "$" },
        { "{\"phoneNo\":\"0812952", "phoneNo" },
        { "{\"phoneNo\":\"081295288912\"}}", "$" },
        { "{\"phoneNo\":\"081295288912\"}{\"phoneNo\":\"081295288912\"}", "$" },
        { "{\"phoneNo\":\"081295288912\",}", "$" },
        { "{/*c*/\"phoneNo\":\"081295288912\"}", "$" },
        { "{'phoneNo':'081295288912'}", "$" },
        { "{phoneNo:\"081295288912\"}", "$" },
        { "{\"phoneNo\":\"081295288912\",\"phoneNo\":\"081295288912\"}", "phoneNo" },
        { "{\"phoneNo\":\"081295288912\",\"PHONENO\":\"081295288913\"}", "phoneNo" },
        { "{\"phoneNo\":\"081295288912\",\"personalData\":{\"email\":\"a@b.id\",\"eMail\":\"a@b.id\"}}", "personalData.email" },
        { "{\"phoneNo\":\"081295288912\",\"images\":{\"ktp\":null,\"KTP\":null}}", "images.ktp" },
        { "{\"phoneNo\":\"08129528\\ud800\"}", "phoneNo" },
        { "{\"phoneNo\":\"08129528\\x12\"}", "phoneNo" },
        { "{\"phoneNo\":\"08129528\t8912\"}", "phoneNo" },
        { "{\"phoneNo\":\"081295288912\",\"images\":{\"ktp\":{\"base64\":\"data:\\ud800\",\"isEditable\":true}}}", "images.ktp.base64" },
        { "{\"phoneNo\":" + new string('[', 1000) + new string(']', 1000) + "}", "phoneNo" },
        { string.Concat(Enumerable.Repeat("{\"images\":", 1000)) + "1" + new string('}', 1000), "images" },
        { new string('[', 1000), "$" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_Malformed_Body_Is_A_400_That_Names_Where(string body, string field)
    {
        var answer = await host.Merchant.CreateAsync(body);

        Assert.Equal((400, "malformed-request"), (answer.Status, answer.Problem));
        Assert.Equal(field, Assert.Single(answer.WrongFields));
        AssertClean(answer);
        await AssertNothingHappenedAsync();
    }

    /// <summary>The body, and what the problem says of it.</summary>
    public static TheoryData<string, string> Said() => new()
    {
        { "{\"phoneNo\":\"0812\\ud83d\"}", "phoneNo has half of a surrogate pair (\\ud800 to \\udfff) without the other half" },
        { "{\"\\ud800\":1}", "The body has half of a surrogate pair (\\ud800 to \\udfff) without the other half" },
        { "{\"phoneNo\":" + new string('[', 65) + new string(']', 65) + "}", "phoneNo is nested deeper than 64 levels" },
        { "{\"x\":" + new string('[', 64) + new string(']', 64) + "}", "The body is nested deeper than 64 levels" },
        { "{\"phoneNo\":[", "phoneNo is not valid JSON at line 1, byte 13" },
        { "{\"phoneNo\":\n7}", "phoneNo must be a string" },
        { "{\"images\":{\"ktp\":{\"isEditable\":\"yes\"}}}", "images.ktp.isEditable must be true or false" },
        { "{\"images\":{\"ktp\":{\"base64\":1}}}", "images.ktp.base64 must be a string" },
        { "{\"images\":\"none\"}", "images must be a JSON object" },
        { "[]", "The body must be a JSON object" },
        { "{\"images\":{\"ktp\":null,\"KTP\":null}}", "images.ktp is there twice" },
    };

    [Theory]
    [MemberData(nameof(Said))]
    public async Task The_Detail_Says_What_Is_Wrong(string body, string said)
    {
        var answer = await host.Merchant.CreateAsync(body);

        Assert.Equal((400, "malformed-request"), (answer.Status, answer.Problem));
        Assert.Equal(said + "; nothing was stored or sent.", answer["detail"]);
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("identity", 400)]
    public async Task A_Compressed_Body_Is_Refused_By_Its_Encoding(string encoding, int status)
    {
        using var content = new ByteArrayContent([0x1F, 0x8B]);
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentEncoding.Add(encoding);

        var answer = await Answer.ReadAsync(await host.Merchant.PostAsync("/v1/account-upgrades", content));

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 415, answer.Text.Contains("Content-Encoding", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sixty_Four_Levels_Are_Read()
    {
        var answer = await host.Merchant.CreateAsync(
            "{\"phoneNo\":\"081295288912\",\"x\":" + new string('[', 63) + new string(']', 63) + "}");

        Assert.Equal((400, "invalid-fields", "x"), (answer.Status, answer.Problem, Assert.Single(answer.WrongFields)));
    }

    [Theory]
    [InlineData("{\"081295288912\":{\"planted\":")]
    [InlineData("{\"planted\":[1,2")]
    [InlineData("{\"planted\":{\"planted\":tru")]
    [InlineData("{\"planted\":1,\"planted\":2,\"phoneNo\":7}")]
    [InlineData("{\"images\":{\"081295288912\":{\"planted\":")]
    [InlineData("{\"\\ud800planted\":1}")]
    [InlineData("{\"planted\\u0000\":{")]
    public async Task Names_That_Are_Not_Ours_Are_Not_Repeated(string body)
    {
        var answer = await host.Merchant.CreateAsync(body);

        Assert.Equal(400, answer.Status);
        AssertClean(answer);
        await AssertNothingHappenedAsync();
    }

    [Fact]
    public async Task What_Is_Nested_In_An_Unknown_Member_Is_Bounded_Too()
    {
        var deep = await host.Merchant.CreateAsync(
            "{\"phoneNo\":\"081295288912\",\"x\":" + new string('[', 1000) + new string(']', 1000) + "}");

        Assert.Equal((400, "malformed-request"), (deep.Status, deep.Problem));
        await AssertNothingHappenedAsync();
    }

    public static TheoryData<byte[]> NotUtf8() =>
    [
        [.. "{\"phoneNo\":\"0812952889"u8, 0xFF, .. "\"}"u8],
        [.. "{\"phoneNo\":\"081295288912\",\"personalData\":{\"biologicalMotherName\":\"Siti "u8, 0xC3, 0x28, .. "\"}}"u8],
        [.. "{\"phoneNo\":\"081295288912\",\"x\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8],
        Encoding.Unicode.GetBytes("{\"phoneNo\":\"081295288912\"}"),
        [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("{\"phoneNo\":\"081295288912\"}")],
        Encoding.UTF32.GetBytes("{\"phoneNo\":\"081295288912\"}"),
        [0x1F, 0x8B, 0x08, 0x00, 0x00],
    ];

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public async Task What_Is_Not_Utf8_Is_A_400(byte[] body)
    {
        var answer = await host.Merchant.SendBytesAsync(HttpMethod.Post, Path, body);

        Assert.Equal((400, "malformed-request", "$"), (answer.Status, answer.Problem, Assert.Single(answer.WrongFields)));
        await AssertNothingHappenedAsync();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON;charset=\"UTF-8\"")]
    [InlineData("application/merge-patch+json")]
    public async Task A_Json_Media_Type_Is_Taken(string contentType)
    {
        await using var taking = new ApiHost();
        taking.Finnet.Issues();

        var answer = await taking.Merchant.SendBytesAsync(
            HttpMethod.Post, Path, [0xEF, 0xBB, 0xBF, .. "{\"phoneNo\":\"081295288912\"}"u8], contentType);

        Assert.Equal(201, answer.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/xml")]
    [InlineData("application/jsonp")]
    public async Task Another_Media_Type_Is_415(string? contentType)
    {
        foreach (var path in new[] { Path, Path + "/search" })
        {
            var answer = await (path == Path ? host.Merchant : host.Ops)
                .SendBytesAsync(HttpMethod.Post, path, "{\"phoneNo\":\"081295288912\"}"u8.ToArray(), contentType);

            Assert.Equal((415, "unsupported-media-type"), (answer.Status, answer.Problem));
        }

        await AssertNothingHappenedAsync();
    }

    private static void AssertClean(Answer answer)
    {
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.DoesNotContain("0812952", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Line", answer.Text, StringComparison.Ordinal);
    }

    private async Task AssertNothingHappenedAsync()
    {
        Assert.Empty(host.Finnet.Sent);
        Assert.Equal(0, await host.CountUpgradesAsync());
    }
}
