using System.Net;
using System.Net.Sockets;
using Finpay.Linkage.Api;
using Finpay.Linkage.Sandbox.Notifications;
using Finpay.Linkage.Sandbox.Shop;
using Finpay.Linkage.Sandbox.StandIn;

namespace Finpay.Linkage.Sandbox.Hosting;

/// <summary>The API and the stand-in in one process, wired to each other; or the stand-in alone, wired to an API elsewhere.</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication standIn;
    private readonly WebApplication? api;

    private readonly SandboxArguments arguments;

    private SandboxHost(WebApplication standIn, WebApplication? api, SandboxSettings settings, SandboxArguments arguments)
    {
        (this.standIn, this.api, Settings, this.arguments) = (standIn, api, settings, arguments);
    }

    public SandboxSettings Settings { get; }

    public string FinnetUrl => Shown(arguments.FinnetUrl, standIn);

    public string ApiUrl => api is null ? CallbackUrl.GetLeftPart(UriPartial.Authority) : Shown(arguments.ApiUrl, api);

    public Uri CallbackUrl => arguments.Callback ?? new(new Uri(ApiUrl), "/callbacks/finnet/kyc");

    private IReadOnlyList<WebApplication> Running => api is null ? [standIn] : [standIn, api];

    public static async Task<SandboxHost> StartAsync(SandboxArguments arguments, TimeProvider time)
    {
        if (arguments.Callback is null)
            RefuseTakenPort(arguments.ApiUrl);
        RefuseTakenPort(arguments.FinnetUrl);
        var settings = SandboxSettings.LoadOrCreate(arguments.DataFolder);
        var snap = arguments.Snap ? SnapSettings.LoadOrCreate(arguments.DataFolder) : null;
        var options = new StandInOptions(Path.Combine(arguments.DataFolder, "finnet"))
        {
            Url = Listening(arguments.FinnetUrl, arguments),
            ApiUrl = arguments.Callback?.GetLeftPart(UriPartial.Authority) ?? Trimmed(arguments.ApiUrl),
            Snap = snap?.Merchant,
            RequiredKey = arguments.AnyAddress ? settings.DemoApiKey : null,
        };

        // The stand-in starts first, because the API needs its address, and a free port is known only after the start.
        var finnet = StandInApp.Build(options, time);
        await finnet.StartAsync();
        WebApplication? linkage = null;
        try
        {
            var finnetUrl = arguments.AnyAddress ? Trimmed(arguments.FinnetUrl) : finnet.Address();
            if (arguments.Callback is { } callback)
            {
                finnet.Register(callback);
                return new SandboxHost(finnet, null, settings, arguments);
            }

            OwnerOnly.Folder(Path.Combine(arguments.DataFolder, "api"));
            linkage = BuildApi(arguments, ApiConfiguration.For(arguments.DataFolder, settings, options, finnetUrl, snap));
            var host = new SandboxHost(finnet, linkage, settings, arguments);
            await linkage.StartAsync();

            // Once more, for the files that the API has made.
            OwnerOnly.Folder(Path.Combine(arguments.DataFolder, "api"));
            finnet.Register(host.CallbackUrl);
            finnet.OpenShop(new ShopConnection(new Uri(host.ApiUrl), settings.DemoApiKey, settings.EventSecret));
            return host;
        }
        catch
        {
            if (linkage is not null)
                await linkage.DisposeAsync();

            await finnet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when no notification is being sent.</summary>
    public Task SettleAsync() => standIn.Services.GetRequiredService<NotificationSender>().IdleAsync();

    public async Task WaitForShutdownAsync()
    {
        await Task.WhenAny(Running.Select(app => app.WaitForShutdownAsync()));
        await Task.WhenAll(Running.Select(app => app.StopAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Running)
            await app.DisposeAsync();
    }

    private static WebApplication BuildApi(SandboxArguments arguments, Dictionary<string, string?> configuration)
    {
        // An empty builder, so that no environment variable or settings file can change the demonstration.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(LinkageApp).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            // Development only makes the log lines readable (api.md).
            EnvironmentName = Environments.Development,
        });
        builder.WebHost.UseKestrel();
        builder.Services.AddRouting();
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.AddLinkage();
        var linkage = builder.Build();
        linkage.UseLinkage();
        linkage.Urls.Add(Listening(arguments.ApiUrl, arguments));
        return linkage;
    }

    // Kestrel reports it too, but only after a stack trace in the log.
    private static void RefuseTakenPort(Uri url)
    {
        var address = IPAddress.TryParse(url.DnsSafeHost, out var given) ? given : IPAddress.Loopback;
        try
        {
            using var probe = new TcpListener(address, url.Port);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new IOException($"Port {url.Port} of {url.Host} can't be used: {e.Message}", e);
        }
    }

    // With port 0 only the running server knows the address.
    private string Shown(Uri asked, WebApplication running) => arguments.AnyAddress ? Trimmed(asked) : running.Urls.First();

    private static string Listening(Uri url, SandboxArguments arguments) =>
        arguments.AnyAddress ? $"http://0.0.0.0:{url.Port}" : Trimmed(url);

    private static string Trimmed(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
