using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Settings;

/// <summary>Reads every section once and names everything that is missing or wrong in one message.</summary>
internal static class SettingsCheck
{
    public static void ThrowIfWrong(IConfiguration configuration, IServiceProvider services)
    {
        var failures = Failures(configuration, services);
        if (failures.Count > 0)
            throw SettingsException.For(failures);
    }

    /// <summary>Everything that is missing or wrong, each by its key; <paramref name="unknown"/> takes the keys that nobody reads.</summary>
    public static IReadOnlyCollection<string> Failures(IConfiguration configuration, IServiceProvider services, List<string>? unknown = null)
    {
        var failures = new List<string>();
        Check<FinnetOptions>(FinnetOptions.SectionName);
        Check<UpgradeOptions>(UpgradeOptions.SectionName);
        Check<StorageOptions>(StorageOptions.SectionName);
        Check<NotificationOptions>(NotificationOptions.SectionName);
        Check<ApiKeyOptions>("");
        Check<ImageOptions>(ImageOptions.SectionName);
        Check<SwaggerOptions>(SwaggerOptions.SectionName);
        Check<ProxyOptions>(ProxyOptions.SectionName);
        Check<RateLimitOptions>(RateLimitOptions.SectionName);
        return failures;

        void Check<T>(string path)
            where T : class, new()
        {
            var wrong = new List<(string Key, string What)>();
            var options = Read<T>(configuration, path, wrong);
            unknown?.AddRange(SettingsFormat.Unknown(Section(configuration, path), typeof(T)));
            failures.AddRange(wrong.Select(failure => $"{failure.Key}: {failure.What}"));
            failures.AddRange(services.GetServices<IValidateOptions<T>>()
                .SelectMany(validator => validator.Validate(Options.DefaultName, options).Failures ?? [])
                .Where(failure => !wrong.Exists(one => failure.StartsWith(one.Key + ":", StringComparison.OrdinalIgnoreCase))));
        }
    }

    /// <summary>A section without what can't be read of it, which is added to <paramref name="wrong"/>.</summary>
    public static T Read<T>(IConfiguration configuration, string path, List<(string Key, string What)> wrong)
        where T : class, new()
    {
        SettingsFormat.Check(Section(configuration, path), path, typeof(T), wrong);
        var options = new T();
        Section(Without(configuration, wrong), path).Bind(options);
        return options;
    }

    private static IConfiguration Section(IConfiguration configuration, string path) => path.Length == 0 ? configuration : configuration.GetSection(path);

    // What can't be read is told already; the rest of its section is still looked at.
    private static IConfiguration Without(IConfiguration configuration, List<(string Key, string What)> wrong) => wrong.Count == 0
        ? configuration
        : new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(pair => !wrong.Exists(one => IsAtOrUnder(pair.Key, one.Key)))).Build();

    private static bool IsAtOrUnder(string key, string parent) =>
        key.Equals(parent, StringComparison.OrdinalIgnoreCase) || key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);
}
