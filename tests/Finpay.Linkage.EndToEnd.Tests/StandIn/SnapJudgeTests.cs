using System.Text;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>
/// Each deviation differs from its accepted twin in one thing. Both have the same reference and external id: a refusal uses up neither.
/// </summary>
public sealed class SnapJudgeTests
{
    private const string BadSignature = "4010000 Unauthorized. [signature]";
    private const string BadTime = "4010000 Unauthorized. [X-TIMESTAMP]";
    private const string BadToken = "4010001 Invalid Token (B2B)";

    private static readonly Dictionary<string, (Func<SnapRequest, SnapRequest> Deviate, string Refusal)> Deviations = new(
        StringComparer.Ordinal)
    {
        ["wrong path signed"] = (r => r with { Signed = s => s.Replace("/v1.0/", "/v1.1/", StringComparison.Ordinal) }, BadSignature),
        ["path signed without its query"] = (
            r => r with { Target = r.Target + "?a=1", Signed = s => s.Replace("?a=1", "", StringComparison.Ordinal) }, BadSignature),
        ["wrong method signed"] = (r => r with { Signed = s => "GET" + s[4..] }, BadSignature),
        ["lower-case method signed"] = (r => r with { Signed = s => "post" + s[4..] }, BadSignature),
        ["upper-case hash signed"] = (r => r with { Signed = UpperCaseHash }, BadSignature),
        ["no token signed"] = (r => r with { Signed = s => s.Replace(r.Token, "", StringComparison.Ordinal) }, BadSignature),
        ["another time signed"] =
            (r => r with { Signed = s => s.Replace("13:00:00+07:00", "13:00:01+07:00", StringComparison.Ordinal) }, BadSignature),
        ["wrong secret"] = (r => r with { Secret = "1" + r.Secret[1..] }, BadSignature),
        ["a body changed by one byte"] = (r => r with { BodySent = OneByteElse(r.Body) }, BadSignature),
        ["a signature of other text, well-formed"] = (r => r.With("X-SIGNATURE", "AAAA"), BadSignature),
        ["wrong token"] = (r => r with { Token = (r.Token[0] == '0' ? "1" : "0") + r.Token[1..] }, BadToken),
        ["301 seconds late"] = (r => r with { Timestamp = SnapRequest.At(r.Time.AddSeconds(-301)) }, BadTime),
        ["301 seconds early"] = (r => r with { Timestamp = SnapRequest.At(r.Time.AddSeconds(301)) }, BadTime),
        ["time in UTC with Z"] = (r => r with { Timestamp = "2024-11-01T06:00:00Z" }, Malformed("X-TIMESTAMP")),
        ["time with UTC's offset"] = (r => r with { Timestamp = "2024-11-01T06:00:00+00:00" }, Malformed("X-TIMESTAMP")),
        ["time with another offset"] = (r => r with { Timestamp = "2024-11-01T14:00:00+08:00" }, Malformed("X-TIMESTAMP")),
        ["time with a fraction"] = (r => r with { Timestamp = "2024-11-01T13:00:00.000+07:00" }, Malformed("X-TIMESTAMP")),
        ["time with a blank"] = (r => r with { Timestamp = "2024-11-01 13:00:00+07:00" }, Malformed("X-TIMESTAMP")),
        ["time with an offset without colon"] = (r => r with { Timestamp = "2024-11-01T13:00:00+0700" }, Malformed("X-TIMESTAMP")),
        ["time with dots, as under id-ID"] = (r => r with { Timestamp = "2024-11-01T13.00.00+07:00" }, Malformed("X-TIMESTAMP")),
        ["another scheme"] = (r => r.With("Authorization", v => v.Replace("Bearer", "Basic", StringComparison.Ordinal)), Malformed(
            "Authorization")),
        ["a lower-case scheme"] = (r => r.With("Authorization", v => v.Replace("B", "b", StringComparison.Ordinal)), Malformed(
            "Authorization")),
        ["a token without scheme"] = (r => r.With("Authorization", r.Token), Malformed("Authorization")),
        ["a token with a blank"] = (r => r.With("Authorization", v => v + " x"), Malformed("Authorization")),
        ["a signature that is no Base64"] = (r => r.With("X-SIGNATURE", v => "-" + v[1..]), Malformed("X-SIGNATURE")),
        ["an external id with a letter"] = (r => r with { ExternalId = "1234567x" }, Malformed("X-EXTERNAL-ID")),
        ["an external id with a hyphen"] = (r => r with { ExternalId = "1234-567" }, Malformed("X-EXTERNAL-ID")),
        ["an external id of 33 digits"] = (r => r with { ExternalId = new string('7', 33) }, Malformed("X-EXTERNAL-ID")),
        ["a partner id of 37 characters"] = (r => r.With("X-PARTNER-ID", new string('p', 37)), Malformed("X-PARTNER-ID")),
        ["another partner's id"] = (r => r.With("X-PARTNER-ID", "sandbox-partnes"), "4010000 Unauthorized. [X-PARTNER-ID]"),
        ["a channel of 4 characters"] = (r => r.With("CHANNEL-ID", "9522"), Malformed("CHANNEL-ID")),
        ["a channel of 6 characters"] = (r => r.With("CHANNEL-ID", "952210"), Malformed("CHANNEL-ID")),
        ["another channel"] = (r => r.With("CHANNEL-ID", "95222"), "4010000 Unauthorized. [CHANNEL-ID]"),
        ["an origin with a scheme"] = (r => r.With("ORIGIN", "https://shop.example"), Malformed("ORIGIN")),
        ["another origin"] = (r => r.With("ORIGIN", "shop.exampel"), "4010000 Unauthorized. [ORIGIN]"),
        ["no Authorization"] = (r => r.With("Authorization", (string?)null), Missing("Authorization")),
        ["no X-TIMESTAMP"] = (r => r.With("X-TIMESTAMP", (string?)null), Missing("X-TIMESTAMP")),
        ["no X-SIGNATURE"] = (r => r.With("X-SIGNATURE", (string?)null), Missing("X-SIGNATURE")),
        ["no ORIGIN"] = (r => r.With("ORIGIN", (string?)null), Missing("ORIGIN")),
        ["no X-EXTERNAL-ID"] = (r => r.With("X-EXTERNAL-ID", (string?)null), Missing("X-EXTERNAL-ID")),
        ["no X-PARTNER-ID"] = (r => r.With("X-PARTNER-ID", (string?)null), Missing("X-PARTNER-ID")),
        ["no CHANNEL-ID"] = (r => r.With("CHANNEL-ID", (string?)null), Missing("CHANNEL-ID")),
        ["an empty CHANNEL-ID"] = (r => r.With("CHANNEL-ID", ""), Missing("CHANNEL-ID")),
    };

