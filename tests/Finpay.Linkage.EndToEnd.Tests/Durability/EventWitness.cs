using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>A message as it arrived, and whether it was taken.</summary>
internal sealed record ToldEvent(string Id, string Reference, string Type, long Version, string? Message, bool IsTaken)
{
    /// <summary>The order within a reference: what changes no version comes after the change that made it.</summary>
    public (long, int) Place => (Version, Type == EventWitness.Contradicted ? 1 : 0);
}

/// <summary>
/// The merchant's system, which fails a third of the time. What it was told must be what happened: all of it, nothing else, in order.
/// </summary>
internal sealed class EventWitness : IAsyncDisposable
{
    public const string Contradicted = "account_upgrade.contradicted";

    // The claims of an instance that was killed end after a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly WebApplication app;
    private readonly List<ToldEvent> told = [];
    private volatile bool isWell;

    private EventWitness(WebApplication app) => this.app = app;

    public (string Key, string Value)[] Settings =>
    [
        ("Events:Endpoints:0:Name", "witness"), ("Events:Endpoints:0:Url", $"{app.Urls.First()}/events"),
        ("Events:Endpoints:0:Secrets:0", "whsec_" + Convert.ToBase64String(new byte[32])),
    ];

    public static async Task<EventWitness> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var witness = new EventWitness(builder.Build());
        witness.app.Urls.Add("http://127.0.0.1:0");
        witness.app.MapPost("/events", witness.TakeAsync);
        await witness.app.StartAsync();
        return witness;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>After the traffic.</summary>
    /// <returns>What was seen, for the report.</returns>
    public async Task<string> CheckAllAsync(ApiFleet fleet, StoredState stored, Journal journal)
    {
        isWell = true;
        await DeliverTheRestAsync(fleet);
        ToldEvent[] all;
        lock (told)
            all = [.. told];
        var contradictions = (await stored.NotificationsAsync()).Where(row => row.Disposition == "contradiction")
            .ToLookup(row => row.Reference, StringComparer.Ordinal);
        var byReference = all.ToLookup(one => one.Reference, StringComparer.Ordinal);
        Assert.Empty(byReference.Select(one => one.Key).Except(journal.Upgrades.Select(upgrade => upgrade.Reference)));
        await Parallel.ForEachAsync(journal.Upgrades, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (upgrade, _) =>
        {
            var record = await stored.UpgradeAsync(upgrade.Reference);
            var statuses = record?.History.Select(step => step.Status).ToList() ?? [];
            List<string> expected =
            [
                .. statuses.Where((status, index) => status is "approved" or "rejected" && (index == 0 || statuses[index - 1] != status))
                    .Select(status => $"account_upgrade.{status}"),
                .. contradictions[upgrade.Reference].Select(_ => Contradicted),
            ];
            Check(upgrade, expected, [.. byReference[upgrade.Reference]]);
        });
        var ids = all.Select(one => one.Id).Distinct(StringComparer.Ordinal).Count();
        return $"{ids} events, sent {all.Length} times, taken {all.Count(one => one.IsTaken)} times";
    }

    private static void Check(Upgrade upgrade, List<string> expected, List<ToldEvent> arrived)
    {
        var trail = $"{upgrade.Reference}: {string.Join(", ", arrived.Select(one => $"{one.Type} {one.Version} {one.Id} {one.IsTaken}"))}";
        // One id for each change, however often it was sent, and each was taken.
        var taken = arrived.Where(one => one.IsTaken).DistinctBy(one => one.Id).ToList();
        Assert.True(expected.SequenceEqual(taken.Select(one => one.Type)), $"{trail}; expected {string.Join(", ", expected)}");
        Assert.True(arrived.All(one => taken.Exists(other => other.Id == one.Id)), trail);
        Assert.True(arrived.All(one => one.Message is null || upgrade.Notifications.Any(sent => sent.Message == one.Message)), trail);
        // A later one comes only after the earlier one was taken, which then comes no more.
        var last = (Place: (0L, 0), IsTaken: true);
        foreach (var one in arrived)
        {
            Assert.True(one.Place.CompareTo(last.Place) >= 0 && (one.Place == last.Place || last.IsTaken), trail);
            last = (one.Place, one.IsTaken || (one.Place == last.Place && last.IsTaken));
        }
    }

    private static async Task DeliverTheRestAsync(ApiFleet fleet)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var api = await fleet.PickAsync();
            // What failed twice would wait for minutes.
            await api.SendAsync(
                HttpMethod.Post, "/v1/events/redeliver", """{"endpoint":"witness","state":"pending"}""", TestSettings.OpsKey);
            var pending = await api.SendAsync(HttpMethod.Get, "/v1/events?state=pending&limit=1", apiKey: TestSettings.OpsKey);
            if (pending is { Status: 200, Body: { } body } && body["items"]!.AsArray().Count == 0)
                return;
            await Task.Delay(Look, limit.Token);
        }
    }

    private async Task TakeAsync(HttpContext http)
    {
        var message = (await JsonNode.ParseAsync(http.Request.Body))!;
        var data = message["data"]!;
        var fails = !isWell && Random.Shared.Next(3) == 0;
        await Task.Delay(Random.Shared.Next(12));
        lock (told)
        {
            told.Add(new ToldEvent(
                http.Request.Headers["webhook-id"].ToString(), (string)data["partnerReferenceNo"]!, (string)message["type"]!,
                (long)data["version"]!, (string?)data["kycMessage"], !fails));
        }

        if (fails && Random.Shared.Next(2) == 0)
            http.Abort();
        else
            http.Response.StatusCode = fails ? 500 : 200;
    }
}
