using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

public sealed class SnapTokenTests
{
    private const string BadSignature = "4017300 Unauthorized. [signature]";

    private static readonly RSA OtherPair = RSA.Create(2048);

    private static readonly Dictionary<string, (Func<TokenRequest, TokenRequest> Deviate, string Refusal)> Deviations = new(
        StringComparer.Ordinal)
    {
        ["wrong client key"] =
            (r => r with { ClientKey = "client-two", SignedClient = "client-two" }, "4017300 Unauthorized. [X-CLIENT-KEY]"),
        ["another client signed"] = (r => r with { SignedClient = "client-two" }, BadSignature),
        ["another separator signed"] = (r => r with { Separator = ':' }, BadSignature),
        ["wrong key pair"] = (r => r with { Key = OtherPair }, BadSignature),
        ["PSS padding"] = (r => r with { Padding = RSASignaturePadding.Pss }, BadSignature),
        ["SHA-512"] = (r => r with { Hash = HashAlgorithmName.SHA512 }, BadSignature),
        ["a short signature"] = (r => r with { Signature = _ => "AAAA" }, BadSignature),
        ["a signature that is no Base64"] = (r => r with { Signature = s => "-" + s[1..] }, Malformed("X-SIGNATURE")),
        ["301 seconds late"] = (r => r with { Timestamp = SnapRequest.At(r.Time.AddSeconds(-301)) }, "4017300 Unauthorized. [X-TIMESTAMP]"),
        ["301 seconds early"] = (r => r with { Timestamp = SnapRequest.At(r.Time.AddSeconds(301)) }, "4017300 Unauthorized. [X-TIMESTAMP]"),
        ["time in UTC with Z"] = (r => r with { Timestamp = "2024-11-01T06:00:00Z" }, Malformed("X-TIMESTAMP")),
        ["time with UTC's offset"] = (r => r with { Timestamp = "2024-11-01T06:00:00+00:00" }, Malformed("X-TIMESTAMP")),
        ["time with a fraction"] = (r => r with { Timestamp = "2024-11-01T13:00:00.000+07:00" }, Malformed("X-TIMESTAMP")),
        ["wrong grantType"] = (r => r with { Body = """{"grantType":"authorization_code"}""" }, Malformed("grantType")),
        ["grantType of another type"] = (r => r with { Body = """{"grantType":["client_credentials"]}""" }, Malformed("grantType")),
        ["grantType twice"] = (r => r with { Body = """{"grantType":"client_credentials","grantType":"client_credentials"}""" }, Malformed(
            "grantType")),
        ["an unknown field"] = (r => r with { Body = """{"grantType":"client_credentials","scope":"all"}""" }, Malformed("scope")),
        ["OAuth's spelling"] = (r => r with { Body = """{"grant_type":"client_credentials"}""" }, Malformed("grant_type")),
        ["no grantType"] = (r => r with { Body = "{}" }, Missing("grantType")),
        ["a form"] = (r => r with { Body = "grantType=client_credentials" }, "4007300 Bad Request"),
        ["an array"] = (r => r with { Body = "[]" }, "4007300 Bad Request"),
        ["another charset"] = (r => r with { ContentType = "application/json; charset=utf-16" }, Malformed("Content-Type")),
        ["no Content-Type"] = (r => r with { ContentType = null }, Missing("Content-Type")),
        ["no X-CLIENT-KEY"] = (r => r with { ClientKey = null }, Missing("X-CLIENT-KEY")),
        ["no X-TIMESTAMP"] = (r => r with { Timestamp = null }, Missing("X-TIMESTAMP")),
        ["no X-SIGNATURE"] = (r => r with { Signature = _ => null }, Missing("X-SIGNATURE")),
    };

