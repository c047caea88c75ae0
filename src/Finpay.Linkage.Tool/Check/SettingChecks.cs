using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Settings;
using Serilog.Events;

namespace Finpay.Linkage.Tool.Check;

internal static class SettingChecks
{
    public static void Settings(LiveSettings settings, Report report)
    {
        foreach (var failure in settings.Failures)
            report.Fail("settings", failure);
        foreach (var key in settings.Unknown)
            report.Warn("settings", $"{key}: there is no such setting");
        report.OkIfNothingFound("settings", "nothing is missing or wrong");
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
}
