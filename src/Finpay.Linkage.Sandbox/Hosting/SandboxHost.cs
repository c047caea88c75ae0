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
    private readonly IReadOnlyList<(SandboxMerchant Merchant, WebApplication StandIn)> seats;
    private readonly WebApplication? api;

    private readonly SandboxArguments arguments;

    private SandboxHost(
        IReadOnlyList<(SandboxMerchant Merchant, WebApplication StandIn)> seats, WebApplication? api, SandboxArguments arguments) =>
        (this.seats, this.api, this.arguments) = (seats, api, arguments);

    public SandboxSettings Settings => Merchants[0].Settings;

    public IReadOnlyList<SandboxMerchant> Merchants => [.. seats.Select(seat => seat.Merchant)];

    public string FinnetUrl => Merchants[0].FinnetUrl;

    public string ApiUrl => api is null ? CallbackUrl.GetLeftPart(UriPartial.Authority)
        // With port 0 only the running server knows the address.
        : arguments.AnyAddress ? Trimmed(arguments.ApiUrl)
        : api.Urls.First();

    public Uri CallbackUrl => CallbackUrlOf(Merchants[0]);

    private IReadOnlyList<WebApplication> Running => [.. seats.Select(seat => seat.StandIn), .. api is null ? [] : new[] { api }];

    public static async Task<SandboxHost> StartAsync(SandboxArguments arguments, TimeProvider time)
    {
        if (arguments.Callback is null)
            RefuseTakenPort(arguments.ApiUrl);
        for (var number = 1; number <= arguments.Merchants; number++)
            RefuseTakenPort(arguments.FinnetUrlOf(number));

        List<(SandboxMerchant Merchant, WebApplication StandIn)> started = [];
        WebApplication? linkage = null;
        try
        {
            // The stand-ins start first, because the API needs their addresses, and a free port is known only after the start.
            for (var number = 1; number <= arguments.Merchants; number++)
                started.Add(await StartStandInAsync(SandboxMerchant.LoadOrCreate(arguments, number), arguments, time));
            if (arguments.Callback is { } callback)
            {
                started[0].StandIn.Register(callback);
                return new SandboxHost(started, null, arguments);
            }

            OwnerOnly.Folder(Path.Combine(arguments.DataFolder, "api"));
            linkage = BuildApi(arguments, ApiConfiguration.For(arguments.DataFolder, [.. started.Select(seat => seat.Merchant)]));
            var host = new SandboxHost(started, linkage, arguments);
            await linkage.StartAsync();

            // Once more, for the files that the API has made.
            OwnerOnly.Folder(Path.Combine(arguments.DataFolder, "api"));
            foreach (var (merchant, standIn) in started)
            {
                standIn.Register(host.CallbackUrlOf(merchant));
                standIn.OpenShop(new ShopConnection(new Uri(host.ApiUrl), merchant.Settings.DemoApiKey, merchant.Settings.EventSecret));
            }

            return host;
        }
        catch
        {
            if (linkage is not null)
                await linkage.DisposeAsync();

            foreach (var (_, standIn) in started)
                await standIn.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where Finnet reports the results of this merchant.</summary>
    public Uri CallbackUrlOf(SandboxMerchant merchant) => arguments.Callback
        ?? new(new Uri(ApiUrl), seats.Count == 1 ? "/callbacks/finnet/kyc" : $"/callbacks/finnet/kyc/{merchant.CallbackToken}");

    /// <summary>Completes when no notification is being sent.</summary>
    public Task SettleAsync() =>
        Task.WhenAll(seats.Select(seat => seat.StandIn.Services.GetRequiredService<NotificationSender>().IdleAsync()));

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

    private static async Task<(SandboxMerchant Merchant, WebApplication StandIn)> StartStandInAsync(
        SandboxMerchant merchant, SandboxArguments arguments, TimeProvider time)
    {
        var standIn = StandInApp.Build(merchant.Options, time);
        await standIn.StartAsync();
        var url = arguments.AnyAddress ? Trimmed(arguments.FinnetUrlOf(merchant.Number)) : standIn.Address();
        return (merchant with { FinnetUrl = url }, standIn);
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
        linkage.Urls.Add(arguments.ListeningAt(arguments.ApiUrl));
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

    private static string Trimmed(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
