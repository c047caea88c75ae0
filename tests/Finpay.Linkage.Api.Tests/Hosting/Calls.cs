using System.Net.Http.Headers;
using System.Text;

namespace Finpay.Linkage.Api.Tests.Hosting;

/// <summary>The calls that merchants, Finnet and operators make.</summary>
public static class Calls
{
    public const string Reference = "202411011441000012";
    public const string Phone = "081295288912";
    public const string SentPhone = "6281295288912";

    public static Task<Answer> CreateAsync(this HttpClient client, string json) =>
        client.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades", json);

    public static Task<Answer> CreateAsync(this ApiHost host, string reference = Reference, string phone = Phone) =>
        host.Merchant.CreateAsync($$"""{"partnerReferenceNo":"{{reference}}","phoneNo":"{{phone}}"}""");

    public static Task<Answer> ReadUpgradeAsync(this ApiHost host, string reference = Reference) =>
        host.Ops.GetAnswerAsync($"/v1/account-upgrades/{reference}");

    public static async Task<string?> StatusOfAsync(this ApiHost host, string reference = Reference) =>
        (await host.ReadUpgradeAsync(reference))["status"];

    public static Task<Answer> NotifyAsync(
        this ApiHost host, string kycResponse, string reference = Reference, string? message = "because", string phone = SentPhone,
        string merchant = TestSettings.MerchantId) =>
        host.CallbackAsync(Notification(kycResponse, reference, message, phone, merchant));

    public static string Notification(
        string kycResponse, string reference = Reference, string? message = "because", string phone = SentPhone,
        string merchant = TestSettings.MerchantId) =>
        System.Text.Json.JsonSerializer.Serialize(
            new { kycResponse, kycMessage = message, partnerReferenceNo = reference, phoneNo = phone, merchantId = merchant });

    public static Task<Answer> CallbackAsync(this ApiHost host, string json, string? token = TestSettings.PathToken) =>
        host.Anonymous.SendJsonAsync(HttpMethod.Post, CallbackPath(token), json);

    public static string CallbackPath(string? token = TestSettings.PathToken) =>
        "/callbacks/finnet/kyc" + (token is null ? "" : "/" + token);

    public static async Task<IReadOnlyList<System.Text.Json.JsonElement>> NotificationsAsync(this ApiHost host, string query = "") =>
        (await host.Ops.GetAnswerAsync("/v1/kyc-notifications" + query)).Items;

    public static async Task<int> CountUpgradesAsync(this ApiHost host) =>
        (await host.Ops.GetAnswerAsync("/v1/account-upgrades?limit=200")).Items.Count;

    public static Task<Answer> SendJsonAsync(this HttpClient client, HttpMethod method, string path, string json) =>
        client.SendBytesAsync(method, path, Encoding.UTF8.GetBytes(json));

    public static async Task<Answer> SendBytesAsync(
        this HttpClient client, HttpMethod method, string path, byte[] body, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    public static async Task<Answer> GetAnswerAsync(this HttpClient client, string path) =>
        await Answer.ReadAsync(await client.GetAsync(new Uri(path, UriKind.Relative)));
}
