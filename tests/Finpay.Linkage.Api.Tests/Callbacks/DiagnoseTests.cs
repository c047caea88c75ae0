using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet.Security;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Why a signature does not match: the first difference is named, nothing is stored, nothing personal is said.</summary>
public sealed class DiagnoseTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private const string Address = "/v1/kyc-notifications/diagnose";

    // With everything that writers write differently.
    private const string Body =
        """{"kycResponse":"KYC Approved","kycMessage":"naïve a/b + c","partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724"}""";

    [Fact]
    public async Task A_Callback_That_Matches_Is_Said_To_Pass()
    {
        await using var host = keys.Host(("Notifications:Snap:PreviousPublicKeyPath", keys.PreviousPath));

        var current = await DiagnoseAsync(host, Sent(host));
        var previous = await DiagnoseAsync(host, keys.Sign(Body, host.Clock.GetUtcNow(), key: keys.Previous));

        Assert.Equal(("True", "BodyBound", "current", "fresh"), (current["passes"], current["recipe"], current["key"], current["time"]));
        Assert.Equal(("True", "previous"), (previous["passes"], previous["key"]));
        Assert.Empty(Differences(current));
        Assert.Empty(await host.NotificationsAsync());
    }

    /// <summary>How the body was written when it was signed.</summary>
    public static TheoryData<string, string> Rewritten => new()
    {
        { Body.Replace("/", "\\/", StringComparison.Ordinal), "slashesEscaped" },
        { Body.Replace("+", "\\u002B", StringComparison.Ordinal), "plusEscaped" },
        { Body.Replace("ï", "\\u00ef", StringComparison.Ordinal), "numbersEscaped" },
        { Body.Replace("ï", "\\u00ef", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal), "slashesAndNumbersEscaped" },
        { JsonSerializer.Serialize(JsonDocument.Parse(Body).RootElement), "escapedByDotNet" },
        { Body + "\n", "withLineEnd" },
        { "\uFEFF" + Body, "withByteOrderMark" },
        { "", "empty" },
    };

    [Theory]
    [MemberData(nameof(Rewritten))]
    public async Task A_Body_That_Was_Signed_In_Another_Form_Is_Named(string asSigned, string found)
    {
        await using var host = keys.Host();

        var answer = await DiagnoseAsync(host, keys.Sign(asSigned, host.Clock.GetUtcNow()) with { Body = Encoding.UTF8.GetBytes(Body) });

        Assert.Equal(("False", "BodyBound"), (answer["passes"], answer["recipe"]));
        Assert.Equal([("body", found)], Differences(answer));
    }

    [Theory]
    [InlineData("  { \"a\" : \"x y\" , \"b\":\"\\\\\" }  ", "{\"a\":\"x y\",\"b\":\"\\\\\"}", "minified")]
    [InlineData("{\n  \"a\": \"x/y\"\n}", "{\"a\":\"x\\/y\"}", "minified, slashesEscaped")]
    [InlineData("{\"a\":\"x\\/y\"}", "{\"a\":\"x/y\"}", "slashesUnescaped")]
    [InlineData("{\"a\":\"x\\u002By\"}", "{\"a\":\"x+y\"}", "plusUnescaped")]
    [InlineData("{\"a\":\"x\\u00e9y\"}", "{\"a\":\"xéy\"}", "numbersUnescaped")]
    [InlineData("{\"a\":1}", "{\n  \"a\": 1\n}", "indented")]
    [InlineData("{\"a\":1}", "{\n    \"a\": 1\n}", "indentedByFour")]
    [InlineData("{\r\n}", "{\n}", "unixLineEnds")]
    [InlineData("{\n}", "{\r\n}", "windowsLineEnds")]
    [InlineData("not json ", "not json", "trimmed")]
    public async Task Rewritten_Bodies_Of_All_Kinds_Are_Recognised(string received, string asSigned, string found)
    {
        await using var host = keys.Host();

        var answer = await DiagnoseAsync(host, keys.Sign(asSigned, host.Clock.GetUtcNow()) with { Body = Encoding.UTF8.GetBytes(received) });

        Assert.Equal([("body", found)], Differences(answer));
    }

    /// <summary>The path that was called, the one that was signed.</summary>
    [Theory]
    [InlineData("/callbacks/finnet/kyc", "/callbacks/finnet/kyc/", "withTrailingSlash")]
    [InlineData("/callbacks/finnet/kyc/", "/callbacks/finnet/kyc", "withoutTrailingSlash")]
    [InlineData("/callbacks/finnet/kyc/some-token", "/callbacks/finnet/kyc", "withoutToken")]
    [InlineData("/callbacks/finnet/kyc", "/callbacks/finnet/kyc/" + TestSettings.PathToken, "withToken")]
    [InlineData("/callbacks/finnet/kyc?a=b", "/callbacks/finnet/kyc?a=b", "withQuery")]
    [InlineData("/proxy/callbacks/x", "/callbacks/x", "withoutFirstSegment")]
    [InlineData("https://api.shop.example/callbacks/finnet/kyc", "", "empty")]
    [InlineData("/callbacks/Finnet/kyc", "/callbacks/finnet/kyc", "lowerCase")]
    [InlineData("/callbacks/finnet/%6Byc", "/callbacks/finnet/kyc", "decoded")]
    public async Task Another_Path_Is_Named(string called, string asSigned, string found)
    {
        await using var host = keys.Host();

        var answer = await DiagnoseAsync(host, keys.Sign(Body, host.Clock.GetUtcNow(), asSigned) with { Path = called });

        Assert.Equal("False", answer["passes"]);
        Assert.Equal([("path", found)], Differences(answer));
        Assert.DoesNotContain("token-", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Configured_Path_Is_What_Counts()
    {
        await using var host = keys.Host(("Notifications:Snap:SignedPath", "/public/notify"));

        Assert.Equal("True", (await DiagnoseAsync(host, keys.Sign(Body, host.Clock.GetUtcNow(), "/public/notify") with { Path = FinnetKeys.Path }))["passes"]);
        Assert.Equal([("path", "withoutSignedPath")], Differences(await DiagnoseAsync(host, Sent(host))));
    }

    [Fact]
    public async Task The_Other_Recipe_Is_Named()
    {
        await using var host = keys.Host(("Notifications:Snap:ClientId", FinnetKeys.ClientId));

        var answer = await DiagnoseAsync(host, keys.Sign(Body, host.Clock.GetUtcNow(), recipe: SnapRecipe.ClientId));

        Assert.Equal(("False", "ClientId"), (answer["passes"], answer["recipe"]));
        Assert.Equal([("recipe", "ClientId")], Differences(answer));
    }

    [Fact]
    public async Task A_Client_Id_In_A_Header_Is_Found()
    {
        await using var host = keys.Host();

        var answer = await DiagnoseAsync(host, keys.Sign(Body, host.Clock.GetUtcNow(), recipe: SnapRecipe.ClientId), ("X-PARTNER-ID", FinnetKeys.ClientId));

        Assert.Equal([("recipe", "ClientId"), ("clientId", "header X-PARTNER-ID")], Differences(answer));
    }

    [Theory]
    [InlineData(0, "fresh", true)]
    [InlineData(-600, "stale", true)]
    [InlineData(-90000, "outside", false)]
    public async Task The_Time_Is_Judged_By_When_It_Was_Received(int seconds, string time, bool passes)
    {
        await using var host = keys.Host();
        var callback = keys.Sign(Body, host.Clock.GetUtcNow().AddSeconds(seconds));

        var now = await DiagnoseAsync(host, callback);
        host.Clock.Advance(TimeSpan.FromDays(30));
        var later = await DiagnoseAsync(host, callback);
        var asReceived = await DiagnoseAsync(host, callback, receivedAt: ManualClock.Start.AddSeconds(seconds));

        Assert.Equal((time, passes.ToString()), (now["time"], now["passes"]));
        Assert.Equal(passes ? [] : [("time", "outside")], Differences(now));
        Assert.Equal([("time", "outside")], Differences(later));
        Assert.Equal("fresh", asReceived["time"]);
    }

    [Fact]
    public async Task A_Time_That_Was_Signed_In_Another_Form_Is_Named()
    {
        await using var host = keys.Host();
        var now = host.Clock.GetUtcNow();
        var sent = Sent(host) with { Timestamps = [now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)] };

        Assert.Equal([("timestamp", "inWib")], Differences(await DiagnoseAsync(host, sent)));
    }

    [Fact]
    public async Task What_No_Known_Key_Made_Is_Said_To_Be_So()
    {
        await using var host = keys.Host();
        await using var without = new ApiHost();
        var (honest, now) = (Sent(host), host.Clock.GetUtcNow());
        string Signed(HashAlgorithmName hash, RSASignaturePadding padding) => Convert.ToBase64String(keys.Current.SignData(honest.Body, hash, padding));

        await IsAsync(keys.Sign(Body, now, key: keys.Stranger), "key", "unknownKey");
        await IsAsync(honest with { Signatures = [Convert.ToBase64String(HMACSHA512.HashData("key"u8, honest.Body))] }, "key", "unknownKey");
        await IsAsync(honest with { Signatures = [Signed(HashAlgorithmName.SHA256, RSASignaturePadding.Pss)] }, "key", "unknownKey");
        await IsAsync(honest with { Signatures = [Signed(HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)] }, "signature", "anotherHash");
        await IsAsync(honest with { Signatures = [Convert.ToHexString(Convert.FromBase64String(honest.Signatures[0])) + "?"] }, "signature", "notBase64");
        await IsAsync(honest with { Body = Encoding.UTF8.GetBytes(Body.Replace("Approved", "Rejected", StringComparison.Ordinal)) }, "text", "unknown");
        await IsAsync(honest with { Signatures = [] }, "headers", "signatureMissing");
        await IsAsync(honest with { Timestamps = [] }, "headers", "timestampMissing");
        Assert.Equal([("key", "notConfigured")], Differences(await DiagnoseAsync(without, honest)));

        async Task IsAsync(SignedCallback callback, string part, string found)
        {
            var answer = await DiagnoseAsync(host, callback);
            Assert.Equal("False", answer["passes"]);
            Assert.Equal([(part, found)], Differences(answer));
        }
    }

    [Fact]
    public async Task Strange_Bodies_Are_No_Trouble()
    {
        await using var host = keys.Host();
        foreach (var body in new[] { "", "{\"a\":\"\\ud800\"}", new string('[', 1000), "{\"a\":1,\"a\":2}", "\\", "{\"a\":\"\\u0022\"}" })
            Assert.Equal("True", (await DiagnoseAsync(host, keys.Sign(body, host.Clock.GetUtcNow())))["passes"]);
        var binary = await PostAsync(host, $$"""{"path":"/x","headers":{"x-signature":"AAAA","X-Timestamp":"{{new string('9', 5000)}}","Other":null},"bodyBase64":"/wDDKA=="}""");
        Assert.Equal([("key", "unknownKey")], Differences(binary));
    }

    [Theory]
    [InlineData("{}", "path headers bodyBase64")]
    [InlineData("""{"path":"/x","headers":{}}""", "bodyBase64")]
    [InlineData("""{"path":"/x","headers":{},"body":"","bodyBase64":""}""", "bodyBase64")]
    [InlineData("""{"path":"/x","headers":{},"bodyBase64":"?"}""", "bodyBase64")]
    [InlineData("""{"path":"","headers":{},"body":""}""", "path")]
    [InlineData("""{"path":"/x","headers":{},"body":"","receivedAt":"yesterday"}""", "receivedAt")]
    public async Task What_Is_Missing_Is_Named(string request, string wrong)
    {
        await using var host = keys.Host();

        var answer = await PostAsync(host, request);

        Assert.Equal(400, answer.Status);
        Assert.Equal(wrong.Split(' ').Order(StringComparer.Ordinal), answer.WrongFields.Order(StringComparer.Ordinal));
    }

    /// <summary>Times at the ends of the calendar, which another zone would lead out of it.</summary>
    [Theory]
    [InlineData("9999-12-31T23:59:59Z", "outside")]
    [InlineData("9999-12-31T23:59:59-12:00", "unreadable")]
    [InlineData("0001-01-01T00:00:00Z", "outside")]
    [InlineData("0001-01-01T00:00:00+07:00", "unreadable")]
    [InlineData("2026-03-01T00:00:00Z", "outside")]
    public async Task A_Time_At_The_End_Of_Time_Is_Judged_Like_Others(string timestamp, string time)
    {
        await using var host = keys.Host();
        var signed = new SignedCallback(
            FinnetKeys.Path, Encoding.UTF8.GetBytes(Body), [timestamp],
            [SnapVerifier.Sign(keys.Current, SnapVerifier.StringToSign(SnapRecipe.BodyBound, "/other", Encoding.UTF8.GetBytes(Body), "", timestamp))]);

        var answer = await DiagnoseAsync(host, signed, receivedAt: new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal((200, time), (answer.Status, answer["time"]));
        Assert.Contains(("text", "unknown"), Differences(answer));
        Assert.Equal(401, (await signed.SendAsync(host)).Status);
    }

    [Fact]
    public async Task It_Is_For_Operators_And_Repeats_Nothing_Of_The_Body()
    {
        await using var host = keys.Host();
        var callback = Sent(host);

        var answer = await DiagnoseAsync(host, callback with { Body = Encoding.UTF8.GetBytes(Body + " ") });

        Assert.Equal(403, (await host.Merchant.SendJsonAsync(HttpMethod.Post, Address, "{}")).Status);
        Assert.Equal(401, (await host.Anonymous.SendJsonAsync(HttpMethod.Post, Address, "{}")).Status);
        Assert.All(["6281295288912", "202411011441000012", "na\u00efve", callback.Signatures[0]], text =>
        {
            Assert.DoesNotContain(text, answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(host.Logs.Lines, line => line.Message.Contains(text, StringComparison.Ordinal));
        });
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    private SignedCallback Sent(ApiHost host) => keys.Sign(Body, host.Clock.GetUtcNow());

    private static IReadOnlyList<(string?, string?)> Differences(Answer answer) =>
        [.. answer.Json.GetProperty("differences").EnumerateArray().Select(one => (one.GetProperty("part").GetString(), one.GetProperty("found").GetString()))];

    private static Task<Answer> DiagnoseAsync(ApiHost host, SignedCallback callback, (string Name, string Value)? header = null, DateTimeOffset? receivedAt = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (callback.Timestamps.Count > 0)
            headers["X-TIMESTAMP"] = callback.Timestamps[0];
        if (callback.Signatures.Count > 0)
            headers["x-signature"] = callback.Signatures[0];
        if (header is (var name, var value))
            headers[name] = value;
        return PostAsync(host, JsonSerializer.Serialize(new { path = callback.Path, headers, bodyBase64 = Convert.ToBase64String(callback.Body), receivedAt }));
    }

    private static Task<Answer> PostAsync(ApiHost host, string json) => host.Ops.SendJsonAsync(HttpMethod.Post, Address, json);
}
