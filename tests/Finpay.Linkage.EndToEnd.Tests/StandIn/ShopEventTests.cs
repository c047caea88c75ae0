using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>What the API tells the demo shop.</summary>
public sealed class ShopEventTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder = Directory.CreateTempSubdirectory("shop-events-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Result_Arrives_Signed_And_Wakes_The_Result_Page()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var order = await OrderAsync(sandbox, "081295280003");
        var seen = await NewsAsync(sandbox, order.Id, seen: -1);
        var waiting = NewsAsync(sandbox, order.Id, seen);
        Assert.False(waiting.IsCompleted);

        await ApproveAsync(sandbox, order.Reference);

        Assert.True(await waiting.WaitAsync(Patience) > seen);
        var delivery = await UntilAsync(sandbox, "delivered");
        Assert.Equal(
            ("account_upgrade.approved", order.Reference, "demo-shop", true),
            (Text("type"), Text("partnerReferenceNo"), Text("endpoint"), (bool)delivery["verified"]!));

        string Text(string name) => (string)delivery[name]!;
    }

    [Fact]
    public async Task The_Shop_Can_Be_Made_To_Fail_And_An_Event_Sent_Again()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var order = await OrderAsync(sandbox, "081295280003");
        await ChooseAsync(sandbox, "410", HttpStatusCode.NoContent);
        await ApproveAsync(sandbox, order.Reference);
        var dead = await UntilAsync(sandbox, "dead");
        Assert.Equal("HTTP 410", (string)dead["lastError"]!);

        await ChooseAsync(sandbox, "200", HttpStatusCode.NoContent);
        using var again = await sandbox.Finnet.PostAsJsonAsync($"/sandbox/deliveries/{dead["id"]}/redeliver", new { });

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(2, (int)(await UntilAsync(sandbox, "delivered"))["attempts"]!);
        await ChooseAsync(sandbox, "301", HttpStatusCode.BadRequest);
        using var unknown = await sandbox.Finnet.PostAsJsonAsync($"/sandbox/deliveries/{Guid.Empty}/redeliver", new { });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Only_What_Is_Signed_With_The_Secret_And_Is_New_Is_Taken()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var secret = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "sandbox.json")))!["eventSecret"]!;
        var other = "whsec_" + Convert.ToBase64String(new byte[32]);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(sandbox, secret));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(sandbox, other));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(sandbox, secret, body: "{} "));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(sandbox, secret, age: TimeSpan.FromMinutes(6)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(sandbox, secret, body: new string(' ', 70_000)));
    }

    private static async Task<HttpStatusCode> SendAsync(
        RunningSandbox sandbox, string secret, string body = "{}", TimeSpan age = default)
    {
        var timestamp = (DateTimeOffset.UtcNow - age).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"evt_1.{timestamp}.{{}}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop/events") { Content = new StringContent(body) };
        request.Headers.Add("webhook-id", "evt_1");
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(hash));
        using var response = await sandbox.Finnet.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<(string Id, string Reference)> OrderAsync(RunningSandbox sandbox, string phoneNo)
    {
        using var ordered = await sandbox.Finnet.PostAsJsonAsync("/shop/api/orders", new { phoneNo });
        var id = (string)(await ordered.Content.ReadFromJsonAsync<JsonNode>())!["order"]!;
        var read = (await sandbox.Finnet.GetFromJsonAsync<JsonNode>($"/shop/api/orders/{id}"))!;
        return (id, (string)read["reference"]!);
    }

    private static async Task<long> NewsAsync(RunningSandbox sandbox, string order, long seen) =>
        (long)(await sandbox.Finnet.GetFromJsonAsync<JsonNode>($"/shop/api/orders/{order}/news?seen={seen}"))!["seen"]!;

    private static async Task ApproveAsync(RunningSandbox sandbox, string reference)
    {
        using var notified = await sandbox.NotifyAsync($$"""
            { "kycResponse": "KYC Approved", "kycMessage": "ok", "partnerReferenceNo": "{{reference}}", "phoneNo": "6281295280003",
              "merchantId": "AGREE170724" }
            """);
        Assert.Equal(HttpStatusCode.OK, notified.StatusCode);
    }

    private static async Task ChooseAsync(RunningSandbox sandbox, string answer, HttpStatusCode status)
    {
        using var chosen = await sandbox.Finnet.PostAsJsonAsync("/sandbox/deliveries/answer", new { answer });
        Assert.Equal(status, chosen.StatusCode);
    }

    private static async Task<JsonNode> UntilAsync(RunningSandbox sandbox, string state)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var listed = (await sandbox.Finnet.GetFromJsonAsync<JsonNode>("/sandbox/deliveries", limit.Token))!["deliveries"]!.AsArray();
            if (listed is [{ } first, ..] && (string)first["state"]! == state)
                return first;
        }
    }
}
