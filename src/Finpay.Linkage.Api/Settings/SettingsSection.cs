using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Finpay.Linkage.Api.Settings;

/// <summary>A registered section of the settings, for the checks that look at all of them.</summary>
internal abstract class SettingsSection(string path)
{
    protected string Path => path;

    /// <summary>Reads and validates the section.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="services">Has the section's validators.</param>
    /// <param name="failures">Takes what is missing or wrong, each by its key.</param>
    /// <param name="unknown">Takes the keys that no option has.</param>
    public abstract void Check(IConfiguration configuration, IServiceProvider services, List<string> failures, List<string>? unknown);
}

internal sealed class SettingsSection<TOptions>(string path) : SettingsSection(path)
    where TOptions : class, new()
{
    public override void Check(IConfiguration configuration, IServiceProvider services, List<string> failures, List<string>? unknown)
    {
        var wrong = new List<(string Key, string What)>();
        var options = SettingsCheck.Read<TOptions>(configuration, Path, wrong);
        unknown?.AddRange(SettingsFormat.Unknown(SettingsCheck.Section(configuration, Path), typeof(TOptions)));
        failures.AddRange(wrong.Select(failure => $"{failure.Key}: {failure.What}"));
        failures.AddRange(services.GetServices<IValidateOptions<TOptions>>()
            .SelectMany(validator => validator.Validate(Options.DefaultName, options).Failures ?? [])
            .Where(failure => !wrong.Exists(one => failure.StartsWith(one.Key + ":", StringComparison.OrdinalIgnoreCase))));
    }
}

internal static class SettingsSectionExtensions
{
    /// <summary>Registers the options of one section with their validator; an empty path is the root.</summary>
    public static void AddSettings<TOptions, TValidator>(this IServiceCollection services, IConfiguration configuration, string path)
        where TOptions : class, new()
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().Bind(SettingsCheck.Section(configuration, path));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        services.AddSingleton<SettingsSection>(new SettingsSection<TOptions>(path));
    }
}
