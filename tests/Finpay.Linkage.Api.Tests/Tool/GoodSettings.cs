using System.Security.Cryptography;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool.Check;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>A configuration without findings, and the findings of a changed one.</summary>
internal static class GoodSettings
{
    public static readonly string Token = Convert.ToHexStringLower(SHA256.HashData("path token"u8));

    public static IDictionary<string, string?> Create(string dataFolder)
    {
        var settings = TestSettings.Create(dataFolder);
        settings["Finnet:MerchantId"] = "FPN88121";
        settings["Notifications:PathTokens:0"] = Token;
        settings["RateLimits:RequestsPerSecond"] = "200";
        settings["ForwardedHeaders:KnownProxies:0"] = "10.0.0.7";
        settings["urls"] = "http://10.0.0.8:8080";
        settings.Remove("Serilog:MinimumLevel:Default");
        settings.Remove("Serilog:MinimumLevel:Override:Microsoft");
        return settings;
    }

    public static LiveSettings Read(string dataFolder, params IEnumerable<(string Key, string? Value)> changes)
    {
        var settings = Create(dataFolder);
        foreach (var (key, value) in changes)
            settings[key] = value;
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { EnvironmentName = settings.TryGetValue("environment", out var name) ? name : "Production" });
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null));
        return new LiveSettings(builder.Configuration, builder.Environment);
    }

    /// <summary>Everything but what asks the network or the database.</summary>
    public static Report Look(LiveSettings settings, TimeProvider? clock = null)
    {
        var report = new Report();
        SettingChecks.Settings(settings, report);
        SettingChecks.Finnet(settings, report);
        SettingChecks.Callbacks(settings, report);
        SettingChecks.Proxies(settings, report);
        SecretChecks.ApiKeys(settings, report);
        SecretChecks.Secrets(settings, report);
        TlsCheck.Run(settings, report, clock ?? new ManualClock());
        SettingChecks.RateLimits(settings, report);
        SettingChecks.Logs(settings, report);
        return report;
    }

    /// <summary>What one check finds.</summary>
    public static List<Finding> FindingsOf(Action<Report> check)
    {
        var report = new Report();
        check(report);
        return [.. report.Findings];
    }

    /// <summary>«Key=value»; a key without a value is removed.</summary>
    public static IEnumerable<(string Key, string? Value)> Changes(IEnumerable<string> texts) =>
        texts.Select(text => text.Split('=', 2)).Select(pair => (pair[0], pair.Length > 1 ? pair[1] : null));
}
