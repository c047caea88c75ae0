using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The whole sandbox, as its command starts it, on free ports.</summary>
internal sealed class RunningSandbox : IAsyncDisposable
{
    private readonly SandboxHost host;

    private readonly SandboxArguments arguments;

    private RunningSandbox(SandboxHost host, SandboxArguments arguments)
    {
        (this.host, this.arguments) = (host, arguments);
        Api = new HttpClient { BaseAddress = new Uri(host.ApiUrl) };
        Api.DefaultRequestHeaders.Add("X-Api-Key", host.Settings.DemoApiKey);
        Finnet = new HttpClient { BaseAddress = new Uri(host.FinnetUrl) };
    }

    public HttpClient Api { get; }

    public HttpClient Finnet { get; }

    public string ApiUrl => host.ApiUrl;

    public string Banner => SandboxConsole.Banner(host, arguments);

    public string DemoApiKey => host.Settings.DemoApiKey;

    public SandboxHost Host => host;

    public static async Task<RunningSandbox> StartAsync(string folder, bool snap = false, int merchants = 1)
    {
        string[] given = ["--data", folder, "--api-url", "http://127.0.0.1:0", "--finnet-url", "http://127.0.0.1:0"];
        var parsed = SandboxArguments.Parse([.. given, "--merchants", $"{merchants}", .. snap ? ["--snap"] : Array.Empty<string>()]);
        return new(await SandboxHost.StartAsync(parsed, TimeProvider.System), parsed);
    }

    /// <summary>The request that README and Swagger show: Finnet's sample with drawn photos and personal data in clear.</summary>
    public static string DocumentedRequest() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", "create-upgrade.json"));

    public Task<HttpResponseMessage> CreateAsync(string json) => Api.PostAsync("/v1/account-upgrades", Json(json));

    public async Task<JsonNode> ReadAsync(string reference) => (await Api.GetFromJsonAsync<JsonNode>($"/v1/account-upgrades/{reference}"))!;

    public Task<HttpResponseMessage> NotifyAsync(string json) => Api.PostAsync("/callbacks/finnet/kyc", Json(json));

    public Task SettleAsync() => host.SettleAsync();

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Finnet.Dispose();
        await host.DisposeAsync();
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
