using System.Text.Json;
using System.Text.Json.Serialization;
using Finpay.Linkage.Sandbox.Clock;
using Finpay.Linkage.Sandbox.ConsolePages;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Requests;
using Finpay.Linkage.Sandbox.Scenarios;
using Finpay.Linkage.Sandbox.Sessions;
using Finpay.Linkage.Sandbox.Shop;
using Finpay.Linkage.Sandbox.Snap;
using Finpay.Linkage.Sandbox.Widget;
using Microsoft.Extensions.Logging.Console;

namespace Finpay.Linkage.Sandbox.StandIn;

/// <summary>Composes the stand-in, on an empty builder: no environment variable or settings file can change it.</summary>
internal static class StandInApp
{
    public static WebApplication Build(StandInOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("System", LogLevel.Warning);
        // A console that nobody reads must not stop the stand-in.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        AddServices(builder.Services, options, time);

        var app = builder.Build();
        app.Urls.Add(options.Url);
        if (options.RequiredKey is { } key)
            KeyRequired.Use(app, key);

        MapEndpoints(app);
        return app;
    }

    /// <summary>The address it listens on, once started.</summary>
    public static string Address(this WebApplication standIn) => standIn.Urls.First();

    /// <summary>Registers the merchant's callback, which merchants do outside the API. Due notifications are sent from then on.</summary>
    public static void Register(this WebApplication standIn, Uri callbackUrl) =>
        standIn.Services.GetRequiredService<NotificationSender>().CallbackUrl = callbackUrl;

    /// <summary>Tells the demo shop where the API is; until then the shop says that it can't reach it.</summary>
    public static void OpenShop(this WebApplication standIn, ShopConnection connection) =>
        standIn.Services.GetRequiredService<ShopApi>().Connection = connection;

    private static void AddServices(IServiceCollection services, StandInOptions options, TimeProvider time)
    {
        services.AddRoutingCore();
        services.AddSingleton(options);
        services.AddSingleton(options.Judge());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SessionFiles>(provider, options.DataFolder, time));
        services.AddSingleton(provider =>
        {
            var clock = new SandboxClock(time);
            clock.Advance(provider.GetRequiredService<SessionFiles>().LoadClockOffset());
            return clock;
        });
        services.AddSingleton<ChangeSignal>().AddSingleton<ConsoleEvents>().AddSingleton<ConsoleState>();
        services.AddSingleton<SessionStore>().AddSingleton<ScenarioQueue>().AddSingleton<RequestLog>().AddSingleton<RequestRecorder>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MerchantCallback>(provider, options.MerchantId));
        services.AddSingleton<NotificationSender>().AddSingleton<HandSender>().AddSingleton<ScenarioPlayer>();
        services.AddSingleton<WidgetService>().AddSingleton<WidgetPages>();
        services.AddSingleton<PhotoUpload>();
        services.AddHostedService<Leftovers>();
        services.AddHttpClient(MerchantCallback.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
            .RemoveAllLoggers();
        services.AddShop(options);
        services.AddSnap(options);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.WriteIndented = true;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });
    }

    private static void MapEndpoints(WebApplication app)
    {
        var service = app.Services.GetRequiredService<WidgetService>();
        app.MapPost(WidgetService.Path, service.AnswerAsync);
        app.MapSnap();
        app.MapFallback(service.AnswerUnknownPathAsync);
        app.MapGroup("/widget/prem").MapWidgetPages();
        app.MapGroup("/shop").MapShop();
        app.MapGroup("/sandbox").MapSandboxControl();
        app.MapConsole();
    }
}
