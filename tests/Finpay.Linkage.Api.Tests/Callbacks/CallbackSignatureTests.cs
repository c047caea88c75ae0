using System.Net;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Signed callbacks: every attack differs in one thing from the callback that passes.</summary>
public sealed class CallbackSignatureTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private static readonly string Approved = Calls.Notification("KYC Approved");

    [Fact]
    public async Task A_Signed_Callback_Passes_And_Is_Evidence()
    {
        await using var host = keys.Host();
        host.Finnet.Issues();
        await host.CreateAsync();

        AssertEnvelope(await keys.Sign(Approved, host.Clock.GetUtcNow()).SendAsync(host), "2000000");

        var evidence = Assert.Single(await host.NotificationsAsync()).GetProperty("evidence");
        Assert.Equal("snapSignature", Assert.Single(evidence.GetProperty("passed").EnumerateArray()).GetString());
        Assert.Equal("41807553358950093184162180797837", evidence.GetProperty("xExternalId").GetString());
        Assert.False(evidence.TryGetProperty("stale", out _));
        Assert.Equal("approved", await host.StatusOfAsync());
    }

    /// <summary>Name, the change to Finnet's callback, the reason for the refusal.</summary>
    public static TheoryData<string, string> Forgeries => new()
    {
        { "anotherKey", "signatureWrong" },
        { "anotherBody", "signatureWrong" },
        { "anotherTimestamp", "signatureWrong" },
        { "anotherPath", "signatureWrong" },
        { "anotherRecipe", "signatureWrong" },
        { "emptyBody", "signatureWrong" },
        { "flippedBit", "signatureWrong" },
        { "shortSignature", "signatureWrong" },
        { "noSignature", "signatureMissing" },
        { "emptySignature", "signatureMissing" },
        { "twoSignatures", "signatureTwice" },
        { "sameSignatureTwice", "signatureTwice" },
        { "joinedSignatures", "signatureNotBase64" },
        { "notBase64", "signatureNotBase64" },
        { "longSignature", "signatureNotBase64" },
        { "noTimestamp", "timestampMissing" },
        { "twoTimestamps", "timestampTwice" },
        { "notATime", "timestampUnreadable" },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_Forged_One_Is_4010000_And_Changes_Nothing(string forgery, string reason)
    {
        await using var host = keys.Host();
        host.Finnet.Issues();
        await host.CreateAsync();
        var now = host.Clock.GetUtcNow();
        var honest = keys.Sign(Approved, now);
        var rejected = Encoding.UTF8.GetBytes(Calls.Notification("KYC Rejected"));
        var signature = honest.Signatures[0];
        var forged = forgery switch
        {
            "anotherKey" => keys.Sign(Approved, now, key: keys.Stranger),
            "anotherBody" => honest with { Body = rejected },
            "anotherTimestamp" => honest with { Timestamps = keys.Sign(Approved, now.AddSeconds(1)).Timestamps },
            "anotherPath" => keys.Sign(Approved, now, "/callbacks/other/kyc") with { Path = FinnetKeys.Path },
            "anotherRecipe" => keys.Sign(Approved, now, recipe: SnapRecipe.ClientId),
            "emptyBody" => honest with { Body = [] },
            "flippedBit" => honest with { Signatures = [(signature[0] == 'A' ? 'B' : 'A') + signature[1..]] },
            "shortSignature" => honest with { Signatures = [signature[..40]] },
            "noSignature" => honest with { Signatures = [] },
            "emptySignature" => honest with { Signatures = [""] },
            "twoSignatures" => honest with { Signatures = [signature, keys.Sign(Approved, now, key: keys.Stranger).Signatures[0]] },
            "sameSignatureTwice" => honest with { Signatures = [signature, signature] },
            "joinedSignatures" => honest with { Signatures = [$"{signature},{signature}"] },
            "notBase64" => honest with { Signatures = [signature.Replace('=', '_')[..^1] + "_"] },
            "longSignature" => honest with { Signatures = [new string('A', 8192)] },
            "noTimestamp" => honest with { Timestamps = [] },
            "twoTimestamps" => honest with { Timestamps = [honest.Timestamps[0], honest.Timestamps[0]] },
            "notATime" => honest with { Timestamps = ["yesterday"] },
            _ => throw new ArgumentOutOfRangeException(nameof(forgery)),
        };

        AssertEnvelope(await forged.SendAsync(host), "4010000", "Unauthorized");

        Assert.Empty(await host.NotificationsAsync());
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
        var warning = Assert.Single(host.Logs.Own, line => line.Level == LogLevel.Warning);
        Assert.Contains($"SnapSignature did not pass ({reason})", warning.Message, StringComparison.Ordinal);
        AssertEnvelope(await honest.SendAsync(host), "2000000");
    }

    [Fact]
    public async Task A_Replay_Is_Counted_And_Applied_Once()
    {
        await using var host = keys.Host();
        var honest = keys.Sign(Approved, host.Clock.GetUtcNow());

        await honest.SendAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(2));
        AssertEnvelope(await honest.SendAsync(host), "2000000");

        Assert.Equal(2, Assert.Single(await host.NotificationsAsync()).GetProperty("deliveries").GetInt32());
    }

    [Fact]
    public async Task Two_Keys_Pass_While_One_Is_Replaced()
    {
        await using var host = keys.Host(("Notifications:Snap:PreviousPublicKeyPath", keys.PreviousPath));
        var now = host.Clock.GetUtcNow();

        Assert.Equal(200, (await keys.Sign(Approved, now).SendAsync(host)).Status);
        Assert.Equal(200, (await keys.Sign(Approved, now, key: keys.Previous).SendAsync(host)).Status);
        Assert.Equal(401, (await keys.Sign(Approved, now, key: keys.Stranger).SendAsync(host)).Status);
    }

    /// <summary>The signature covers the received bytes, not their meaning.</summary>
    [Theory]
    [InlineData("\\/")]
    [InlineData("\\u002B")]
    [InlineData("é 中")]
    [InlineData("\\u00e9")]
    public async Task Whatever_The_Bytes_They_Are_Verified_As_They_Came(string text)
    {
        await using var host = keys.Host();
        var body =
            $"\uFEFF{{ \"kycResponse\" : \"KYC Approved\",\r\n \"kycMessage\":\"{text}\", {Approved[1..^1].Split(',', 3)[2]} , }} \n";

        AssertEnvelope(await keys.Sign(body, host.Clock.GetUtcNow()).SendAsync(host), "2000000");
        AssertEnvelope(
            await (keys.Sign(body, host.Clock.GetUtcNow()) with { Body = Encoding.UTF8.GetBytes(body.Trim()) }).SendAsync(host), "4010000");
    }

    [Theory]
    [InlineData(-300, 200, false)]
    [InlineData(-301, 200, true)]
    [InlineData(-86400, 200, true)]
    [InlineData(-86402, 401, false)]
    [InlineData(300, 200, false)]
    [InlineData(302, 200, true)]
    [InlineData(86402, 401, false)]
    public async Task A_Signature_That_Binds_The_Body_May_Be_Old_And_Is_Then_Stale(int seconds, int status, bool stale)
    {
        await using var host = keys.Host();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1000 - ManualClock.Start.Millisecond));

        Assert.Equal(status, (await keys.Sign(Approved, host.Clock.GetUtcNow().AddSeconds(seconds)).SendAsync(host)).Status);

        var kept = await host.NotificationsAsync();
        Assert.Equal(status == 200 ? 1 : 0, kept.Count);
        Assert.All(
            kept, one => Assert.Equal(stale, one.GetProperty("evidence").TryGetProperty("stale", out var value) && value.GetBoolean()));
    }

    [Theory]
    [InlineData(-300, 200)]
    [InlineData(-301, 401)]
    [InlineData(300, 200)]
    [InlineData(301, 401)]
    public async Task A_Signature_That_Binds_No_Body_Must_Be_Fresh(int seconds, int status)
    {
        await using var host = ByClientId();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1000 - ManualClock.Start.Millisecond));

        var callback = keys.Sign(Approved, host.Clock.GetUtcNow().AddSeconds(seconds), Calls.CallbackPath(), recipe: SnapRecipe.ClientId);

        Assert.Equal(status, (await callback.SendAsync(host)).Status);
    }

    [Fact]
    public async Task A_Client_Id_Says_Who_Called_Beside_The_Token()
    {
        await using var host = ByClientId();
        var honest = keys.Sign(Approved, host.Clock.GetUtcNow(), Calls.CallbackPath(), recipe: SnapRecipe.ClientId);

        Assert.Equal(401, (await (honest with { Path = Calls.CallbackPath(TestSettings.PathToken[..^1] + "B") }).SendAsync(host)).Status);
        Assert.Equal(401, (await (honest with { Path = Calls.CallbackPath(null) }).SendAsync(host)).Status);
        Assert.Equal(401, (await (honest with { Signatures = [] }).SendAsync(host)).Status);
        Assert.Equal(
            401,
            (await (honest with { Signatures = keys.Sign(Approved, host.Clock.GetUtcNow(), Calls.CallbackPath()).Signatures })
                .SendAsync(host)).Status);
        Assert.Equal(
            200, (await (honest with { Body = Encoding.UTF8.GetBytes(Calls.Notification("KYC Rejected")) }).SendAsync(host)).Status);
        Assert.Equal(["snapSignature", "pathToken"], (await host.NotificationsAsync())[0].GetProperty("evidence").GetProperty("passed")
            .EnumerateArray().Select(check => check.GetString()));
    }

    [Fact]
    public async Task The_Path_Is_Signed_As_Received_Unless_It_Is_Configured()
    {
        await using var asReceived = keys.Host(("Notifications:Authentication:1", "PathToken"));
        await using var configured = keys.Host(("Notifications:Snap:SignedPath", "/public/notify"));
        var now = asReceived.Clock.GetUtcNow();

        Assert.Equal(200, (await keys.Sign(Approved, now, Calls.CallbackPath()).SendAsync(asReceived)).Status);
        Assert.Equal(
            200,
            (await (keys.Sign(
                Approved, now, Calls.CallbackPath()) with
            { Path = Calls.CallbackPath() + "?a=b" }).SendAsync(asReceived)).Status);
        Assert.Equal(
            401,
            (await (keys.Sign(
                Approved, now, Calls.CallbackPath() + "/") with
            { Path = Calls.CallbackPath() }).SendAsync(asReceived)).Status);
        Assert.Equal(
            200, (await (keys.Sign(Approved, now, "/public/notify") with { Path = FinnetKeys.Path }).SendAsync(configured)).Status);
        Assert.Equal(401, (await keys.Sign(Approved, now).SendAsync(configured)).Status);
    }

    [Fact]
    public async Task An_Authentic_Callback_That_Is_No_Json_Is_Kept_And_A_Form_Is_Refused_After_The_Signature()
    {
        await using var host = keys.Host();
        var now = host.Clock.GetUtcNow();

        AssertEnvelope(await keys.Sign("{", now).SendAsync(host), "4000000");
        AssertEnvelope(await (keys.Sign("{", now) with { Body = "["u8.ToArray() }).SendAsync(host), "4010000");
        AssertEnvelope(await host.Anonymous.SendBytesAsync(HttpMethod.Post, FinnetKeys.Path, [1], "application/xml"), "4010000");
        Assert.Single(await host.NotificationsAsync("?disposition=invalid"));
    }

    [Fact]
    public async Task No_Body_Is_Read_Of_Who_Failed_Before_And_No_More_Than_The_Cap_Of_Anybody()
    {
        await using var host = keys.Host();
        host.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        host.StartServer();
        var honest = keys.Sign(Approved.PadRight(65536), host.Clock.GetUtcNow());

        // A server that reads the body sends «100 Continue» first.
        Assert.Equal("HTTP/1.1 401 Unauthorized", await FirstLineAsync(host, ""));
        Assert.Equal(
            "HTTP/1.1 401 Unauthorized", await FirstLineAsync(host, $"X-SIGNATURE: {honest.Signatures[0]}\r\nX-TIMESTAMP: yesterday\r\n"));
        Assert.Equal(
            "HTTP/1.1 100 Continue",
            await FirstLineAsync(host, $"X-SIGNATURE: {honest.Signatures[0]}\r\nX-TIMESTAMP: {honest.Timestamps[0]}\r\n"));
        AssertEnvelope(await keys.Sign(Approved.PadRight(65537), host.Clock.GetUtcNow()).SendAsync(host), "4130000");
        AssertEnvelope(await honest.SendAsync(host), "2000000");
    }

    private ApiHost ByClientId() => keys.Host(
        ("Notifications:Snap:Recipe", "ClientId"), ("Notifications:Snap:ClientId", FinnetKeys.ClientId),
        ("Notifications:Authentication:1", "PathToken"));

    private static async Task<string?> FirstLineAsync(ApiHost host, string headers)
    {
        var address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {FinnetKeys.Path} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n{headers}\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync();
    }
}
