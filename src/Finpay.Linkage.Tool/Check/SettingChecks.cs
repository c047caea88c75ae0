using System.Net;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Settings;
using Serilog.Events;

namespace Finpay.Linkage.Tool.Check;

/// <summary>What the settings alone tell.</summary>
internal static class SettingChecks
{
    private static readonly string[] PrivateNetworks =
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"];

    public static void Settings(LiveSettings settings, Report report)
    {
        foreach (var failure in settings.Failures)
            report.Fail("settings", failure);
        foreach (var key in settings.Unknown)
            report.Warn("settings", $"{key}: there is no such setting");
        report.OkIfNothingFound("settings", "nothing is missing or wrong");
    }

    public static void Finnet(LiveSettings settings, Report report)
    {
        foreach (var merchant in settings.Merchants)
            Finnet(merchant, settings, report);
    }

    private static void Finnet(LiveMerchant merchant, LiveSettings settings, Report report)
    {
        var path = merchant.Path;
        // The check is called as the section is: Finnet, or Merchants:shop.
        var (check, finnet, host) = (path, merchant.Finnet, merchant.Finnet.EffectiveBaseUrl.Host);
        var real = new FinnetOptions { Environment = FinnetEnvironment.Production }.EffectiveBaseUrl.Host;
        if (merchant.Environment == FinnetEnvironment.Development)
            report.Fail(check, $"{path}:Environment is Development: Finnet's staging, no result is real");
        if (finnet.EffectiveBaseUrl.Scheme != Uri.UriSchemeHttps)
            report.Fail(check, $"{path}:BaseUrl is http: no TLS, anybody could answer");
        if (host != real)
            report.Warn(check, $"{path}:BaseUrl names {host}, not {real}: right only if Finnet said so, or if it is your own proxy");
        if (finnet.MerchantId == "AGREE170724")
            report.Warn(check, $"{path}:MerchantId is the documentation's sample");
        if (finnet.EncryptionIv?.Reveal() == "1234567890123456")
            report.Warn(check, $"{path}:EncryptionIv is the documentation's sample: ask Finnet for yours");
        if (finnet.Authentication == FinnetAuthentication.None && settings.Configuration.GetSection($"{path}:Snap").Exists())
            report.Warn(check, $"{path}:Snap has settings, but {path}:Authentication is None: they are not used");
        if (finnet.Authentication == FinnetAuthentication.SnapB2B && IsReadByOthers(finnet.Snap.PrivateKeyPath))
            report.Warn(check, $"{path}:Snap:PrivateKeyPath names a file that other users of this machine may read: chmod 600");
        if (!settings.IsWrong(path))
            report.OkIfNothingFound(check, $"Production, {host}, authentication {finnet.Authentication}");
    }

    public static void Callbacks(LiveSettings settings, Report report)
    {
        const string Check = "callbacks";
        var options = settings.Notifications;
        var usesAddress = options.Uses(CallbackAuthentication.SourceAddress);
        if (options.Authentication.Contains(CallbackAuthentication.None))
            report.Fail(Check, "Notifications:Authentication is None: anybody who reaches the service can report a KYC result");
        foreach (var section in SectionsWithTokens(settings).Where(_ => !options.Uses(CallbackAuthentication.PathToken)))
            report.Warn(Check, $"{section}:PathTokens are not used: PathToken is not in Notifications:Authentication");
        if (options.SourceAddresses.Count > 0 && !usesAddress)
            report.Warn(Check, "Notifications:SourceAddresses are not used: SourceAddress is not in Notifications:Authentication");
        if (usesAddress && options.SourceAddresses.Any(IsEverything))
            report.Fail(Check, "Notifications:SourceAddresses allows every address: name the networks that Finnet sends from");
        else if (usesAddress && options.SourceAddresses.FirstOrDefault(IsPrivate) is { } network)
            report.Warn(
                Check, $"Notifications:SourceAddresses has the private network {network}: a proxy in it must be in ForwardedHeaders");
        if (!settings.IsWrong("Notifications"))
            report.OkIfNothingFound(Check, $"must pass {string.Join(" and ", options.Authentication.Distinct())}");
    }

    public static void Proxies(LiveSettings settings, Report report)
    {
        string[] known = [.. settings.Proxies.KnownProxies, .. settings.Proxies.KnownNetworks];
        if (known.Any(IsEverything))
            report.Fail("proxies", "ForwardedHeaders:KnownNetworks allows every address: any caller can claim any address and TLS");
        else if (!settings.IsWrong("ForwardedHeaders"))
            report.Ok("proxies", known.Length == 0 ? "none" : string.Join(", ", known));
    }

    public static void RateLimits(LiveSettings settings, Report report)
    {
        if (settings.IsWrong("RateLimits"))
            return;
        var limits = settings.RateLimits;
        if (limits.RequestsPerSecond == 0)
            report.Warn("rate limits", "RateLimits:RequestsPerSecond is 0: one caller can block all others");
        if (limits.FailedCallbacksPerMinute == 0)
            report.Warn("rate limits", "RateLimits:FailedCallbacksPerMinute is 0: an attacker can try tokens without limit");
        report.OkIfNothingFound(
            "rate limits",
            $"{limits.RequestsPerSecond} requests/s per key name, {limits.FailedCallbacksPerMinute} failed callbacks/min per address");
    }

    public static void Logs(LiveSettings settings, Report report)
    {
        var asJson = settings.Host.IsProduction();
        try
        {
            using var logger = LinkageLogging.Configure(new Serilog.LoggerConfiguration(), settings.Configuration, asJson).CreateLogger();
            if (!asJson)
                report.Warn("logs", $"ASPNETCORE_ENVIRONMENT is {settings.Host.EnvironmentName}: lines are not JSON. Set it to Production");
            if (!logger.IsEnabled(LogEventLevel.Warning))
                report.Warn("logs", "Serilog:MinimumLevel hides warnings, among them failed callbacks and contradicting results");
            else if (logger.IsEnabled(LogEventLevel.Debug))
                report.Warn("logs", "Serilog:MinimumLevel writes debug lines: many for each request");
            report.OkIfNothingFound("logs", "JSON lines, warnings included");
        }
        catch (SettingsException)
        {
            report.Fail("logs", LinkageLogging.Unreadable);
        }
    }

    private static IEnumerable<string> SectionsWithTokens(LiveSettings settings) =>
    [
        .. settings.Notifications.PathTokens.Count > 0 ? ["Notifications"] : Array.Empty<string>(),
        .. settings.Merchants.Where(one => one.Notifications.PathTokens.Count > 0).Select(one => one.Section.Notifications),
    ];

    // A group is a common way to give a service its secrets.
    private static bool IsReadByOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);

    private static bool IsEverything(string text) => IPNetwork.TryParse(text, out var network) && network.PrefixLength == 0;

    private static bool IsPrivate(string text) =>
        IPNetwork.TryParse(text, out var network)
        && Array.Exists(PrivateNetworks, one => IPNetwork.Parse(one).Contains(network.BaseAddress));
}
