using Dapper;
using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api;

/// <summary>The one composition root: what the service is made of, and in which order a request passes it.</summary>
public static class LinkageApp
{
    /// <summary>Registers everything; settings are read from the builder's configuration when the application is built.</summary>
    public static WebApplicationBuilder AddLinkage(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddLinkageLogging();
        // Lines end with CR LF alone: where a proxy in front sees one header and Kestrel two, somebody could hide a request.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Who sends headers drop by drop, or keeps a connection for nothing, is let go; Kestrel's own limits hold bodies to 240 bytes/s.
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            // Every endpoint that reads a body has a cap of its own (RequestBody); the server's would hide behind it.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddApiKeys();
        builder.Services.AddCallerLimits();
        builder.Services.AddUseCases(builder.Configuration);
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        builder.Services.AddLinkageOpenApi();
        return builder;
    }

    /// <summary>What does the work, without what makes it a web service.</summary>
    internal static void AddUseCases(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddFinnetClient(configuration);
        services.AddSettings(configuration);
        services.AddStorage();
        services.AddSingleton<UpgradeService>();
        services.AddSingleton<UpgradeReader>();
        services.AddSingleton<CreateUpgradeValidator>();
        services.AddSingleton<ImageAdmission>();
        services.AddMetrics();
        services.AddSingleton<CallbackAuthenticator>();
        services.AddSingleton<CallbackMetrics>();
        services.AddSingleton<FailedCallbacks>();
        services.AddSingleton<SignatureDiagnosis>();
        services.AddSingleton<NotificationInbox>();
        services.AddSingleton<NotificationReader>();
        services.AddSingleton<Redactor>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<Retention>();
        services.ConfigureHttpJsonOptions(options =>
        {
            ApiJson.Configure(options.SerializerOptions);
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
    }

    /// <summary>Checks the settings, opens the database and builds the pipeline.</summary>
    /// <exception cref="SettingsException">The service can't start; the message names every reason.</exception>
    public static WebApplication UseLinkage(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        SettingsCheck.ThrowIfWrong(app.Configuration, app.Services);
        _ = app.Services.GetRequiredService<WriteQueue>();
        _ = app.Services.GetRequiredService<StorageKeySet>();
        _ = app.Services.GetRequiredService<ApiKeyRing>();
        app.WarnIfCallbacksAreOpen();

        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<FailureMiddleware>();
        if (app.Services.GetRequiredService<IOptions<SwaggerOptions>>().Value.Enabled)
            app.UseLinkageSwagger();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();

        // Nothing below is open, even if it forgets to say for whom it is.
        var v1 = app.MapGroup("/v1").RequireAuthorization(ApiKeys.CallerPolicy);
        v1.MapUpgrades();
        v1.MapNotifications();
        v1.MapRedaction();
        v1.MapAudit();
        app.MapCallbacks();
        app.MapHealth();
        return app;
    }

    internal static void AddSettings(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<UpgradeOptions>().Bind(configuration.GetSection(UpgradeOptions.SectionName));
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.SectionName));
        services.AddOptions<NotificationOptions>().Bind(configuration.GetSection(NotificationOptions.SectionName));
        services.AddOptions<ApiKeyOptions>().Bind(configuration);
        services.AddOptions<ImageOptions>().Bind(configuration.GetSection(ImageOptions.SectionName));
        services.AddOptions<SwaggerOptions>().Bind(configuration.GetSection(SwaggerOptions.SectionName));
        services.AddOptions<ProxyOptions>().Bind(configuration.GetSection(ProxyOptions.SectionName));
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection(RateLimitOptions.SectionName));
        services.AddSingleton<IValidateOptions<UpgradeOptions>, UpgradeOptionsValidator>();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        services.AddSingleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>();
        services.AddSingleton<IValidateOptions<ApiKeyOptions>, ApiKeyOptionsValidator>();
        services.AddSingleton<IValidateOptions<ImageOptions>, SmallOptionsValidator>();
        services.AddSingleton<IValidateOptions<ProxyOptions>, SmallOptionsValidator>();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, SmallOptionsValidator>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ProxyOptions>>((forwarded, proxies) =>
        {
            // Nobody is believed unless named: the framework's default believes loopback.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var address in proxies.Value.KnownProxies)
                forwarded.KnownProxies.Add(System.Net.IPAddress.Parse(address));
            foreach (var network in proxies.Value.KnownNetworks)
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            forwarded.ForwardedHeaders = forwarded.KnownProxies.Count + forwarded.KnownIPNetworks.Count > 0
                ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto
                : ForwardedHeaders.None;
            forwarded.ForwardLimit = null;
        });
    }

    private static void AddStorage(this IServiceCollection services)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        services.AddSingleton<IDatabase>(provider =>
        {
            var (options, clock) = (provider.GetRequiredService<IOptions<StorageOptions>>().Value, provider.GetRequiredService<TimeProvider>());
            return options.Provider == StorageProvider.PostgreSql ? PostgreSqlDatabase.Open(options, clock) : SqliteDatabase.Open(options, clock);
        });
        services.AddSingleton(provider => StorageKeys.Load(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.Encryption,
            (provider.GetRequiredService<IDatabase>() as SqliteDatabase)?.Folder,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Finpay.Linkage.Api.Storage.StorageKeys")));
        services.AddSingleton(provider => provider.GetRequiredService<StorageKeySet>().Cipher);
        services.AddSingleton(provider => provider.GetRequiredService<StorageKeySet>().Lookup);
        services.AddSingleton<PageCursors>();
        services.AddSingleton<WriteQueue>();
        services.AddSingleton<StoreHealth>();
    }
}