    public static TheoryData<string> Names => [.. Deviations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_Deviation_Is_Refused_And_Listed_And_Its_Twin_Is_Accepted(string name)
    {
        await using var standIn = await SnapSamples.StartAsync();
        var right = await standIn.RequestAsync();
        var (deviate, refusal) = Deviations[name];

        var refused = await standIn.AskAsync(deviate(right));
        var accepted = await standIn.AskAsync(right);

        Assert.Equal(refusal, $"{refused.Code} {refused.Message}");
        Assert.Equal(refused.Code[..3], $"{(int)refused.Status}");
        Assert.Equal("2000000", accepted.Code);
        var requests = await standIn.ListAsync("requests");
        Assert.Empty(requests[0]!["problems"]!.AsArray());
        var problem = Assert.Single(requests[1]!["problems"]!.AsArray())!;
        Assert.Equal(refusal, $"{problem["responseCode"]} {problem["responseMessage"]}");
    }

    [Theory]
    [InlineData(-300)]
    [InlineData(300)]
    public async Task Five_Minutes_Either_Way_Are_Allowed(int seconds)
    {
        await using var standIn = await SnapSamples.StartAsync();
        var right = await standIn.RequestAsync();

        Assert.Equal("2000000", (await standIn.AskAsync(right with { Timestamp = SnapRequest.At(right.Time.AddSeconds(seconds)) })).Code);
    }

    [Fact]
    public async Task The_Query_Is_Signed_As_It_Was_Sent()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var right = await standIn.RequestAsync();

        var accepted = await standIn.AskAsync(right with { Target = right.Target + "?to=%2Fshop%3F&x=a+b" });

        Assert.Equal("2000000", accepted.Code);
    }

    [Fact]
    public async Task Every_Problem_Is_Listed_And_Headers_Come_Before_The_Body()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var right = await standIn.RequestAsync();
        var body = WidgetBody.Bytes(WidgetBody.Of("81295288912", "202411011441000012"));

        var refused = await standIn.AskAsync(
            (right with { Body = body, Token = "none", ExternalId = "x" }).With("CHANNEL-ID", (string?)null));

        Assert.Equal("4000002", (await standIn.AskAsync(right.With("X-PARTNER-ID", "") with { Token = "none" })).Code);
        Assert.Equal("4000001", refused.Code);
        var problems = (await standIn.ListAsync("requests"))[1]!["problems"]!.AsArray();
        Assert.Equal(["X-EXTERNAL-ID", "CHANNEL-ID", "Authorization", "phoneNo"], problems.Select(p => (string)p!["field"]!));
    }

    [Fact]
    public async Task A_Stand_In_Without_Snap_Ignores_The_Headers_And_Has_No_Tokens()
    {
        await using var standIn = await RunningStandIn.StartAsync();

        Assert.Equal("2000000", (await standIn.AskAsync(new SnapRequest("none", FrozenTime.Start) { Secret = "none" })).Code);
        Assert.Equal("4040000", (string)(await standIn.AskAsync(new TokenRequest(FrozenTime.Start)))["responseCode"]!);
    }

    private static string Malformed(string header) => $"4000001 Invalid Field Format {header}";

    private static string Missing(string header) => $"4000002 Invalid Mandatory Field {header}";

    private static string UpperCaseHash(string toSign)
    {
        var parts = toSign.Split(':');
        parts[3] = parts[3].ToUpperInvariant();
        return string.Join(':', parts);
    }

    private static byte[] OneByteElse(byte[] body) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("budi.", "budj.", StringComparison.Ordinal));
}