    public static TheoryData<string> Names => [.. Deviations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_Deviation_Is_Refused_And_Listed_And_Its_Twin_Gets_A_Token(string name)
    {
        await using var standIn = await SnapSamples.StartAsync();
        var right = new TokenRequest(FrozenTime.Start);
        var (deviate, refusal) = Deviations[name];

        var refused = await standIn.AskAsync(deviate(right));
        var accepted = await standIn.AskAsync(right);

        Assert.Equal(refusal, $"{refused["responseCode"]} {refused["responseMessage"]}");
        Assert.Null(refused["accessToken"]);
        Assert.Equal("2007300", (string)accepted["responseCode"]!);
        var problem = (await standIn.ListAsync("requests"))[1]!["problems"]![0]!;
        Assert.Equal(refusal, $"{problem["responseCode"]} {problem["responseMessage"]}");
    }

    [Fact]
    public async Task A_Token_Is_Issued_As_Snap_Says()
    {
        await using var standIn = await SnapSamples.StartAsync();

        var answer = await standIn.AskAsync(new TokenRequest(FrozenTime.Start));

        Assert.Equal(
            ["responseCode", "responseMessage", "accessToken", "tokenType", "expiresIn"], answer.Select(member => member.Key));
        Assert.Equal(
            ("2007300", "Successful", "Bearer", "900"),
            (
                (string)answer["responseCode"]!, (string)answer["responseMessage"]!, (string)answer["tokenType"]!,
                (string)answer["expiresIn"]!));
    }

    [Fact]
    public async Task Several_Tokens_Are_Good_At_Once()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var first = (await standIn.RequestAsync()).For("6281295288912", "202411011441000001") with { ExternalId = "1" };
        var second = (await standIn.RequestAsync()).For("6281295288912", "202411011441000002") with { ExternalId = "2" };

        Assert.NotEqual(first.Token, second.Token);
        Assert.Equal(("2000000", "2000000"), ((await standIn.AskAsync(first)).Code, (await standIn.AskAsync(second)).Code));
    }

    [Fact]
    public async Task A_Token_Expires_With_The_Sandbox_Clock_While_Signing_Goes_By_Real_Time()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var first = (await standIn.RequestAsync()).For("6281295288912", "202411011441000001") with { ExternalId = "1" };
        await standIn.AdvanceAsync(899);
        Assert.Equal("2000000", (await standIn.AskAsync(first)).Code);

        await standIn.AdvanceAsync(1);
        var second = first.For("6281295288912", "202411011441000002") with { ExternalId = "2" };
        var expired = await standIn.AskAsync(second);
        var renewed = await standIn.AskAsync(second with { Token = await standIn.TokenAsync() });

        Assert.Equal(("4010001", "Invalid Token (B2B)", "2000000"), (expired.Code, expired.Message, renewed.Code));
    }

    [Fact]
    public async Task No_Secret_Is_Shown_And_A_Token_Can_Be_Told_By_Its_Fingerprint()
    {
        await using var standIn = await SnapSamples.StartAsync();
        var request = await standIn.RequestAsync();
        await standIn.AskAsync(request);
        await standIn.AskAsync(request with { Secret = "wrong" });
        await standIn.AskAsync(request.With("Authorization", request.Token));
        await standIn.AskAsync(request.With("Authorization", $"Token {request.Token}"));

        var requests = await standIn.ListAsync("requests?full=true");
        var console = (await standIn.Client.GetFromJsonAsync<JsonNode>("/sandbox/console"))!;
        var opened = await Task.WhenAll(
            console["requests"]!.AsArray().Select(r => standIn.Client.GetStringAsync($"/sandbox/requests/{r!["id"]}")));
        var shown = requests.ToJsonString() + console.ToJsonString() + string.Concat(opened);

        Assert.Equal(5, requests.Count);
        Assert.DoesNotContain(request.Token, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(SnapSamples.Secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", shown, StringComparison.Ordinal);
        Assert.Equal("/v1.0/access-token/b2b", (string)requests[4]!["path"]!);
        Assert.Equal("client-one", (string)requests[4]!["headers"]!["X-CLIENT-KEY"]!);
        var used = (string)requests[3]!["headers"]!["Authorization"]!;
        Assert.StartsWith("Bearer …(sha256 ", used, StringComparison.Ordinal);
        Assert.Contains(used["Bearer ".Length..], (string)requests[4]!["answer"]!["body"]!, StringComparison.Ordinal);
        Assert.Equal(request.ExternalId, (string)requests[3]!["headers"]!["X-EXTERNAL-ID"]!);
    }

    private static string Malformed(string field) => $"4007301 Invalid Field Format {field}";

    private static string Missing(string field) => $"4007302 Invalid Mandatory Field {field}";
}
