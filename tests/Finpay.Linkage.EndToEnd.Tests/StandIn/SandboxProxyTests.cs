using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>The sandbox on a machine whose environment names a proxy, which can't reach what listens here.</summary>
public sealed partial class SandboxProxyTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-proxy-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Request_Callback_And_Shop_Go_Without_The_Proxy()
    {
        var command = Guarded.Command(
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "Finpay.Linkage.Sandbox.dll"), "--data", folder, "--snap",
            "--api-url", "http://127.0.0.1:0", "--finnet-url", "http://127.0.0.1:0",
        ]);
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var name in new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy" })
            start.Environment[name] = "http://127.0.0.1:1";
        using var sandbox = Process.Start(start)!;
        try
        {
            var banner = await BannerAsync(sandbox.StandardOutput).WaitAsync(Patience);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            http.DefaultRequestHeaders.Add("X-Api-Key", banner.Key);

            // Approves by itself: the request goes to the stand-in, the notification to the API.
            using var created = await http.PostAsync(
                new Uri(banner.Api, "/v1/account-upgrades"), Json("""{"partnerReferenceNo":"proxy-00001","phoneNo":"081295280001"}"""));
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            using var ordered = await http.PostAsync(
                new Uri(banner.Finnet, "/shop/api/orders"), Json("""{"phoneNo":"081295288912"}"""));
            Assert.Equal(HttpStatusCode.OK, ordered.StatusCode);
            var started = Stopwatch.GetTimestamp();
            while (await StatusAsync(http, banner.Api) != "approved")
                Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "No notification came.");
        }
        finally
        {
            sandbox.Kill();
            await sandbox.WaitForExitAsync();
        }
    }

    private static async Task<string?> StatusAsync(HttpClient http, Uri api)
    {
        var text = await http.GetStringAsync(new Uri(api, "/v1/account-upgrades/proxy-00001"));
        await Task.Delay(100);
        return (string?)JsonNode.Parse(text)!["status"];
    }

    private static async Task<(Uri Api, Uri Finnet, string Key)> BannerAsync(StreamReader output)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!facts.ContainsKey("Demo API key"))
        {
            var line = await output.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox ended.");
            if (Fact().Match(line) is { Success: true } match)
                facts[match.Groups["name"].Value] = match.Groups["value"].Value;
        }

        return (new Uri(facts["API"]), new Uri(facts["Stand-in (Finnet)"]), facts["Demo API key"]);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    [GeneratedRegex(
        "^  (?<name>API|Stand-in \\(Finnet\\)|Demo API key) +(?<value>\\S+)$", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fact();
}
