using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary><c>--any-address</c>: who has no key sees the widget and the shop, and nothing else.</summary>
public sealed class KeyRequiredTests : IDisposable
{
    private const string Key = "demo_0123456789";

    private readonly string folder = Directory.CreateTempSubdirectory("any-address-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.OK)]
    [InlineData("GET", "/console/main.js", HttpStatusCode.OK)]
    [InlineData("GET", "/sandbox/console", HttpStatusCode.OK)]
    [InlineData("GET", "/sandbox/requests", HttpStatusCode.OK)]
    [InlineData("DELETE", "/sandbox/scenarios", HttpStatusCode.NoContent)]
    [InlineData("GET", "/sandbox/unknown", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/v1.1/upgrade-account-widget", HttpStatusCode.NotFound)]
    [InlineData("GET", "/shopper", HttpStatusCode.NotFound)]
    public async Task Needs_The_Key_In_A_Header_Or_As_Password(string method, string path, HttpStatusCode allowed)
    {
        await using var standIn = await RunningStandIn.StartAsync(key: Key);

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(("X-Api-Key", Key[..^1] + "8")));
        Assert.Equal(allowed, await SendAsync(("X-Api-Key", Key)));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(("Authorization", Basic($"{Key}:x"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(("Authorization", "Basic not-base64!")));
        Assert.Equal(allowed, await SendAsync(("Authorization", Basic($"anybody:{Key}"))));

        async Task<HttpStatusCode> SendAsync((string Name, string Value)? header)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
            // A name that the network gives to this machine.
            request.Headers.Host = "sandbox.internal";
            if (header is { } given)
                request.Headers.TryAddWithoutValidation(given.Name, given.Value);

            using var response = await standIn.Client.SendAsync(request);
            Assert.Equal(response.StatusCode is HttpStatusCode.Unauthorized, response.Headers.WwwAuthenticate.Count > 0);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Widget_And_Shop_Need_None()
    {
        await using var standIn = await RunningStandIn.StartAsync(key: Key);

        var answer = await standIn.AskAsync(WidgetBody.Full);
        using var approved = await standIn.DecideAsync("approve", answer.WidgetUrl!);

        Assert.Equal(HttpStatusCode.OK, approved.StatusCode);
        Assert.Contains("Demo shop", await standIn.Client.GetStringAsync("/shop"), StringComparison.Ordinal);
        Assert.Contains("export", await standIn.Client.GetStringAsync("/shop/photo.js"), StringComparison.Ordinal);
        Assert.Single(standIn.Merchant.Received);
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData(" --any-address", HttpStatusCode.Unauthorized)]
    public async Task Only_Any_Address_Asks_For_It_And_Prints_It(string argument, HttpStatusCode status)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var arguments = SandboxArguments.Parse($"--data {folder} --finnet-url {url} --callback http://127.0.0.1:1/{argument}".Split(' '));
        await using var host = await SandboxHost.StartAsync(arguments, TimeProvider.System);
        using var client = new HttpClient { BaseAddress = new Uri(url) };

        using var without = await client.GetAsync("/sandbox/console");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Basic($"x:{host.Settings.DemoApiKey}")[6..]);
        using var with = await client.GetAsync("/sandbox/console");

        Assert.Equal((status, HttpStatusCode.OK), (without.StatusCode, with.StatusCode));
        Assert.Equal(
            status is HttpStatusCode.Unauthorized,
            SandboxConsole.Banner(host, arguments).Contains(host.Settings.DemoApiKey, StringComparison.Ordinal));
    }

    private static string Basic(string credentials) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
