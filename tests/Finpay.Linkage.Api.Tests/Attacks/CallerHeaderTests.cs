using System.Globalization;
using System.Net;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>Headers that fake a caller's identity, address, method or host, over a real socket, each with an honest twin.</summary>
public sealed class CallerHeaderTests(KestrelHost server, FinnetKeys keys) : IClassFixture<KestrelHost>, IClassFixture<FinnetKeys>
{
    private const string Read = "/v1/account-upgrades/" + Calls.Reference;
    private const string Merchant = $"X-Api-Key: {TestSettings.MerchantKey}\r\n";
    private const string Ops = $"X-Api-Key: {TestSettings.OpsKey}\r\n";
    private static readonly string Body = Calls.Notification("KYC Approved");

    private readonly ApiHost host = server.Host;

    [Theory]
    [InlineData(Merchant, 200)]
    [InlineData($"x-API-key:{TestSettings.MerchantKey}   \r\n", 200)]
    [InlineData(Merchant + Merchant, 401)]
    [InlineData(Merchant + Ops, 401)]
    [InlineData(Merchant + $"x-api-key: {TestSettings.MerchantKey}\r\n", 401)]
    [InlineData(Merchant + "X-Api-Key:\r\n", 401)]
    [InlineData($"X-Api-Key: {TestSettings.MerchantKey},{TestSettings.OpsKey}\r\n", 401)]
    [InlineData($"X-Api-Key: \"{TestSettings.MerchantKey}\"\r\n", 401)]
    [InlineData($"X-Api-Key: {TestSettings.MerchantKey}\u00a0\r\n", 401)]
    [InlineData($"X-Api-Key: {TestSettings.MerchantKey}\u001b\r\n", 401)]
    [InlineData($"X_Api_Key: {TestSettings.MerchantKey}\r\n", 401)]
    [InlineData($"Authorization: {TestSettings.MerchantKey}\r\n", 401)]
    [InlineData($"Authorization: ApiKey {TestSettings.MerchantKey}\r\n", 401)]
    [InlineData($"Cookie: X-Api-Key={TestSettings.MerchantKey}\r\n", 401)]
    public async Task Only_One_Key_In_Its_Own_Header_Opens(string headers, int status) =>
        Assert.Equal([status, 200], await RawHttp.StatusesAsync(host, RawHttp.Get(Read, headers)));

    [Theory]
    [InlineData("?X-Api-Key=" + TestSettings.MerchantKey)]
    [InlineData("?api_key=" + TestSettings.MerchantKey)]
    public async Task A_Key_In_The_Address_Does_Not_Open(string query)
    {
        Assert.Equal([401, 200], await RawHttp.StatusesAsync(host, RawHttp.Get(Read + query)));
        Assert.Equal([200, 200], await RawHttp.StatusesAsync(host, RawHttp.Get(Read + query, Merchant)));
    }

    [Theory]
    [InlineData("X-SIGNATURE", "X-SIGNATURE")]
    [InlineData("X-SIGNATURE", "x-signature")]
    [InlineData("X-TIMESTAMP", "X-Timestamp")]
    public async Task A_Header_Of_The_Signature_That_Is_There_Twice_Is_Refused(string header, string again)
    {
        await using var signed = keys.Host();
        signed.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        signed.StartServer();
        var honest = keys.Sign(Body, signed.Clock.GetUtcNow());
        var headers = $"X-SIGNATURE: {honest.Signatures[0]}\r\nX-TIMESTAMP: {honest.Timestamps[0]}\r\n";
        var value = header == "X-SIGNATURE" ? honest.Signatures[0] : honest.Timestamps[0];

        Assert.Equal(
            [401, 200], await RawHttp.StatusesAsync(signed, RawHttp.Post(FinnetKeys.Path, Body, $"{headers}{again}: {value}\r\n")));
        Assert.Equal([200, 200], await RawHttp.StatusesAsync(signed, RawHttp.Post(FinnetKeys.Path, Body, headers)));
    }

    [Theory]
    [InlineData("X-Forwarded-For: 203.0.113.7\r\n", true)]
    [InlineData("x-forwarded-for: 203.0.113.7\r\n", true)]
    [InlineData("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.7\r\n", true)]
    [InlineData("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 198.51.100.1\r\n", false)]
    [InlineData("Forwarded: for=203.0.113.7\r\n", false)]
    [InlineData("X-Real-IP: 203.0.113.7\r\n", false)]
    [InlineData("X-Client-IP: 203.0.113.7\r\n", false)]
    [InlineData("True-Client-IP: 203.0.113.7\r\n", false)]
    [InlineData("CF-Connecting-IP: 203.0.113.7\r\n", false)]
    [InlineData("X-Original-For: 203.0.113.7\r\n", false)]
    [InlineData("X_Forwarded_For: 203.0.113.7\r\n", false)]
    public async Task An_Address_Is_Believed_From_A_Known_Proxy_And_In_One_Header_Alone(string headers, bool believed)
    {
        (string, string?)[] finnetAlone =
        [
            ("Notifications:Authentication:0", "SourceAddress"), ("Notifications:SourceAddresses:0", "203.0.113.7/32"),
        ];
        await using var stranger = ApiHost.OnKestrel(finnetAlone);
        await using var behindProxy = ApiHost.OnKestrel([.. finnetAlone, ("ForwardedHeaders:KnownNetworks:0", "127.0.0.0/8")]);
        var request = RawHttp.Post(Calls.CallbackPath(null), Body, headers);

        Assert.Equal([401, 200], await RawHttp.StatusesAsync(stranger, request));
        Assert.Equal([believed ? 200 : 401, 200], await RawHttp.StatusesAsync(behindProxy, request));
    }

