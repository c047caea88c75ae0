using System.Text.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Finpay.Linkage.Api.Settings;

/// <summary>Reads every registered section once and names everything that is missing or wrong in one message.</summary>
internal static partial class SettingsCheck
{
    // At the root, beside the sections.
    private static readonly string[] Others = ["ApiKeys", "Serilog", "Logging", "ConnectionStrings"];

    /// <summary>Registers the options of one section with their validator; an empty path is the root.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">The whole of it.</param>
    /// <param name="path">The section.</param>
    /// <param name="name">The name of the options, for those of one merchant.</param>
    public static void AddSettings<TOptions, TValidator>(
        this IServiceCollection services, IConfiguration configuration, string path, string? name = null)
        where TOptions : class, new()
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>(name).Bind(Section(configuration, path));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
        services.AddSingleton(new SettingsSection(
            path, typeof(TOptions), (whole, provider) => Failures<TOptions>(whole, provider, path, name)));
    }

    public static void ThrowIfWrong(IConfiguration configuration, IServiceProvider services)
    {
        var failures = Failures(configuration, services);
        if (failures.Count > 0)
            throw SettingsException.For(failures);
    }

    /// <summary>Everything that is missing or wrong, each by its key.</summary>
    public static IReadOnlyCollection<string> Failures(IConfiguration configuration, IServiceProvider services) =>
        [.. services.GetServices<SettingsSection>().SelectMany(section => section.Failures(configuration, services))];

    /// <summary>A mistyped key leaves its setting at the default, which nobody would see.</summary>
    public static void WarnOfUnknownSettings(this WebApplication app)
    {
        foreach (var key in Unknown(app.Configuration, app.Services))
            LogUnknown(app.Logger, LogText.Escape(key));
    }

    /// <summary>
    /// A settings file that changes while the service runs may be half written. The exception goes on from here, so that nobody reads the
    /// settings anew; the next change is read again.
    /// </summary>
    public static void TellUnreadableFiles(this WebApplication app)
    {
        foreach (var source in ((IConfigurationBuilder)app.Configuration).Sources.OfType<FileConfigurationSource>())
        {
            source.OnLoadException = context => LogUnreadable(
                app.Logger, source.Path, (context.Exception.GetBaseException() as JsonException)?.LineNumber + 1);
        }
    }

    /// <summary>Keys that no option has, mistyped perhaps.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration, IServiceProvider services)
    {
        var sections = services.GetServices<SettingsSection>().ToList();
        var names = sections.Select(section => section.Path.Split(':')[0]).Concat(Others).ToHashSet(StringComparer.OrdinalIgnoreCase);
        // A variable of the environment is a key at the root too, but has none below it.
        var strange = configuration.GetChildren().Where(child =>
            child.Key.Length > 0 && child.GetChildren().Any() && !names.Contains(child.Key));
        // Those of a merchant stand in a section of others.
        return sections.SelectMany(section => SettingsFormat.Unknown(Section(configuration, section.Path), section.Options))
            .Except(sections.Select(section => section.Path), StringComparer.OrdinalIgnoreCase)
            .Concat(strange.Select(child => child.Path));
    }

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
        if (options is FinnetOptions finnet)
            finnet.Path = path;
        return options;
    }

    private static IEnumerable<string> Failures<T>(IConfiguration configuration, IServiceProvider services, string path, string? name)
        where T : class, new()
    {
        var wrong = new List<(string Key, string What)>();
        var options = Read<T>(configuration, path, wrong);
        var invalid = services.GetServices<IValidateOptions<T>>()
            .SelectMany(validator => validator.Validate(name ?? Options.DefaultName, options).Failures ?? [])
            .Where(failure => !wrong.Exists(one => failure.StartsWith(one.Key + ":", StringComparison.OrdinalIgnoreCase)));
        return [.. wrong.Select(failure => $"{failure.Key}: {failure.What}"), .. invalid];
    }

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "{Key}: there is no such setting")]
    private static partial void LogUnknown(ILogger logger, string key);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Error,
        Message = "The changed {File} can't be read (line {Line}); the settings before stay in force")]
    private static partial void LogUnreadable(ILogger logger, string? file, long? line);

    private static IConfiguration Section(IConfiguration configuration, string path) =>
        path.Length == 0 ? configuration : configuration.GetSection(path);

    private static bool IsAtOrUnder(string key, string parent) =>
        key.Equals(parent, StringComparison.OrdinalIgnoreCase) || key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);

    private sealed record SettingsSection(
        string Path, Type Options, Func<IConfiguration, IServiceProvider, IEnumerable<string>> Failures);
}
