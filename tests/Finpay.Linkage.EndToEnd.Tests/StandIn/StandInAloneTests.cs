using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary><c>--callback</c>: the stand-in without the API.</summary>
public sealed class StandInAloneTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("alone-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Results_Go_To_The_Callback_And_No_Api_Is_Started()
    {
        await using var merchant = await FakeMerchant.StartAsync();
        var arguments = SandboxArguments.Parse(
            ["--data", folder, "--finnet-url", "http://127.0.0.1:0", "--callback", $"{merchant.CallbackUrl}"]);
        await using var host = await SandboxHost.StartAsync(arguments, TimeProvider.System);
        using var client = new HttpClient { BaseAddress = new Uri(host.FinnetUrl) };

        using var body = new ByteArrayContent(WidgetBody.Bytes(WidgetBody.Of("6281295288912", "202411011441000012")));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var asked = await client.PostAsync("/api/v1.0/upgrade-account-widget", body);
        await Customer.ApproveAsync((string)(await asked.Content.ReadFromJsonAsync<JsonObject>())!["widgetUrl"]!);
        await host.SettleAsync();

        Assert.Equal("202411011441000012", (string)Assert.Single(merchant.Received)["partnerReferenceNo"]!);
        Assert.False(Directory.Exists(Path.Combine(folder, "api")));
        Assert.DoesNotContain("/callbacks", SandboxConsole.Banner(host, arguments), StringComparison.Ordinal);
    }
}
