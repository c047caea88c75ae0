using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Settings;
using Serilog.Events;

namespace Finpay.Linkage.Api.GoLive;

/// <summary>What the start would refuse, and what it would not notice.</summary>
internal static class SettingFindings
{
    public static IEnumerable<Finding> OnSettings(LiveSettings settings) =>
        settings.Failures.Select(failure => Finding.Failure("settings", failure))
            .Concat(settings.Unknown.Select(key => Finding.Warning("settings", $"{key}: there is no such setting, nobody reads it")))
            .Or(Finding.Ok("settings", "nothing is missing or wrong"));

    public static IEnumerable<Finding> OnLogs(LiveSettings settings)
    {
        var asJson = settings.Host.IsProduction();
        using var logger = TryMakeLogger(settings.Configuration, asJson);
        if (logger is null)
            return [Finding.Failure("logs", LinkageLogging.Unreadable)];
        return Found().Or(Finding.Ok("logs", "JSON lines, warnings included"));

        IEnumerable<Finding> Found()
        {
            if (!asJson)
                yield return Finding.Warning("logs", $"ASPNETCORE_ENVIRONMENT is {settings.Host.EnvironmentName}: readable lines, not JSON. Leave it out, or set it to Production");
            if (!logger.IsEnabled(LogEventLevel.Warning))
                yield return Finding.Warning("logs", "Serilog:MinimumLevel hides warnings: failed callbacks, refused key changes and contradicting results are told by one");
            else if (logger.IsEnabled(LogEventLevel.Debug))
                yield return Finding.Warning("logs", "Serilog:MinimumLevel lets debug lines through: many for each request");
        }
    }

    public static IEnumerable<Finding> OnLimits(LiveSettings settings)
    {
        if (settings.IsWrong("RateLimits"))
            yield break;
        var limits = settings.RateLimits;
        yield return limits.RequestsPerSecond == 0
            ? Finding.Warning("rate limits", "RateLimits:RequestsPerSecond is 0: one caller that runs wild takes the service from all others")
            : Finding.Ok("rate limits", $"{limits.RequestsPerSecond} requests per second for each key name");
        yield return limits.FailedCallbacksPerMinute == 0
            ? Finding.Warning("rate limits", "RateLimits:FailedCallbacksPerMinute is 0: whoever tries tokens may try as fast as they like")
            : Finding.Ok("rate limits", $"{limits.FailedCallbacksPerMinute} failed callbacks per minute for each source address");
    }

    public static IEnumerable<Finding> OnRetention(LiveSettings settings)
    {
        const int FiveYears = 5 * 366;
        if (settings.IsWrong("Upgrades:RetentionDays"))
            yield break;
        var days = settings.Upgrades.RetentionDays;
        yield return days > FiveYears
            ? Finding.Warning("retention", $"Upgrades:RetentionDays keeps what is personal for {days} days: more than five years need a reason")
            : Finding.Ok("retention", $"what is personal goes {days} days after an upgrade's last change");
    }

    public static IEnumerable<Finding> OnSwagger(LiveSettings settings)
    {
        if (!settings.IsWrong("Swagger"))
            yield return Finding.Ok("Swagger", settings.Swagger.Enabled
                ? "on: whoever reaches the service can read what it offers. Swagger:Enabled=false turns it off"
                : "off");
    }

    private static Serilog.Core.Logger? TryMakeLogger(IConfiguration configuration, bool asJson)
    {
        try
        {
            return LinkageLogging.Configure(new Serilog.LoggerConfiguration(), configuration, asJson).CreateLogger();
        }
        catch (SettingsException)
        {
            return null;
        }
    }
}
