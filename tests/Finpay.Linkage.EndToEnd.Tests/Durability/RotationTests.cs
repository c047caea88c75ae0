using System.Security.Cryptography;
using Finpay.Linkage.Api.Tests.Hosting;
using Xunit.Abstractions;

namespace Finpay.Linkage.EndToEnd.Tests.Durability;

/// <summary>All keys are replaced under traffic, one instance after the other, in the steps of docs/operations.md.</summary>
public sealed class RotationTests(ITestOutputHelper output)
{
    private const int Repeats = 10;

    private static readonly int Acknowledgements = Effort.Of(100, 1_000, 5_000);
    private static readonly string NewKey = Convert.ToBase64String(SHA256.HashData("storage 2"u8));
    private static readonly string NewLookup = Convert.ToBase64String(SHA256.HashData("lookup 2"u8));

    private static readonly (string Key, string? Value)[] Read =
    [
        ("Storage:Encryption:Keys:1:Id", "k2"), ("Storage:Encryption:Keys:1:Key", NewKey),
        ("Storage:Encryption:PreviousLookupKey", NewLookup),
    ];

    private static readonly (string Key, string? Value)[] Write =
    [
        ("Storage:Encryption:Keys:0:Id", "k2"), ("Storage:Encryption:Keys:0:Key", NewKey),
        ("Storage:Encryption:Keys:1:Id", "k1"), ("Storage:Encryption:Keys:1:Key", TestSettings.StorageKey),
        ("Storage:Encryption:LookupKey", NewLookup), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey),
    ];

    [PostgresFact]
    public Task Nothing_Is_Refused_Lost_Doubled_Or_Unreadable() => Stage.PlayAsync(
        output, instances: 2, PostgresServer.NewDatabase(fsync: true), async stage =>
        {
            foreach (var step in new[] { Read, Write })
            {
                for (var number = 0; number < stage.Fleet.Count; number++)
                {
                    await stage.Journal.Acknowledged.GrowsByAsync(Acknowledgements).WaitAsync(Stage.Patience);
                    await stage.Fleet.RestartAsync(number, step).WaitAsync(Stage.Patience);
                    await stage.Journal.Acknowledged.GrowsByAsync(Acknowledgements).WaitAsync(Stage.Patience);
                    await stage.Promises.CheckAcknowledgedAsync().WaitAsync(Stage.Patience);
                    for (var asked = 0; asked < stage.Fleet.Count; asked++)
                        await AssertKnowsAsync(stage.Fleet[asked], stage.Journal).WaitAsync(Stage.Patience);
                }
            }

            Assert.DoesNotContain(
                stage.Journal.Upgrades.SelectMany(upgrade => upgrade.Calls),
                call => call.Reply is { Status: 409 } && !call.IsInProgress && $"{call.Reply.Body!["type"]}".EndsWith(
                    "reference-reused", StringComparison.Ordinal));
        });

    /// <summary>Whatever instance wrote them: identical creates are replays, and everything is read.</summary>
    private static async Task AssertKnowsAsync(ApiProcess api, Journal journal)
    {
        var upgrades = journal.Upgrades.Where(upgrade => upgrade is { IsKnown: true, HasWidget: true }).ToList();
        foreach (var upgrade in upgrades.Take(Repeats).Concat(upgrades.TakeLast(Repeats)))
        {
            var again = await api.SendAsync(HttpMethod.Post, "/v1/account-upgrades", upgrade.Json, TestSettings.MerchantKey);
            Assert.True(again is { Status: 200, Replayed: true }, $"{upgrade.Reference} was answered {again.Status}: {again.Body}");
            var read = await api.SendAsync(HttpMethod.Get, $"/v1/account-upgrades/{upgrade.Reference}", apiKey: TestSettings.OpsKey);
            Assert.Equal(200, read.Status);
            Assert.DoesNotContain("unreadable", read.Body!.ToJsonString(), StringComparison.Ordinal);
        }

        var inbox = await api.SendAsync(HttpMethod.Get, "/v1/kyc-notifications?limit=200", apiKey: TestSettings.OpsKey);
        Assert.Equal(200, inbox.Status);
        Assert.DoesNotContain("unreadable", inbox.Body!.ToJsonString(), StringComparison.Ordinal);
    }
}
