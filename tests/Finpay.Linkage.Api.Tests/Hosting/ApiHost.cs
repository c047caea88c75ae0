using System.Net;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Upgrades;
using Finpay.Linkage.Finnet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>
/// The service as in production, with its own data folder, a clock that is moved by hand, and a stub where Finnet would be.
/// </summary>
public sealed class ApiHost : WebApplicationFactory<UpgradeView>
{
    private readonly IDictionary<string, string?> settings;
    private Action<IServiceCollection>? services;
    private bool keepsFolder;
    private bool started;
    private bool disposed;

    // Runs all tests that start the service with the settings of the other way: Merchants:default instead of Finnet.
    private static readonly bool AsNamedMerchant = Environment.GetEnvironmentVariable("LINKAGE_TEST_MERCHANTS") == "1";

    public ApiHost()
    {
        DataFolder = Directory.CreateTempSubdirectory("linkage-api-tests-").FullName;
        settings = TestSettings.Create(DataFolder);
        Finnet = new FinnetStub(Clock);
    }

    public string DataFolder { get; private set; }

    public string DatabaseFile => Path.Combine(DataFolder, "linkage.db");

    public ManualClock Clock { get; } = new();

    public FinnetStub Finnet { get; }

    public LogCapture Logs { get; } = new();

    /// <summary>The address that callers seem to come from.</summary>
    public IPAddress? RemoteAddress { get; set; }

    public HttpClient Merchant => Client(TestSettings.MerchantKey);

    public HttpClient Other => Client(TestSettings.OtherKey);

    public HttpClient Ops => Client(TestSettings.OpsKey);

    public HttpClient Anonymous => CreateClient();

    /// <summary>A host with some settings changed; null takes one away.</summary>
    public static ApiHost With(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var host = new ApiHost();
        foreach (var (key, value) in changes)
            host.settings[key] = value;
        return host;
    }

    /// <summary>A host on a real socket.</summary>
    public static ApiHost OnKestrel(params ReadOnlySpan<(string Key, string? Value)> changes) => With(changes).Listening();

    /// <summary>Starts on a real socket.</summary>
    public ApiHost Listening()
    {
        // With UseKestrel(0), the factory writes the address while the program may have begun to listen.
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        StartServer();
        return this;
    }

    public ApiHost Replacing(Action<IServiceCollection> change)
    {
        services = change;
        return this;
    }

    /// <summary>Another process on the data of this one, which must have ended.</summary>
    public ApiHost Successor(params ReadOnlySpan<(string Key, string? Value)> changes)
    {
        var next = With(changes);
        Directory.Delete(next.DataFolder);
        next.DataFolder = DataFolder;
        next.settings["Storage:DataFolder"] = DataFolder;
        next.Clock.AdjustTime(Clock.GetUtcNow());
        return next;
    }

    /// <summary>Leaves the data for a successor.</summary>
    public ApiHost KeepingData()
    {
        keepsFolder = true;
        return this;
    }

    public HttpClient Client(string key)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    /// <summary>Another connection to the database file.</summary>
    public void ExecuteSql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        connection.Execute(sql);
    }

    /// <summary>
    /// Ends as a killed process would, as far as one process can show it: no outcome is written any more and the lock file is free.
    /// </summary>
    public void Kill()
    {
        var queue = Services.GetRequiredService<WriteQueue>();
        queue.Dispose();
        Services.GetRequiredService<IDatabase>().Dispose();
        Finnet.Abort();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(settings.TryGetValue("environment", out var environment) ? environment! : "Production");
        // Not UseSetting: it would hand the sections over too, as settings that are empty.
        builder.ConfigureAppConfiguration(
            (_, configuration) => configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null)));
        if (AsNamedMerchant)
        {
            foreach (var key in settings.Keys.Where(key => key.StartsWith("Finnet:", StringComparison.OrdinalIgnoreCase)).ToList())
            {
                settings[$"Merchants:default:{key["Finnet:".Length..]}"] = settings[key];
                settings.Remove(key);
            }
        }

        var merchants = settings.Keys.Where(key => key.StartsWith("Merchants:", StringComparison.OrdinalIgnoreCase))
            .Select(key => key.Split(':')[1]).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        // Which merchants there are is read before the other settings; the factory hands over nothing else so early.
        var sections = settings.Where(one => one.Value is not null).Select(one => SectionOf(one.Key)).OfType<string>();
        foreach (var section in sections.Distinct(StringComparer.OrdinalIgnoreCase))
            builder.UseSetting($"{section}:WidgetPath", "/api/v1.0/upgrade-account-widget");
        builder.ConfigureTestServices(collection =>
        {
            collection.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            Logs.Capture(collection, () => started = true);
            foreach (var client in merchants.Select(merchant => $"{nameof(FinnetClient)}:{merchant}").Prepend(nameof(FinnetClient)))
                collection.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => Finnet);
            collection.AddSingleton<IStartupFilter>(new SourceAddressFilter(this));
            services?.Invoke(collection);
        });
    }

    // Finnet, or Merchants:<name>.
    private static string? SectionOf(string key) => key.Split(':') switch
    {
        ["Finnet", ..] => "Finnet",
        ["Merchants", var name, ..] => $"Merchants:{name}",
        _ => null,
    };

    public override async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await base.DisposeAsync();
        // The program's own thread disposes too; the factory does not wait for it.
        if (started)
            await Logs.Ended;
        if (!keepsFolder)
            Directory.Delete(DataFolder, recursive: true);
        Finnet.ThrowIfUnplanned();
    }

    private sealed class SourceAddressFilter(ApiHost host) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            // The timers of the framework's rate limiter are never stopped: with the context that they were made in they would keep
            // the whole host in memory.
            AsyncFlowControl flow = default;
            app.Use(continuation =>
            {
                flow.Undo();
                return continuation;
            });
            app.Use((context, continuation) =>
            {
                if (host.RemoteAddress is { } address)
                    context.Connection.RemoteIpAddress = address;
                return continuation(context);
            });
            next(app);
            // Built from the last to the first.
            app.Use(continuation =>
            {
                flow = ExecutionContext.SuppressFlow();
                return continuation;
            });
        };
    }
}
