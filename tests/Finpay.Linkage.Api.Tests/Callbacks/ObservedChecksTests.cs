using System.Net;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Checks that are evaluated and recorded, and refuse nothing: for rolling a signature out.</summary>
public sealed class ObservedChecksTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private static readonly string Approved = Calls.Notification("KYC Approved");

    /// <summary>What is sent, what is recorded.</summary>
    public static TheoryData<string, bool, string?, bool> Seen => new()
    {
        { "signed", true, null, false },
        { "signed long ago", true, null, true },
        { "unsigned", false, "signatureMissing", false },
        { "by a stranger", false, "signatureWrong", false },
        { "too old", false, "timestampOutside", false },
    };

    [Theory]
    [MemberData(nameof(Seen))]
    public async Task An_Observed_Signature_Is_Recorded_And_Refuses_Nothing(string sent, bool passed, string? reason, bool stale)
    {
        await using var host = Observing();
        var now = host.Clock.GetUtcNow();
        var callback = sent switch
        {
            "signed" => keys.Sign(Approved, now, Calls.CallbackPath()),
            "signed long ago" => keys.Sign(Approved, now.AddHours(-2), Calls.CallbackPath()),
            "unsigned" => keys.Sign(Approved, now, Calls.CallbackPath()) with { Signatures = [] },
            "by a stranger" => keys.Sign(Approved, now, Calls.CallbackPath(), keys.Stranger),
            _ => keys.Sign(Approved, now.AddDays(-2), Calls.CallbackPath()),
        };

        Assert.Equal(200, (await callback.SendAsync(host)).Status);

        var evidence = await EvidenceAsync(host);
        Assert.Equal("pathToken", Assert.Single(evidence.GetProperty("passed").EnumerateArray()).GetString());
        var observed = Assert.Single(evidence.GetProperty("observed").EnumerateArray());
        Assert.Equal(("snapSignature", passed), (observed.GetProperty("check").GetString(), observed.GetProperty("passed").GetBoolean()));
        Assert.Equal(reason, observed.TryGetProperty("reason", out var why) ? why.GetString() : null);
        Assert.Equal(stale, evidence.TryGetProperty("stale", out _));
        var warnings = host.Logs.Own.Where(line => line.Level == LogLevel.Warning && line.Id.Id != 1108).Select(line => line.Message)
            .ToList();
        Assert.Equal(passed ? [] : [$"Authentic callback: the observed check snapSignature would not have passed ({reason})"], warnings);
    }

    [Fact]
    public async Task What_Is_Enforced_Still_Refuses()
    {
        await using var host = Observing();
        var path = Calls.CallbackPath(TestSettings.PathToken[..^1] + "B");

        Assert.Equal(401, (await keys.Sign(Approved, host.Clock.GetUtcNow(), path).SendAsync(host)).Status);
        Assert.Empty(await host.NotificationsAsync());
    }

    [Theory]
    [InlineData(TestSettings.PathToken, true, null)]
    [InlineData("anything", false, "tokenUnknown")]
    [InlineData(null, false, "tokenMissing")]
    public async Task An_Observed_Token_May_Stand_In_The_Path(string? token, bool passed, string? reason)
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:0", "SourceAddress"),
            ("Notifications:SourceAddresses:0", "203.0.113.7/32"),
            ("Notifications:Observe:0", "PathToken"));
        host.RemoteAddress = IPAddress.Parse("203.0.113.7");

        Assert.Equal(200, (await host.CallbackAsync(Approved, token)).Status);

        var observed = Assert.Single((await EvidenceAsync(host)).GetProperty("observed").EnumerateArray());
        Assert.Equal(passed, observed.GetProperty("passed").GetBoolean());
        Assert.Equal(reason, observed.TryGetProperty("reason", out var why) ? why.GetString() : null);
    }

    [Fact]
    public async Task An_Observed_Address_Is_Recorded()
    {
        await using var host = ApiHost.With(
            ("Notifications:Observe:0", "SourceAddress"), ("Notifications:SourceAddresses:0", "203.0.113.7/32"));
        host.RemoteAddress = IPAddress.Parse("203.0.113.8");

        Assert.Equal(200, (await host.CallbackAsync(Approved)).Status);

        Assert.Equal(
            "addressUnknown",
            Assert.Single((await EvidenceAsync(host)).GetProperty("observed").EnumerateArray()).GetProperty("reason").GetString());
    }

    private ApiHost Observing() =>
        ApiHost.With(("Notifications:Observe:0", "SnapSignature"), ("Notifications:Snap:PublicKeyPath", keys.CurrentPath));

    private static async Task<JsonElement> EvidenceAsync(ApiHost host)
    {
        var listed = Assert.Single(await host.NotificationsAsync());
        var read = await host.Ops.GetAnswerAsync("/v1/kyc-notifications/" + listed.GetProperty("id").GetString());
        var evidence = read.Json.GetProperty("evidence");
        Assert.Equal(listed.GetProperty("evidence").GetRawText(), evidence.GetRawText());
        return evidence;
    }
}
