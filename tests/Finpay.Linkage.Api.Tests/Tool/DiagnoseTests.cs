using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The command <c>diagnose</c>: why a signature does not match. The first difference is named, nothing personal is said.</summary>
public sealed class DiagnoseTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private static readonly DateTimeOffset Now = ManualClock.Start;

    // With everything that writers write differently.
    private const string Body =
        """{"kycResponse":"KYC Approved","kycMessage":"naïve a/b + c","par"""
        + """tnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724"}""";

    [Fact]
    public async Task A_Callback_That_Matches_Is_Said_To_Pass()
    {
        var current = await DiagnoseAsync(Sent(), $"--Notifications:Snap:PreviousPublicKeyPath={keys.PreviousPath}");
        var previous = await DiagnoseAsync(
            keys.Sign(Body, Now, key: keys.Previous), $"--Notifications:Snap:PreviousPublicKeyPath={keys.PreviousPath}");

        Assert.Equal(
            (0, "The signature passes.\ntime: Fresh\nkey: current\nrecipe: BodyBound\n"),
            (current.ExitCode, current.Text.ReplaceLineEndings("\n")));
        Assert.Equal((0, "previous"), (previous.ExitCode, previous["key"]));
    }

    /// <summary>How the body was written when it was signed.</summary>
    public static TheoryData<string, string> Rewritten => new()
    {
        { Body.Replace("/", "\\/", StringComparison.Ordinal), "slashesEscaped" },
        { Body.Replace("+", "\\u002B", StringComparison.Ordinal), "plusEscaped" },
        { Body.Replace("ï", "\\u00ef", StringComparison.Ordinal), "numbersEscaped" },
        {
            Body.Replace("ï", "\\u00ef", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal), "slashesAndNumbersEscaped"
        },
        { JsonSerializer.Serialize(JsonDocument.Parse(Body).RootElement), "escapedByDotNet" },
        { Body + "\n", "withLineEnd" },
        { "\uFEFF" + Body, "withByteOrderMark" },
        { "", "empty" },
    };

    [Theory]
    [MemberData(nameof(Rewritten))]
    public async Task A_Body_That_Was_Signed_In_Another_Form_Is_Named(string asSigned, string found)
    {
        var answer = await DiagnoseAsync(keys.Sign(asSigned, Now) with { Body = Encoding.UTF8.GetBytes(Body) });

        Assert.Equal((1, "BodyBound"), (answer.ExitCode, answer["recipe"]));
        Assert.Equal([("body", found)], answer.Differences);
    }

    [Theory]
    [InlineData("  { \"a\" : \"x y\" , \"b\":\"\\\\\" }  ", "{\"a\":\"x y\",\"b\":\"\\\\\"}", "minified")]
    [InlineData("{\n  \"a\": \"x/y\"\n}", "{\"a\":\"x\\/y\"}", "minified, slashesEscaped")]
    [InlineData("{\"a\":\"x\\/y\"}", "{\"a\":\"x/y\"}", "slashesUnescaped")]
    [InlineData("{\"a\":\"x\\u002By\"}", "{\"a\":\"x+y\"}", "plusUnescaped")]
    [InlineData("{\"a\":\"x\\u00e9y\"}", "{\"a\":\"xéy\"}", "numbersUnescaped")]
    [InlineData("{\r\n}", "{\n}", "unixLineEnds")]
    [InlineData("{\n}", "{\r\n}", "windowsLineEnds")]
    [InlineData("not json ", "not json", "trimmed")]
    public async Task Rewritten_Bodies_Of_All_Kinds_Are_Recognised(string received, string asSigned, string found)
    {
        var answer = await DiagnoseAsync(keys.Sign(asSigned, Now) with { Body = Encoding.UTF8.GetBytes(received) });

        Assert.Equal([("body", found)], answer.Differences);
    }

    /// <summary>The path that was called, the one that was signed.</summary>
    [Theory]
    [InlineData("/callbacks/finnet/kyc", "/callbacks/finnet/kyc/", "withTrailingSlash")]
    [InlineData("/callbacks/finnet/kyc/", "/callbacks/finnet/kyc", "withoutTrailingSlash")]
    [InlineData("/callbacks/finnet/kyc/some-token", "/callbacks/finnet/kyc", "withoutToken")]
    [InlineData("/callbacks/finnet/kyc", "/callbacks/finnet/kyc/" + TestSettings.PathToken, "withToken")]
    [InlineData("/callbacks/finnet/kyc?a=b", "/callbacks/finnet/kyc?a=b", "withQuery")]
    [InlineData("/proxy/callbacks/x", "/callbacks/x", "withoutFirstSegment")]
    [InlineData("https://api.shop.example/callbacks/finnet/kyc?a=b", "/callbacks/finnet/kyc/", "withTrailingSlash")]
    [InlineData("/callbacks/Finnet/kyc", "/callbacks/finnet/kyc", "lowerCase")]
    [InlineData("/callbacks/finnet/%6Byc", "/callbacks/finnet/kyc", "decoded")]
    public async Task Another_Path_Is_Named(string called, string asSigned, string found)
    {
        var answer = await DiagnoseAsync(keys.Sign(Body, Now, asSigned) with { Path = called });

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal([("path", found)], answer.Differences);
        Assert.DoesNotContain("token-", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Configured_Path_Is_What_Counts()
    {
        const string Setting = "--Notifications:Snap:SignedPath=/public/notify";

        Assert.Equal(0, (await DiagnoseAsync(keys.Sign(Body, Now, "/public/notify") with { Path = FinnetKeys.Path }, Setting)).ExitCode);
        Assert.Equal([("path", "withoutSignedPath")], (await DiagnoseAsync(Sent(), Setting)).Differences);
    }

    [Fact]
    public async Task The_Other_Recipe_Is_Named()
    {
        var answer = await DiagnoseAsync(
            keys.Sign(Body, Now, recipe: SnapRecipe.ClientId), $"--Notifications:Snap:ClientId={FinnetKeys.ClientId}");

        Assert.Equal((1, "ClientId"), (answer.ExitCode, answer["recipe"]));
        Assert.Equal([("recipe", "ClientId")], answer.Differences);
    }

    [Fact]
    public async Task A_Client_Id_In_A_Header_Is_Found()
    {
        var file = Captured(keys.Sign(Body, Now, recipe: SnapRecipe.ClientId), $"X-PARTNER-ID: {FinnetKeys.ClientId}");

        var answer = await DiagnoseAsync(file);

        Assert.Equal([("recipe", "ClientId"), ("clientId", "header X-PARTNER-ID")], answer.Differences);
    }

    [Theory]
    [InlineData(0, "Fresh", 0)]
    [InlineData(-600, "Stale", 0)]
    [InlineData(-90000, "Outside", 1)]
    public async Task The_Time_Is_Judged_By_When_It_Was_Received(int seconds, string time, int exitCode)
    {
        var callback = keys.Sign(Body, Now.AddSeconds(seconds));

        var answer = await DiagnoseAsync(callback);
        var later = await DiagnoseAsync(Captured(callback), Now.AddDays(30));
        var asReceived = await DiagnoseAsync(Captured(callback), Now.AddSeconds(seconds));

        Assert.Equal((exitCode, time), (answer.ExitCode, answer["time"]));
        Assert.Equal(exitCode == 0 ? [] : [("time", "outside")], answer.Differences);
        Assert.Equal([("time", "outside")], later.Differences);
        Assert.Equal("Fresh", asReceived["time"]);
    }

    [Fact]
    public async Task Without_A_Time_Of_Receipt_It_Is_Now()
    {
        var callback = Captured(keys.Sign(Body, TimeProvider.System.GetUtcNow()));

        Assert.Equal("Fresh", (await RunAsync(callback))["time"]);
        Assert.Equal("Outside", (await RunAsync(Captured(Sent())))["time"]);
    }

    [Fact]
    public async Task A_Time_That_Was_Signed_In_Another_Form_Is_Named()
    {
        var sent = Sent() with { Timestamps = [Now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture)] };

        Assert.Equal([("timestamp", "inWib")], (await DiagnoseAsync(sent)).Differences);
    }

    [Fact]
    public async Task What_No_Known_Key_Made_Is_Said_To_Be_So()
    {
        var (honest, now) = (Sent(), Now);
        string Signed(HashAlgorithmName hash, RSASignaturePadding padding) =>
            Convert.ToBase64String(keys.Current.SignData(honest.Body, hash, padding));

        await IsAsync(keys.Sign(Body, now, key: keys.Stranger), "key", "unknownKey");
        await IsAsync(
            honest with { Signatures = [Convert.ToBase64String(HMACSHA512.HashData("key"u8, honest.Body))] }, "key", "unknownKey");
        await IsAsync(honest with { Signatures = [Signed(HashAlgorithmName.SHA256, RSASignaturePadding.Pss)] }, "key", "unknownKey");
        await IsAsync(
            honest with { Signatures = [Signed(HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)] }, "signature", "anotherHash");
        await IsAsync(
            honest with { Signatures = [Convert.ToHexString(Convert.FromBase64String(honest.Signatures[0])) + "?"] },
            "signature",
            "notBase64");
        await IsAsync(
            honest with { Body = Encoding.UTF8.GetBytes(Body.Replace("Approved", "Rejected", StringComparison.Ordinal)) },
            "text",
            "unknown");
        await IsAsync(honest with { Signatures = [] }, "headers", "signatureMissing");
        await IsAsync(honest with { Signatures = [.. honest.Signatures, "AAAA"] }, "headers", "signatureTwice");
        await IsAsync(honest with { Timestamps = [] }, "headers", "timestampMissing");
        Assert.Equal([("key", "notConfigured")], (await DiagnoseAsync(honest, "--Notifications:Snap:PublicKeyPath=")).Differences);

        async Task IsAsync(SignedCallback callback, string part, string found)
        {
            var answer = await DiagnoseAsync(callback);
            Assert.Equal(1, answer.ExitCode);
            Assert.Equal([(part, found)], answer.Differences);
        }
    }

    [Fact]
    public async Task Strange_Bodies_Are_No_Trouble()
    {
        foreach (var body in new[]
        {
            "", "{\"a\":\"\\ud800\"}", new string('[', 1000), "{\"a\":1,\"a\":2}", "\\", "{\"a\":\"\\u0022\"}", "\"x\\",
        })
            Assert.Equal(0, (await DiagnoseAsync(keys.Sign(body, Now))).ExitCode);
        byte[] binary =
        [
            .. Encoding.ASCII.GetBytes($"POST /x\nx-signature: AAAA\nX-Timestamp: {new string('9', 5000)}\nOther:\n\n"), 0xff, 0x00, 0xc3,
            0x28,
        ];
        Assert.Equal([("key", "unknownKey")], (await DiagnoseAsync(binary)).Differences);
    }

    [Theory]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    [InlineData("\n", false)]
    [InlineData("\r\n", false)]
    public async Task Lines_End_In_Either_Way_And_The_Body_Is_Taken_As_It_Is(string lineEnd, bool hasRequestLine)
    {
        const string Odd = "{\r\n \"a\": 1 }\n\r\n";
        var signed = keys.Sign(Odd, Now);
        string[] lines =
        [
            .. hasRequestLine ? [$"POST {FinnetKeys.Path} HTTP/1.1"] : Array.Empty<string>(), $"X-TIMESTAMP: {signed.Timestamps[0]}",
            $"X-SIGNATURE:{signed.Signatures[0]}", "", "",
        ];
        byte[] file = [.. Encoding.ASCII.GetBytes(string.Join(lineEnd, lines)), .. signed.Body];

        Assert.Equal(0, (await DiagnoseAsync(file, settings: hasRequestLine ? [] : [$"--path={FinnetKeys.Path}"])).ExitCode);
        Assert.Equal([("path", "servicePath")], (await DiagnoseAsync(file, settings: ["--path", "/elsewhere"])).Differences);
    }

    [Fact]
    public async Task It_Is_Read_From_Standard_Input_Too()
    {
        string[] args = ["diagnose", "-", $"--Notifications:Snap:PublicKeyPath={keys.CurrentPath}", $"--received-at={Now:O}"];

        Assert.Equal(0, (await ToolRun.RunAsync(args, Captured(Sent()))).ExitCode);
        Assert.Equal(2, (await ToolRun.RunAsync(args, [])).ExitCode);
    }

    [Theory]
    [InlineData("POST /x HTTP/1.1\nX-SIGNATURE: AAAA\nplanted", "no empty line")]
    [InlineData("POST /x HTTP/1.1\nX-SIGNATURE: AAAA\nplanted\n\n{}", "line 3 is no header")]
    [InlineData("POST /x HTTP/1.1\nPOST /planted HTTP/1.1\n\n{}", "line 2 is no header")]
    [InlineData("X-SIGNATURE: planted\n\n{}", "which path was called")]
    [InlineData("", "no empty line")]
    public async Task What_Is_No_Captured_Callback_Is_Said_To_Be_So(string text, string problem)
    {
        var answer = await DiagnoseAsync(Encoding.ASCII.GetBytes(text));

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains(problem, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_File_Or_A_Time_Or_A_Key_That_Is_None_Is_Named()
    {
        var none = keys.CurrentPath + ".none";

        Assert.Equal(2, (await ToolRun.RunAsync(["diagnose", none])).ExitCode);
        Assert.Equal(2, (await ToolRun.RunAsync(["diagnose", keys.CurrentPath, "--received-at=yesterday"])).ExitCode);
        var (exitCode, _, error) = await ToolRun.RunAsync(
            ["diagnose", "-", $"--Notifications:Snap:PublicKeyPath={none}"], Captured(Sent()));
        Assert.Equal(1, exitCode);
        Assert.Contains("Notifications:Snap:PublicKeyPath: names a file that can't be read", error, StringComparison.Ordinal);
    }

    /// <summary>Times at the ends of the calendar, which another zone would lead out of it.</summary>
    [Theory]
    [InlineData("9999-12-31T23:59:59Z", "Outside")]
    [InlineData("9999-12-31T23:59:59-12:00", "Unreadable")]
    [InlineData("0001-01-01T00:00:00Z", "Outside")]
    [InlineData("0001-01-01T00:00:00+07:00", "Unreadable")]
    [InlineData("2026-03-01T00:00:00Z", "Outside")]
    public async Task A_Time_At_The_End_Of_Time_Is_Judged_Like_Others(string timestamp, string time)
    {
        var signed = new SignedCallback(
            FinnetKeys.Path, Encoding.UTF8.GetBytes(Body), [timestamp],
            [SnapVerifier.Sign(
                keys.Current, SnapVerifier.StringToSign(SnapRecipe.BodyBound, "/other", Encoding.UTF8.GetBytes(Body), "", timestamp))]);

        var answer = await DiagnoseAsync(Captured(signed), new DateTimeOffset(2026, 3, 9, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal((1, time), (answer.ExitCode, answer["time"]));
        Assert.Contains(("text", "unknown"), answer.Differences);
        await using var host = keys.Host();
        Assert.Equal(401, (await signed.SendAsync(host)).Status);
    }

    [Fact]
    public async Task It_Repeats_Nothing_Of_The_Body()
    {
        var callback = Sent();

        var answer = await DiagnoseAsync(callback with { Body = Encoding.UTF8.GetBytes(Body + " ") });

        Assert.Equal([("body", "trimmed")], answer.Differences);
        Assert.All(
            ["6281295288912", "202411011441000012", "na\u00efve", callback.Signatures[0]],
            text => Assert.DoesNotContain(text, answer.Text, StringComparison.Ordinal));
    }

    private SignedCallback Sent() => keys.Sign(Body, Now);

    private static byte[] Captured(SignedCallback callback, params string[] headers)
    {
        string[] lines =
        [
            $"POST {callback.Path} HTTP/1.1", "Content-Type: application/json", .. callback.Timestamps.Select(one => $"X-TIMESTAMP: {one}"),
            .. callback.Signatures.Select(one => $"x-signature: {one}"), .. headers,
        ];
        return [.. Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. callback.Body];
    }

    [Fact]
    public async Task Without_A_Request_Line_The_Signed_Path_Of_The_Settings_Counts()
    {
        var captured = Captured(Sent());
        var withoutLine = captured[(captured.AsSpan().IndexOf((byte)'\n') + 1)..];

        Assert.Equal(2, (await DiagnoseAsync(withoutLine)).ExitCode);
        Assert.Equal(0, (await DiagnoseAsync(withoutLine, settings: $"--Notifications:Snap:SignedPath={Sent().Path}")).ExitCode);
    }

    [Theory]
    [InlineData("AGREE170724", 0)]
    [InlineData("NORTH1", 1)]
    [InlineData("NOBODY", 0)]
    public async Task The_Key_Of_Another_Merchant_Than_The_Body_Names_Does_Not_Count(string merchantId, int exitCode)
    {
        var callback = keys.Sign(Body.Replace("AGREE170724", merchantId, StringComparison.Ordinal), Now);

        var answer = await DiagnoseAsync(
            callback, "--Finnet:MerchantId=AGREE170724", "--Merchants:north:MerchantId=NORTH1",
            $"--Merchants:north:Notifications:Snap:PublicKeyPath={keys.PreviousPath}");

        Assert.Equal(exitCode, answer.ExitCode);
    }

    private Task<Said> DiagnoseAsync(SignedCallback callback, params string[] settings) =>
        DiagnoseAsync(Captured(callback), settings: settings);

    private Task<Said> DiagnoseAsync(byte[] file, DateTimeOffset? receivedAt = null, params string[] settings) =>
        RunAsync(file, [$"--received-at={receivedAt ?? Now:O}", .. settings]);

    private async Task<Said> RunAsync(byte[] file, params string[] settings)
    {
        var path = keys.Write($"{Guid.NewGuid()}.txt", "");
        await File.WriteAllBytesAsync(path, file);
        var (exitCode, output, error) = await ToolRun.RunAsync(
        [
            "diagnose", path, $"--Notifications:Snap:PublicKeyPath={keys.CurrentPath}",
            $"--Notifications:PathTokens:0={TestSettings.PathToken}", .. settings,
        ]);
        return new Said(exitCode, output + error);
    }

    private sealed record Said(int ExitCode, string Text)
    {
        public IReadOnlyList<(string Part, string Found)> Differences =>
        [
            .. Lines.Where(line => line.StartsWith("problem: ", StringComparison.Ordinal))
                .Select(line => line["problem: ".Length..].Split(". ")[0].Split(' ', 2)).Select(words => (words[0], words[1])),
        ];

        private string[] Lines => Text.Split(Environment.NewLine);

        public string? this[string name] =>
            Lines.FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..];
    }
}
