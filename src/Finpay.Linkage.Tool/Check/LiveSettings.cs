using Finpay.Linkage.Api;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Tool.Check;

/// <summary>What one merchant has in the settings.</summary>
internal sealed record LiveMerchant(MerchantSection Section, FinnetOptions Finnet, MerchantNotificationOptions Notifications)
{
    /// <summary>As it is set, which need not be Production.</summary>
    public required FinnetEnvironment? Environment { get; init; }

    /// <summary>Where its settings stand.</summary>
    public string Path => Section.Path;
}

/// <summary>What the service would read, as far as it can be read, judged as Production, whatever the merchants' Environment is.</summary>
internal sealed class LiveSettings
{
    private readonly IConfiguration production;

    public LiveSettings(IConfiguration configuration, IHostEnvironment host)
    {
        (Configuration, Host) = (configuration, host);
        var sections = MerchantSection.All(configuration);
        production = new ConfigurationBuilder()
            .AddConfiguration(configuration)
            .AddInMemoryCollection(sections.Select(
                one => KeyValuePair.Create<string, string?>($"{one.Path}:Environment", nameof(FinnetEnvironment.Production))))
            .Build();
        Failures = [.. FailuresOf(configuration, Unknown).Union(FailuresOf(production, []), StringComparer.Ordinal)];
        Merchants = [.. sections.Select(one => new LiveMerchant(
            one, Read<FinnetOptions>(one.Path), Read<MerchantNotificationOptions>(one.Notifications))
        {
            Environment = SettingsCheck.Read<FinnetOptions>(configuration, one.Path, []).Environment,
        })];
    }

    public IConfiguration Configuration { get; }

    public IHostEnvironment Host { get; }

    /// <summary>What the start would refuse; each begins with its key.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <summary>Keys that no option has.</summary>
    public List<string> Unknown { get; } = [];

    public IReadOnlyList<LiveMerchant> Merchants { get; }

    public StorageOptions Storage => Read<StorageOptions>(StorageOptions.SectionName);
    public NotificationOptions Notifications => Read<NotificationOptions>(NotificationOptions.SectionName);
    public EventOptions Events => Read<EventOptions>(EventOptions.SectionName);
    public IList<ApiKeyEntry> ApiKeys => Read<ApiKeyOptions>("").ApiKeys;
    public ProxyOptions Proxies => Read<ProxyOptions>(ProxyOptions.SectionName);
    public RateLimitOptions RateLimits => Read<RateLimitOptions>(RateLimitOptions.SectionName);

    /// <summary>Whether the start would refuse one of these keys, or one below it.</summary>
    public bool IsWrong(params string[] keys) =>
        Failures.Any(failure => keys.Any(key => failure.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)));

    private T Read<T>(string path)
        where T : class, new() => SettingsCheck.Read<T>(production, path, []);

    private static IReadOnlyCollection<string> FailuresOf(IConfiguration configuration, List<string> unknown)
    {
        var services = new ServiceCollection().AddSingleton(configuration);
        services.AddAllSettings(configuration);
        using var provider = services.BuildServiceProvider();
        unknown.AddRange(SettingsCheck.Unknown(configuration, provider));
        return SettingsCheck.Failures(configuration, provider);
    }
}
