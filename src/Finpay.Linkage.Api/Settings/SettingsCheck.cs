using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Finpay.Linkage.Api.Settings;

/// <summary>Reads every registered section once and names everything that is missing or wrong in one message.</summary>
internal static class SettingsCheck
{
    /// <summary>Registers the options of one section with their validator; an empty path is the root.</summary>
    public static void AddSettings<TOptions, TValidator>(this IServiceCollection services, IConfiguration configuration, string path)
        where TOptions : class, new()
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().Bind(Section(configuration, path));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        services.AddSingleton(new SettingsSection(path, typeof(TOptions), Failures<TOptions>));
    }

    public static void ThrowIfWrong(IConfiguration configuration, IServiceProvider services)
    {
        var failures = Failures(configuration, services);
        if (failures.Count > 0)
            throw SettingsException.For(failures);
    }

    /// <summary>Everything that is missing or wrong, each by its key.</summary>
    public static IReadOnlyCollection<string> Failures(IConfiguration configuration, IServiceProvider services) =>
        [.. services.GetServices<SettingsSection>().SelectMany(section => section.Failures(configuration, services, section.Path))];

    /// <summary>Keys that no option has, mistyped perhaps.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration, IServiceProvider services) =>
        services.GetServices<SettingsSection>()
            .SelectMany(section => SettingsFormat.Unknown(Section(configuration, section.Path), section.Options));

    /// <summary>Binds a section without the values that can't be read; those are added to <paramref name="wrong"/>.</summary>
    public static T Read<T>(IConfiguration configuration, string path, List<(string Key, string What)> wrong)
        where T : class, new()
    {
        SettingsFormat.Check(Section(configuration, path), typeof(T), wrong);
        var readable = wrong.Count == 0
            ? configuration
            : new ConfigurationBuilder()
                .AddInMemoryCollection(configuration.AsEnumerable().Where(pair => !wrong.Exists(one => IsAtOrUnder(pair.Key, one.Key))))
                .Build();
        var options = new T();
        Section(readable, path).Bind(options);
        return options;
    }

    private static IEnumerable<string> Failures<T>(IConfiguration configuration, IServiceProvider services, string path)
        where T : class, new()
    {
        var wrong = new List<(string Key, string What)>();
        var options = Read<T>(configuration, path, wrong);
        var invalid = services.GetServices<IValidateOptions<T>>()
            .SelectMany(validator => validator.Validate(Options.DefaultName, options).Failures ?? [])
            .Where(failure => !wrong.Exists(one => failure.StartsWith(one.Key + ":", StringComparison.OrdinalIgnoreCase)));
        return [.. wrong.Select(failure => $"{failure.Key}: {failure.What}"), .. invalid];
    }

    private static IConfiguration Section(IConfiguration configuration, string path) =>
        path.Length == 0 ? configuration : configuration.GetSection(path);

    private static bool IsAtOrUnder(string key, string parent) =>
        key.Equals(parent, StringComparison.OrdinalIgnoreCase) || key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);

    private sealed record SettingsSection(
        string Path, Type Options, Func<IConfiguration, IServiceProvider, string, IEnumerable<string>> Failures);
}
