using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

internal sealed record StoredNotification(string Reference, string Response, string Message, string Disposition, int Deliveries);

internal sealed record StoredStep(string Status, string Source, string? Message);

internal sealed record StoredUpgrade(string Status, string? WidgetUrl, IReadOnlyList<StoredStep> History);

/// <summary>The stored state, as an operator reads it.</summary>
internal sealed class StoredState(ApiFleet fleet)
{
    public async Task<IReadOnlyList<StoredNotification>> NotificationsAsync()
    {
        var all = new List<StoredNotification>();
        string? cursor = null;
        do
        {
            var page = (await ReadAsync("/v1/kyc-notifications?limit=200" + (cursor is null ? "" : $"&cursor={cursor}")))!;
            all.AddRange(page["items"]!.AsArray().Select(item => new StoredNotification(
                (string)item!["partnerReferenceNo"]!, (string)item["kycResponse"]!, (string)item["kycMessage"]!,
                (string)item["disposition"]!, (int)item["deliveries"]!)));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>Null when there is none.</summary>
    public async Task<StoredUpgrade?> UpgradeAsync(string reference)
    {
        var body = await ReadAsync($"/v1/account-upgrades/{reference}");
        return body is null ? null : new StoredUpgrade(
            (string)body["status"]!,
            (string?)body["widgetUrl"],
            [.. body["history"]!.AsArray()
                .Select(step => new StoredStep((string)step!["status"]!, (string)step["source"]!, (string?)step["message"]))]);
    }

    private async Task<JsonNode?> ReadAsync(string path)
    {
        while (true)
        {
            var reply = await (await fleet.PickAsync()).SendAsync(HttpMethod.Get, path, apiKey: TestSettings.OpsKey);
            if (reply.Status is 200 or 404)
                return reply.Status == 200 ? reply.Body : null;
            Assert.True(reply.Status is null or 503, $"{path} was answered {reply.Status}: {reply.Body}");
        }
    }
}
