using System.Globalization;
using System.Net;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static Finpay.Linkage.Api.Tests.Callbacks.Envelope;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>Guessed tokens and floods: one warning and one count each, a limit per source, and never a limit for Finnet.</summary>
public sealed class FailedCallbacksTests(FinnetKeys keys) : IClassFixture<FinnetKeys>
{
    private const string Wrong = "wrong-token-wrong-token-wrong-token";
    private static readonly string Approved = Calls.Notification("KYC Approved");

    [Fact]
    public async Task Each_Failure_Is_One_Warning_Without_Content_And_One_Count_By_Check()
    {
        await using var host = ApiHost.With(
            ("Notifications:Authentication:1", "SnapSignature"), ("Notifications:Snap:PublicKeyPath", keys.CurrentPath));
        using var counted = new MeasurementCapture(host);
        var honest = keys.Sign(Approved, host.Clock.GetUtcNow(), Calls.CallbackPath());

        host.Finnet.Issues();
        await host.CreateAsync();
        await host.CallbackAsync(Approved, Wrong);
        await (honest with { Body = [.. honest.Body, (byte)'x'] }).SendAsync(host);
        await honest.SendAsync(host);

        Assert.Equal(
            ["pathToken", "snapSignature"],
            counted.Measurements.Where(one => one.Name == "linkage.callbacks.refused").Select(one => one.Tags["check"]));
        Assert.All(counted.Measurements, one => Assert.Equal(1L, one.Value));
        var taken = Assert.Single(counted.Measurements, one => one.Name == "linkage.callbacks");
        Assert.Equal(("2000000", "applied"), (taken.Tags["code"], taken.Tags["disposition"]));
        var warnings = host.Logs.Own.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message);
        Assert.Equal(
            ["Callback refused: PathToken did not pass (tokenUnknown)", "Callback refused: SnapSignature did not pass (signatureWrong)"],
            warnings);
    }

    [Fact]
    public async Task A_Source_That_Fails_Too_Often_Has_To_Wait_And_An_Authentic_Callback_Never_Has_To()
    {
        await using var host = ApiHost.With(("RateLimits:FailedCallbacksPerMinute", "3"));
        host.RemoteAddress = IPAddress.Parse("203.0.113.7");
        for (var number = 0; number < 3; number++)
            AssertEnvelope(await host.CallbackAsync(Approved, Wrong), "4010000");

        var limited = await host.CallbackAsync(Approved, Wrong);

        AssertEnvelope(limited, "4290000", "Too Many Requests");
        var wait = int.Parse(limited.Headers["Retry-After"], CultureInfo.InvariantCulture);
        Assert.InRange(wait, 1, 60);
        AssertEnvelope(await host.CallbackAsync(Approved), "2000000");
        Assert.Equal(
            [1103, 1103, 1103, 1107, 1108], host.Logs.Own.Where(line => line.Level == LogLevel.Warning).Select(line => line.Id.Id));
        host.Clock.Advance(TimeSpan.FromSeconds(wait));
        AssertEnvelope(await host.CallbackAsync(Approved, Wrong), "4010000");
    }

    [Fact]
    public async Task A_Signed_Callback_Is_Verified_However_Often_Its_Source_Failed()
    {
        await using var host = keys.Host(("RateLimits:FailedCallbacksPerMinute", "1"));
        var honest = keys.Sign(Approved, host.Clock.GetUtcNow());
        var forged = honest with { Body = [.. honest.Body, (byte)'x'] };

        Assert.Equal(
            (401, 429, 429),
            ((await forged.SendAsync(host)).Status, (await forged.SendAsync(host)).Status, (await (honest with { Signatures = [] })
                .SendAsync(host)).Status));
        Assert.Equal(200, (await honest.SendAsync(host)).Status);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public async Task A_Source_Is_An_Address_Or_A_Network_Of_IPv6(string first, string second, bool same)
    {
        await using var host = ApiHost.With(("RateLimits:FailedCallbacksPerMinute", "1"));
        host.RemoteAddress = IPAddress.Parse(first);
        Assert.Equal(401, (await host.CallbackAsync(Approved, Wrong)).Status);

        host.RemoteAddress = IPAddress.Parse(second);

        Assert.Equal(same ? 429 : 401, (await host.CallbackAsync(Approved, Wrong)).Status);
    }

    [Fact]
    public async Task Sixty_A_Minute_Are_The_Default_And_Zero_Is_No_Limit()
    {
        await using var usual = new ApiHost();
        await using var open = ApiHost.With(("RateLimits:FailedCallbacksPerMinute", "0"));
        var failure = new CallbackFailure(CallbackAuthentication.PathToken, CheckReason.TokenUnknown);
        var (limited, unlimited) =
            (usual.Services.GetRequiredService<FailedCallbacks>(), open.Services.GetRequiredService<FailedCallbacks>());

        Assert.All(Enumerable.Range(0, 60), _ => Assert.Null(limited.Count(IPAddress.Loopback, failure)));
        Assert.NotNull(limited.Count(IPAddress.Loopback, failure));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(unlimited.Count(IPAddress.Loopback, failure)));
    }

    [Fact]
    public async Task Memory_Is_Bounded_However_Many_Sources_There_Are()
    {
        await using var host = ApiHost.With(("RateLimits:FailedCallbacksPerMinute", "2"));
        var failed = host.Services.GetRequiredService<FailedCallbacks>();
        var failure = new CallbackFailure(CallbackAuthentication.PathToken, CheckReason.TokenUnknown);
        for (var number = 0; number < FailedCallbacks.MaxSources; number++)
            Assert.Null(failed.Count(new IPAddress(number + 1), failure));

        // Late sources share one count; known sources keep their own.
        var late = Enumerable.Range(0, 4).Select(number => failed.Count(new IPAddress(0x7F000000L + number), failure) is null).ToList();

        Assert.Equal([true, true, false, false], late);
        Assert.Null(failed.Count(new IPAddress(1), failure));
        Assert.NotNull(failed.Count(new IPAddress(1), failure));
    }
}
