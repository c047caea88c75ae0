using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// Registers <see cref="IFinnetClient"/> and <see cref="FinnetClient"/> as a singleton. Its settings are validated at the start, and
/// followed while it runs. One with a name is a keyed service of that key: for each merchant its own settings, access token and circuit
/// breaker.
/// </summary>
public static class FinnetServiceCollectionExtensions
{
    /// <summary>Adds the client with the settings of the section <c>Finnet</c> of <paramref name="configuration"/>.</summary>
    /// <returns>The builder of the underlying HttpClient.</returns>
    public static IHttpClientBuilder AddFinnetClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddFinnetClient(configuration.GetSection(FinnetOptions.SectionName));
    }

    /// <summary>Adds the client with the settings of <paramref name="section"/> itself, whatever its name.</summary>
    /// <returns>The builder of the underlying HttpClient.</returns>
    public static IHttpClientBuilder AddFinnetClient(this IServiceCollection services, IConfigurationSection section) =>
        Bind(services, null, section);

    /// <summary>Adds the client with settings from code.</summary>
    /// <returns>The builder of the underlying HttpClient.</returns>
    public static IHttpClientBuilder AddFinnetClient(this IServiceCollection services, Action<FinnetOptions> configure) =>
        Add(services, null, nameof(FinnetOptions), options => options.Configure(configure));

    /// <summary>Adds the client <paramref name="name"/> with the settings of <paramref name="section"/> itself.</summary>
    /// <returns>The builder of the underlying HttpClient.</returns>
    public static IHttpClientBuilder AddFinnetClient(this IServiceCollection services, string name, IConfigurationSection section)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Bind(services, name, section);
    }

    /// <summary>Adds the client <paramref name="name"/> with settings from code.</summary>
    /// <returns>The builder of the underlying HttpClient.</returns>
    public static IHttpClientBuilder AddFinnetClient(this IServiceCollection services, string name, Action<FinnetOptions> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Add(services, name, $"{nameof(FinnetOptions)} '{name}'", options => options.Configure(configure));
    }

    private static IHttpClientBuilder Bind(IServiceCollection services, string? name, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, name, section.Path, options => options.Bind(section).Configure(bound =>
        {
            // The generated code, which works in a trimmed application, knows no type converters.
            bound.MerchantPassword = Secret(nameof(bound.MerchantPassword)) ?? bound.MerchantPassword;
            bound.EncryptionKey = Secret(nameof(bound.EncryptionKey)) ?? bound.EncryptionKey;
            bound.EncryptionIv = Secret(nameof(bound.EncryptionIv)) ?? bound.EncryptionIv;
            bound.Snap.ClientSecret = Secret($"{nameof(bound.Snap)}:{nameof(bound.Snap.ClientSecret)}") ?? bound.Snap.ClientSecret;
        }));

        Secret? Secret(string key) => section[key] is { } text ? new Secret(text) : null;
    }

    private static IHttpClientBuilder Add(
        IServiceCollection services, string? name, string path, Action<OptionsBuilder<FinnetOptions>> configure)
    {
        var options = services.AddOptions<FinnetOptions>(name).Configure(unset => unset.Path = path);
        configure(options);
        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FinnetOptions>, FinnetOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        var client = name is null ? nameof(FinnetClient) : $"{nameof(FinnetClient)}:{name}";
        if (name is null)
        {
            services.TryAddSingleton(provider => Create(provider, client, name));
            services.TryAddSingleton<IFinnetClient>(provider => provider.GetRequiredService<FinnetClient>());
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, client, name));
            services.TryAddKeyedSingleton<IFinnetClient>(name, (provider, _) => provider.GetRequiredKeyedService<FinnetClient>(name));
        }

        return AddHttp(services.AddHttpClient(client), name);
    }

    private static FinnetClient Create(IServiceProvider provider, string client, string? name)
    {
        var monitor = provider.GetRequiredService<IOptionsMonitor<FinnetOptions>>();
        return new FinnetClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(client), () => monitor.Get(name),
            provider.GetRequiredService<TimeProvider>(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            new FinnetTelemetry(provider.GetService<IMeterFactory>(), name), name);
    }

    private static IHttpClientBuilder AddHttp(IHttpClientBuilder builder, string? name) => builder
        .ConfigureHttpClient(http =>
        {
            http.DefaultRequestVersion = HttpVersion.Version20;
            http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            // Only the resilience pipeline limits time; a second limit would turn "not sent" into "in doubt".
            http.Timeout = Timeout.InfiniteTimeSpan;
        })
        .UseSocketsHttpHandler((handler, provider) =>
        {
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
            // A span, but no traceparent header: Finnet's pages do not ask for one, and trace ids stay inside.
            handler.ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator();
            handler.AutomaticDecompression = DecompressionMethods.All;
            var options = provider.GetRequiredService<IOptionsMonitor<FinnetOptions>>().Get(name);
            // HTTP_PROXY is applied to loopback too, where no proxy can find what listens on this machine.
            handler.UseProxy = !options.EffectiveBaseUrl.IsLoopback;
            // Half of an attempt, so that a failed connection is reported before the attempt times out.
            handler.ConnectTimeout = options.AttemptTimeout / 2;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
            handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1);
            handler.EnableMultipleHttp2Connections = true;
        })
        // The handler follows DNS changes by the lifetime of its connections.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .RemoveAllLoggers()
        // A handler that the host adds to all of its clients may send a POST again, which only this client can decide.
        .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
}
