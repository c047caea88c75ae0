using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Browser;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Health;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.OpenApi;
using Finpay.Linkage.Api.Operations;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Settings;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Finpay.Linkage.Api;

/// <summary>The one composition root: what the service is made of, and in which order a request passes it.</summary>
public static class LinkageApp
{
    /// <summary>Registers everything. The merchants' names are read now, all other settings when the application is built.</summary>
    public static WebApplicationBuilder AddLinkage(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, configuration) = (builder.Services, builder.Configuration);
        builder.AddLinkageLogging();
        services.AddTelemetry();
        builder.AddServer();
        services.AddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddMerchants(configuration);
        services.AddAllSettings(configuration);
        services.AddApiKeys();
        services.AddCallerLimits();
        services.AddStorage();
        // Before the delay of the shutdown, because services are stopped in the opposite order: streams end after it.
        services.AddBrowser();
        services.AddSingleton<UpgradeStore>().AddSingleton<UpgradeMetrics>().AddSingleton<UpgradeService>().AddSingleton<UpgradeReader>();
        services.AddSingleton<AskAgain>().AddSingleton<OverdueJob>().AddSingleton<AskAgainQueue>();
        services.AddSingleton<CreateUpgradeValidator>().AddSingleton<ImageAdmission>();
        services.Configure<SwaggerGenOptions>(UpgradesOpenApi.DescribeImages);
        services.AddSingleton<InboxStore>().AddSingleton<NotificationApplier>().AddSingleton<NotificationReader>();
        services.AddSingleton<IOrphans>(provider => provider.GetRequiredService<InboxStore>());
        services.AddSingleton<CallbackAuthenticator>().AddSingleton<FailedCallbacks>().AddSingleton<CallbackReceiver>();
        services.AddSingleton<CallbackMetrics>();
        services.AddEvents();
        services.AddRequestDecompression(_ => { });
        services.AddSingleton(new FailureEnvelope(CallbackReply.Prefix, CallbackReply.ForStatus));
        services.AddSingleton<Redactor>().AddSingleton<RetentionClock>().AddSingleton<Retention>();
        services.AddHostedService(provider => provider.GetRequiredService<Retention>());
        services.AddHostedService<ShutdownDelay>();
        services.AddSingleton<AuditTrail>().AddSingleton<StoreHealth>().AddSingleton<StatsReader>();
        services.AddJson(
            UpgradesJson.Shared, InboxJson.Shared, CallbacksJson.Shared, new PrivacyJson(LinkageJson.Options),
            new AuditJson(LinkageJson.Options), new HealthJson(LinkageJson.Options), EventsJson.Shared,
            new OperationsJson(LinkageJson.Options), HttpJson.Shared);
        services.AddLinkageOpenApi();
        return builder;
    }

    /// <summary>Every section of the settings with its validator; the tool reads the same.</summary>
    internal static void AddAllSettings(this IServiceCollection services, IConfiguration configuration)
    {
        foreach (var section in MerchantSection.All(configuration))
        {
            var name = MerchantRing.OptionsName(section);
            services.AddSettings<FinnetOptions, FinnetOptionsValidator>(configuration, section.Path, name);
            if (name is not null)
                services.AddSettings<MerchantNotificationOptions, MerchantNotificationOptionsValidator>(
                    configuration, section.Notifications, name);
        }

        services.AddSettings<MerchantsOptions, MerchantsValidator>(configuration, MerchantSection.Root);
        services.AddSettings<UpgradeOptions, UpgradeOptionsValidator>(configuration, UpgradeOptions.SectionName);
        services.AddSettings<StorageOptions, StorageOptionsValidator>(configuration, StorageOptions.SectionName);
        services.AddSettings<NotificationOptions, NotificationOptionsValidator>(configuration, NotificationOptions.SectionName);
        services.AddSettings<ApiKeyOptions, ApiKeyOptionsValidator>(configuration, "");
        services.AddSettings<AuditOptions, AuditOptionsValidator>(configuration, AuditOptions.SectionName);
        services.AddSettings<EventOptions, EventOptionsValidator>(configuration, EventOptions.SectionName);
        services.AddSettings<ImageOptions, ImageOptionsValidator>(configuration, ImageOptions.SectionName);
        services.AddSettings<SwaggerOptions, SwaggerOptionsValidator>(configuration, SwaggerOptions.SectionName);
        services.AddSettings<ProxyOptions, ProxyOptionsValidator>(configuration, ProxyOptions.SectionName);
        services.AddSettings<ConnectionOptions, ConnectionOptionsValidator>(configuration, ConnectionOptions.SectionName);
        services.AddSettings<ShutdownOptions, ShutdownOptionsValidator>(configuration, ShutdownOptions.SectionName);
        services.AddSettings<RateLimitOptions, RateLimitOptionsValidator>(configuration, RateLimitOptions.SectionName);
        services.AddSettings<OpsOptions, OpsOptionsValidator>(configuration, OpsOptions.SectionName);
        services.AddSettings<BrowserOptions, BrowserOptionsValidator>(configuration, BrowserOptions.SectionName);
        services.AddSettings<TelemetryOptions, TelemetryOptionsValidator>(configuration, TelemetryOptions.SectionName);
    }

    /// <summary>Checks the settings, opens the database and builds the pipeline.</summary>
    /// <exception cref="SettingsException">The service can't start; the message names every reason.</exception>
    public static WebApplication UseLinkage(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        SettingsCheck.ThrowIfWrong(app.Configuration, app.Services);
        // A start that can't work fails here, with one message, before the service listens.
        _ = app.Services.GetRequiredService<WriteQueue>();
        _ = app.Services.GetRequiredService<StorageKeySet>();
        _ = app.Services.GetRequiredService<MerchantRing>();
        _ = app.Services.GetRequiredService<ApiKeyRing>();
        // Their counters begin at 0, so that a monitor sees the first callback that is refused.
        _ = app.Services.GetRequiredService<FailedCallbacks>();
        _ = app.Services.GetRequiredService<CallbackMetrics>();
        _ = app.Services.GetRequiredService<UpgradeMetrics>();
        app.LimitConnections();
        app.WarnIfCallbacksAreOpen();
        app.LogUnreadableRequests();
        app.WarnOfUnknownSettings();
        app.TellUnreadableFiles();

        app.Use(ProxyOptions.CheckPrefix);
        app.UseForwardedHeaders();
        app.UseCallbackPaths();
        app.UseSecurityHeaders();
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<FailureMiddleware>();
        if (app.Services.GetRequiredService<IOptions<SwaggerOptions>>().Value.Enabled)
            app.UseLinkageSwagger();
        if (app.Services.GetRequiredService<IOptions<OpsOptions>>().Value.Enabled)
            app.UseOpsConsole();
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();

        // The policy of the group holds for a route that forgets to have its own.
        var v1 = app.MapGroup("/v1").RequireAuthorization(ApiKeys.CallerPolicy);
        v1.MapUpgrades();
        v1.MapBrowserTokens();
        v1.MapNotifications();
        v1.MapRedaction();
        v1.MapAudit();
        v1.MapEvents();
        v1.MapStats();
        app.MapCallbacks();
        app.MapHealth();
        app.MapBrowser();
        app.MapTelemetry();
        return app;
    }

    // Hosted services stop in the opposite order: what writes events stops before what sends them.
    private static void AddEvents(this IServiceCollection services)
    {
        services.AddEventClient();
        services.AddSingleton<EventOutbox>().AddSingleton<EventMetrics>().AddSingleton<EventStore>().AddSingleton<EventSender>();
        services.AddSingleton<EventReader>().AddSingleton<EventRedelivery>();
        services.AddSingleton<EventDispatcher>().AddHostedService(provider => provider.GetRequiredService<EventDispatcher>());
        services.AddSingleton<EventRegistry>().AddHostedService(provider => provider.GetRequiredService<EventRegistry>());
        services.AddSingleton<ExpirySweep>().AddHostedService(provider => provider.GetRequiredService<ExpirySweep>());
        services.AddHostedService(provider => provider.GetRequiredService<OverdueJob>());
        services.AddHostedService(provider => provider.GetRequiredService<AskAgainQueue>());
    }

    private static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<IDatabase>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            var clock = provider.GetRequiredService<TimeProvider>();
            return options.Provider == StorageProvider.PostgreSql
                ? PostgreSqlDatabase.Open(options, clock)
                : SqliteDatabase.Open(options, clock);
        });
        services.AddSingleton(provider => StorageKeys.LoadFor(
            provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<IOptions<StorageOptions>>().Value.Encryption,
            provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StorageKeys).FullName!)));
        services.AddSingleton(provider => provider.GetRequiredService<StorageKeySet>().Cipher);
        services.AddSingleton(provider => provider.GetRequiredService<StorageKeySet>().Lookup);
        services.AddSingleton<PageCursors>().AddSingleton<ReadLimit>();
        services.AddSingleton<WriteQueue>();
        services.AddSingleton<WalWatch>().AddHostedService(provider => provider.GetRequiredService<WalWatch>());
    }
}
