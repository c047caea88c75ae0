namespace Finpay.Linkage.Api.Settings;

/// <summary>Reads every registered section once and names everything that is missing or wrong in one message.</summary>
internal static class SettingsCheck
{
    public static void ThrowIfWrong(IConfiguration configuration, IServiceProvider services)
    {
        var failures = Failures(configuration, services);
        if (failures.Count > 0)
            throw SettingsException.For(failures);
    }

    /// <summary>
    /// Everything that is missing or wrong, each by its key; <paramref name="unknown"/> takes the keys that no option has.
    /// </summary>
    public static IReadOnlyCollection<string> Failures(
        IConfiguration configuration, IServiceProvider services, List<string>? unknown = null)
    {
        var failures = new List<string>();
        foreach (var section in services.GetServices<SettingsSection>())
            section.Check(configuration, services, failures, unknown);
        return failures;
    }

    /// <summary>Binds a section without the values that can't be read; those are added to <paramref name="wrong"/>.</summary>
    public static T Read<T>(IConfiguration configuration, string path, List<(string Key, string What)> wrong)
        where T : class, new()
    {
        SettingsFormat.Check(Section(configuration, path), path, typeof(T), wrong);
        var options = new T();
        Section(Without(configuration, wrong), path).Bind(options);
        return options;
    }

    public static IConfiguration Section(IConfiguration configuration, string path) =>
        path.Length == 0 ? configuration : configuration.GetSection(path);

    private static IConfiguration Without(IConfiguration configuration, List<(string Key, string What)> wrong) => wrong.Count == 0
        ? configuration
        : new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.AsEnumerable().Where(pair => !wrong.Exists(one => IsAtOrUnder(pair.Key, one.Key))))
            .Build();

    private static bool IsAtOrUnder(string key, string parent) =>
        key.Equals(parent, StringComparison.OrdinalIgnoreCase) || key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);
}
