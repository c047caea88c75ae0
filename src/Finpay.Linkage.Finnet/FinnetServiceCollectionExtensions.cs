using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Finpay.Linkage.Finnet;

/// <summary>Registers the client.</summary>
public static class FinnetServiceCollectionExtensions
{
    /// <summary>Adds <see cref="FinnetClient"/> with the settings of the section <c>Finnet</c>, validated at start.</summary>
    /// <returns>The builder of the underlying HttpClient.</returns>
    public static IHttpClientBuilder AddFinnetClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<FinnetOptions>().Bind(configuration.GetSection(FinnetOptions.SectionName)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FinnetOptions>, FinnetOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FinnetResilience>();
        services.TryAddSingleton<AccessTokenSource>();
        services.TryAddSingleton<SnapAuthentication>();
        return services.AddHttpClient(nameof(FinnetClient), (provider, http) =>
            {
                http.BaseAddress = provider.GetRequiredService<IOptions<FinnetOptions>>().Value.EffectiveBaseUrl;
                http.DefaultRequestVersion = HttpVersion.Version20;
                http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
                // Only the resilience pipeline limits time; a second limit would turn "not sent" into "in doubt".
                http.Timeout = Timeout.InfiniteTimeSpan;
                http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
            })
            .UseSocketsHttpHandler((handler, provider) =>
            {
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
                // No traceparent header: Finnet's pages do not ask for one, and trace ids stay inside.
                handler.ActivityHeadersPropagator = null;
                handler.AutomaticDecompression = DecompressionMethods.All;
                var options = provider.GetRequiredService<IOptions<FinnetOptions>>().Value;
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
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear())
            .AddTypedClient((http, provider) => new FinnetClient(
                http, provider.GetRequiredService<IOptions<FinnetOptions>>().Value, provider.GetRequiredService<SnapAuthentication>(),
                provider.GetRequiredService<FinnetResilience>(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<FinnetClient>>()));
    }
}
