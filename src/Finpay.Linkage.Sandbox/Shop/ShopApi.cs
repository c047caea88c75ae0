using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.Sandbox.Shop;

/// <summary>The API's address, the shop's key, and the secret of the events; known only after the API has started.</summary>
internal sealed record ShopConnection(Uri ApiUrl, string ApiKey, string EventSecret);

/// <param name="Status">The HTTP status; 503 when no answer came.</param>
/// <param name="Body">The upgrade, or the problem.</param>
internal sealed record ShopAnswer(int Status, JsonObject Body)
{
    public static readonly ShopAnswer Unreachable =
        new(StatusCodes.Status503ServiceUnavailable, new JsonObject { ["type"] = "urn:shop:problem:api-unreachable" });

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The last part of the problem's stable type (RFC 9457).</summary>
    public string? Problem => IsSuccess ? null : ((string?)Body["type"])?.Split(':')[^1] ?? "other";
}

/// <summary>Calls the API as the merchant's server does; only this class has the key.</summary>
internal sealed class ShopApi(IHttpClientFactory clients)
{
    public const string ClientName = "shop";

    private volatile ShopConnection? connection;

    public ShopConnection? Connection
    {
        get => connection;
        set => connection = value;
    }

    public Task<ShopAnswer> CreateAsync(JsonObject request) => SendAsync(HttpMethod.Post, "/v1/account-upgrades", request);

    public Task<ShopAnswer> ReadAsync(string reference) => SendAsync(HttpMethod.Get, $"/v1/account-upgrades/{reference}", content: null);

    public Task<ShopAnswer> ListEventsAsync() => SendAsync(HttpMethod.Get, "/v1/events?limit=50", content: null);

    public Task<ShopAnswer> RedeliverAsync(Guid id) => SendAsync(HttpMethod.Post, $"/v1/events/{id}/redeliver", content: null);

    /// <summary>A token with which the customer's page follows the order at the API itself.</summary>
    public Task<ShopAnswer> IssueTokenAsync(string reference) =>
        SendAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/browser-token", content: null);

    // Not cancelled when the customer disconnects: the answer must be recorded.
    private async Task<ShopAnswer> SendAsync(HttpMethod method, string path, JsonObject? content)
    {
        if (connection is not { } target)
            return ShopAnswer.Unreachable;

        using var request = new HttpRequestMessage(method, new Uri(target.ApiUrl, path));
        request.Headers.Add("X-Api-Key", target.ApiKey);
        if (content is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(request);
            var body = await response.Content.ReadAsByteArrayAsync();
            return JsonNode.Parse(body) is JsonObject answer ? new ShopAnswer((int)response.StatusCode, answer) : ShopAnswer.Unreachable;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            return ShopAnswer.Unreachable;
        }
    }
}
