using Finpay.Linkage.Api.Notifications;
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
        if (failures.Count > 0)
            throw SettingsException.For(failures);

        void Check<T>(string path)
            where T : class, new()
        {
            var wrong = new List<(string Key, string What)>();
            SettingsFormat.Check(path.Length == 0 ? configuration : configuration.GetSection(path), path, typeof(T), wrong);
            failures.AddRange(wrong.Select(failure => $"{failure.Key}: {failure.What}"));
            var options = new T();
            var readable = Without(configuration, wrong);
            (path.Length == 0 ? readable : readable.GetSection(path)).Bind(options);
            failures.AddRange(services.GetServices<IValidateOptions<T>>()
                .SelectMany(validator => validator.Validate(Options.DefaultName, options).Failures ?? [])
                .Where(failure => !wrong.Exists(one => failure.StartsWith(one.Key + ":", StringComparison.OrdinalIgnoreCase))));
        }
    }

    // What can't be read is told already; the rest of its section is still looked at.
    private static IConfiguration Without(IConfiguration configuration, List<(string Key, string What)> wrong) => wrong.Count == 0
        ? configuration
        : new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(pair => !wrong.Exists(one => IsAtOrUnder(pair.Key, one.Key)))).Build();

    private static bool IsAtOrUnder(string key, string parent) =>
        key.Equals(parent, StringComparison.OrdinalIgnoreCase) || key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);
}
