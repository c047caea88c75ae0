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
        if (failures.Count > 0)
            throw SettingsException.For(failures);

        void Check<T>(string path)
            where T : class
        {
            var before = failures.Count;
            SettingsFormat.Check(path.Length == 0 ? configuration : configuration.GetSection(path), path, typeof(T), failures);
            if (failures.Count > before)
                return;
            try
            {
                _ = services.GetRequiredService<IOptions<T>>().Value;
            }
            catch (OptionsValidationException exception)
            {
                failures.AddRange(exception.Failures);
            }
        }
    }
}
