using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Shop;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>The demo shop's own server.</summary>
public sealed class ShopServerTests
{
    [Theory]
    [InlineData("application/json", HttpStatusCode.ServiceUnavailable)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task Only_Json_Which_Other_Sites_Can_Not_Send_Is_An_Order(string contentType, HttpStatusCode status)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var content = new StringContent("""{ "phoneNo": "081295288912" }""", Encoding.UTF8, contentType);

        using var response = await standIn.Client.PostAsync("/shop/api/orders", content);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Without_Its_Api_It_Says_That_It_Can_Not_Be_Reached_And_Keeps_The_Order()
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var content = new StringContent("""{ "phoneNo": "081295288912" }""", Encoding.UTF8, "application/json");

        using var response = await standIn.Client.PostAsync("/shop/api/orders", content);

        var body = await response.Content.ReadAsStringAsync();
        Assert.Contains("api-unreachable", body, StringComparison.Ordinal);
        Assert.Contains("order", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"phoneNo":"0812\ud83d"}""")]
    [InlineData("""{"images":{"ktp":{"base64":"\udc00"}}}""")]
    [InlineData("""{"phoneNo":"1","phoneNo":"2"}""")]
    public async Task What_Is_No_Order_Is_400(string body)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await standIn.Client.PostAsync("/shop/api/orders", content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    // 4090001 is the same for the customer whether or not the first request arrived; another code is not.
    [Theory]
    [InlineData("failed", "4010000", "failed", "4010000")]
    [InlineData("failed", "4090001", "known", "4090001")]
    [InlineData("inDoubt", "4090001", "known", "4090001")]
    [InlineData("inDoubt", "5000000", "doubt", "5000000")]
    [InlineData("inDoubt", null, "doubt", null)]
    [InlineData("approved", "4090001", "approved", null)]
    [InlineData("rejected", "2000001", "rejected", null)]
    public void What_Finnet_Last_Answered_Is_Told_Of_What_It_Did_Not_Decide(string status, string? code, string state, string? told)
    {
        var upgrade = new JsonObject
        {
            ["partnerReferenceNo"] = "shop0123456789",
            ["status"] = status,
            ["updatedAt"] = "2024-11-01T06:00:00Z",
            ["history"] = new JsonArray(
                new JsonObject { ["status"] = "inDoubt", ["responseCode"] = "5040000" },
                new JsonObject { ["status"] = status, ["responseCode"] = code ?? "not-a-code", ["message"] = "Words of Finnet" }),
        };

        var view = OrderView.Of(upgrade);

        Assert.Equal((state, "shop0123456789", "2024-11-01T06:00:00Z"), (view.State, view.Reference, view.Time));
        Assert.Equal(told, view.Finnet?.Code);
        Assert.Equal(told is null ? null : "Words of Finnet", view.Finnet?.Message);
    }

    [Theory]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("..%2f..%2fclock")]
    public async Task An_Unknown_Order_Is_404(string order)
    {
        await using var standIn = await RunningStandIn.StartAsync();

        using var response = await standIn.Client.GetAsync($"/shop/api/orders/{order}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("en-US,en;q=0.9", "en")]
    [InlineData("id-ID,id;q=0.9,en;q=0.8", "id")]
    [InlineData("fr;q=0.9,in;q=0.7,en;q=0.3", "id")]
    [InlineData("fr", "en")]
    public async Task The_Language_Is_The_One_The_Browser_Likes_Best(string accepted, string language)
    {
        await using var standIn = await RunningStandIn.StartAsync();
        standIn.Client.DefaultRequestHeaders.Add("Accept-Language", accepted);

        var page = await standIn.Client.GetStringAsync("/shop");

        Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
    }
}
