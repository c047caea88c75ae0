using System.Security.Cryptography;
using Finpay.Linkage.Api.GoLive;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Finpay.Linkage.Api.Tests.GoLive;

/// <summary>A configuration in which the go-live check finds nothing, and what it finds in one that differs.</summary>
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
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = settings.TryGetValue("environment", out var name) ? name : "Production" });
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null));
        return new LiveSettings(builder.Configuration, builder.Environment);
    }

    /// <summary>Everything but what asks the network, the database or the kernel.</summary>
    public static IReadOnlyList<Finding> Look(LiveSettings settings, TimeProvider? clock = null) =>
    [
        .. SettingFindings.OnSettings(settings),
        .. FinnetFindings.On(settings),
        .. CallbackFindings.OnCallbacks(settings),
        .. SecretFindings.OnPathTokens(settings),
        .. ApiKeyFindings.On(settings),
        .. SecretFindings.OnEqualSecrets(settings),
        .. ListenFindings.On(settings, clock ?? new ManualClock()),
        .. CallbackFindings.OnProxies(settings),
        .. SecretFindings.OnStorageKeys(settings),
        .. SettingFindings.OnLimits(settings),
        .. SettingFindings.OnRetention(settings),
        .. SettingFindings.OnLogs(settings),
        .. SettingFindings.OnSwagger(settings),
    ];

    /// <summary>«Key=value»; without a value it is taken away.</summary>
    public static IEnumerable<(string Key, string? Value)> Changes(IEnumerable<string> texts) =>
        texts.Select(text => text.Split('=', 2)).Select(pair => (pair[0], pair.Length > 1 ? pair[1] : null));
}
