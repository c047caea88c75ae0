using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The sandbox with two merchants: each has a stand-in, a shop, a token and a key of its own, and sees its own alone.</summary>
public sealed class SeveralMerchantsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_Shops_Serve_Two_Merchants(bool snap)
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder, snap, merchants: 2);
        var merchants = sandbox.Host.Merchants;
        using var first = new HttpClient { BaseAddress = new Uri(merchants[0].FinnetUrl) };
        using var second = new HttpClient { BaseAddress = new Uri(merchants[1].FinnetUrl) };

        // 0001 and 0002: approved and rejected by itself.
        var orders = (First: await OrderAsync(first, "081295280001"), Second: await OrderAsync(second, "081295280002"));
        foreach (var shop in new[] { first, second })
        {
            using var advanced = await shop.PostAsJsonAsync("/sandbox/clock", new { advanceSeconds = 3 });
            advanced.EnsureSuccessStatusCode();
        }

        await sandbox.SettleAsync();
        Assert.Equal("approved", (string?)(await first.GetFromJsonAsync<JsonNode>($"/shop/api/orders/{orders.First}"))!["state"]);
        Assert.Equal("rejected", (string?)(await second.GetFromJsonAsync<JsonNode>($"/shop/api/orders/{orders.Second}"))!["state"]);
        Assert.Equal(
            ("AGREE170724", "SANDBOX2"), (await MerchantOfLastAsync(first), await MerchantOfLastAsync(second)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(first, $"/shop/api/orders/{orders.Second}"));

        // Each key sees the records of its merchant.
        using var other = new HttpClient { BaseAddress = sandbox.Api.BaseAddress };
        other.DefaultRequestHeaders.Add("X-Api-Key", merchants[1].Settings.DemoApiKey);
        var (own, others) = (await ReferencesAsync(sandbox.Api), await ReferencesAsync(other));
        Assert.Single(own);
        Assert.Single(others);
        Assert.NotEqual(own, others);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, $"/v1/account-upgrades/{own[0]}"));
        foreach (var url in merchants.Select(merchant => merchant.FinnetUrl))
            Assert.Contains($"{url}/shop", sandbox.Banner, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Token_Of_One_Reports_No_Result_Of_The_Other()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder, merchants: 2);
        const string result =
            """{"kycResponse":"KYC Approved","partnerReferenceNo":"202411011441000012","phoneNo":"6281","merchantId":"SANDBOX2"}""";

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(sandbox.Host.Merchants[0]));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(sandbox.Host.Merchants[1]));

        async Task<HttpStatusCode> PostAsync(Sandbox.Hosting.SandboxMerchant merchant)
        {
            using var content = new StringContent(result, Encoding.UTF8, "application/json");
            using var response = await sandbox.Api.PostAsync(sandbox.Host.CallbackUrlOf(merchant), content);
            return response.StatusCode;
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }

    private static async Task<string> OrderAsync(HttpClient shop, string phone)
    {
        using var response = await shop.PostAsJsonAsync("/shop/api/orders", new { phoneNo = phone });
        return (string)(await response.Content.ReadFromJsonAsync<JsonNode>())!["order"]!;
    }

    private static async Task<string?> MerchantOfLastAsync(HttpClient standIn)
    {
        var requests = (await standIn.GetFromJsonAsync<JsonArray>("/sandbox/requests?full=true"))!;
        var widget = requests.First(request => ((string)request!["path"]!).Contains("upgrade-account-widget", StringComparison.Ordinal))!;
        Assert.Empty(widget["problems"]!.AsArray());
        return (string?)JsonNode.Parse(Convert.FromBase64String((string)widget["bodyBase64"]!))!["merchantId"];
    }

    private static async Task<List<string>> ReferencesAsync(HttpClient api) =>
        [.. (await api.GetFromJsonAsync<JsonNode>("/v1/account-upgrades"))!["items"]!.AsArray()
            .Select(item => (string)item!["partnerReferenceNo"]!)];
}