    [Theory]
    [InlineData("GET", "/callbacks/finnet/kyc/" + TestSettings.PathToken, "POST", 405)]
    [InlineData("POST", Read, "GET", 405)]
    [InlineData("GET", Read, "DELETE", 200)]
    [InlineData("POST", "/v1/account-upgrades", "GET", 400)]
    public async Task The_Method_Is_The_One_Of_The_First_Line(string method, string path, string other, int status)
    {
        foreach (var header in new[] { "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override" })
        {
            var request =
                $"{method} {path}?_method={other} HTTP/1.1\r\n{RawHttp.Host}{Merchant}Content-Type: application/json\r\n"
                + $"{header}: {other}\r\nContent-Length: 0\r\n\r\n";
            Assert.Equal([status, 200], await RawHttp.StatusesAsync(host, request));
        }
    }

    [Theory]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("X-Forwarded-Path")]
    [InlineData("X-Original-Path")]
    public async Task The_Path_Is_The_One_Of_The_First_Line(string header)
    {
        Assert.Equal([403, 200], await RawHttp.StatusesAsync(host, RawHttp.Get("/v1/audit", $"{Merchant}{header}: {Read}\r\n")));
        Assert.Equal([200, 200], await RawHttp.StatusesAsync(host, RawHttp.Get(Read, $"{Merchant}{header}: /v1/audit\r\n")));
    }

    [Theory]
    [InlineData("Host: evil.example\r\n", 201)]
    [InlineData("Host: evil.example:99999999\r\n", 201)]
    [InlineData(
        "Host: localhost\r\nX-Forwarded-Host: evil.example\r\nX-Host: evil.example\r\nForwarded: host=evil.example\r\n"
        + "X-Forwarded-Proto: evil.example\r\n",
        201)]
    [InlineData("Host: localhost, evil.example\r\n", 400)]
    [InlineData("Host: localhost@evil.example\r\n", 400)]
    [InlineData("Host: evil.example/x\r\n", 400)]
    [InlineData("Host: localhost\r\nHost: evil.example\r\n", 400)]
    [InlineData("", 400)]
    public async Task Who_Is_Named_As_The_Host_Stands_In_No_Answer(string headers, int status)
    {
        const string Create = $$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"{{Calls.Phone}}"}""";
        await using var creating = ApiHost.OnKestrel();
        creating.Finnet.Issues();

        var created = (await RawHttp.SendAsync(creating, string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/account-upgrades HTTP/1.1\r\n{headers}{Merchant}Content-Type: application/json\r\n"
            + $"Content-Length: {Create.Length}\r\n\r\n{Create}")))[0];
        var described = (await RawHttp.SendAsync(creating, $"GET /swagger/v1/swagger.json HTTP/1.1\r\n{headers}\r\n"))[0];
        var redirected = (await RawHttp.SendAsync(creating, $"GET /swagger HTTP/1.1\r\n{headers}\r\n"))[0];

        Assert.Equal(status, created.Status);
        Assert.Equal(status == 201, created.Text.Contains($"\r\nLocation: {Read}\r\n", StringComparison.Ordinal));
        Assert.Equal(status == 201 ? 200 : 400, described.Status);
        Assert.All([created, described, redirected], answer => Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TRACE", "/v1/account-upgrades")]
    [InlineData("TRACE", "/callbacks/finnet/kyc")]
    [InlineData("DEBUG", "/v1/account-upgrades")]
    [InlineData("CONNECT", "evil.example:443")]
    [InlineData("OPTIONS", "*")]
    [InlineData("PROPFIND", "/swagger")]
    public async Task Nothing_Is_Handed_Back_Of_A_Request_With_A_Strange_Method(string method, string target)
    {
        var answer = (await RawHttp.SendAsync(
            host,
            $"{method} {target} HTTP/1.1\r\nHost: {(method == "CONNECT" ? target : "localhost")}\r\nX-Planted: planted\r\n{Ops}\r\n"))[0];

        Assert.InRange(answer.Status, 400, 405);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(TestSettings.OpsKey, answer.Text, StringComparison.Ordinal);
    }

    /// <summary>A trace id is ours, or W3C's 32 hex digits.</summary>
    [Theory]
    [InlineData("traceparent: 00-planted-planted-01\r\n")]
    [InlineData("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: planted=planted\u001b\r\n")]
    [InlineData("Request-Id: |planted.planted.\r\nCorrelation-Context: planted=planted\r\nbaggage: planted=planted\r\n")]
    [InlineData("X-Request-Id: planted\r\nX-Correlation-Id: planted\r\nX-Trace-Id: planted\r\n")]
    public async Task A_Trace_Id_Is_Nothing_That_A_Caller_Can_Write(string headers)
    {
        var answer = (await RawHttp.SendAsync(host, RawHttp.Get("/v1/nothing", headers)))[0];

        Assert.Matches("\"traceId\":\"[0-9a-f]{32}\"", answer.Text);
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
        Assert.All(host.Logs.Own, line => Assert.DoesNotContain("planted", line.Message, StringComparison.Ordinal));
        Assert.Contains(host.Logs.Own, line => line.Id.Id == 4002);
    }
}
