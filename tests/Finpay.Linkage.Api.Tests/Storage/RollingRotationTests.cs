using System.Security.Cryptography;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Tool;
using Finpay.Linkage.Tool.Check;

namespace Finpay.Linkage.Api.Tests.Storage;

/// <summary>Keys are replaced in steps (docs/operations.md), while instances of two neighbouring steps run side by side.</summary>
public sealed class RollingRotationTests : IDisposable
{
    private static readonly string NewKey = Convert.ToBase64String(SHA256.HashData("storage 2"u8));
    private static readonly string NewLookup = Convert.ToBase64String(SHA256.HashData("lookup 2"u8));

    /// <summary>The settings of each step.</summary>
    private static readonly (string Key, string? Value)[][] Steps =
    [
        Keys(TestSettings.LookupKey, null, ("k1", TestSettings.StorageKey)),
        Keys(TestSettings.LookupKey, NewLookup, ("k1", TestSettings.StorageKey), ("k2", NewKey)),
        Keys(NewLookup, TestSettings.LookupKey, ("k2", NewKey), ("k1", TestSettings.StorageKey)),
        Keys(NewLookup, null, ("k2", NewKey)),
    ];

    private readonly PostgresTestDatabase? database = PostgresPrograms.Folder is null ? null : new PostgresTestDatabase();
    private readonly List<(string Name, int Deliveries)> sent = [];
    private int created;

    public void Dispose() => database?.Dispose();

    [PostgresFact]
    public async Task At_Each_Step_Old_And_New_Instances_Know_Each_Others_Data()
    {
        for (var step = 0; step < Steps.Length - 1; step++)
        {
            await using var before = Instance(step);
            await using var after = Instance(step + 1);
            await before.StatusOfAsync();
            await after.StatusOfAsync();
            await AssertSideBySideAsync(before, after, step);
            // What earlier steps stored is read by both; the last step comes after reencrypt.
            foreach (var host in new[] { before, after })
            {
                Assert.All((await host.Ops.GetAnswerAsync("/v1/account-upgrades?limit=200")).Items, AssertReadable);
                Assert.All(await host.NotificationsAsync("?limit=200"), AssertReadable);
                await RepeatAllAsync(host);
            }

            if (step == 1)
            {
                await using var both = Instance(2);
                await both.StatusOfAsync();
                Assert.Equal(0, (await ToolRun.SayAsync(["reencrypt", .. Arguments(2)])).ExitCode);
            }
        }

        await using var last = Instance(Steps.Length - 1);
        await RepeatAllAsync(last);
        Assert.Equal(created, (await SearchAsync(last, 200)).Items.Count);
        Assert.All((await last.Ops.GetAnswerAsync("/v1/account-upgrades?limit=200")).Items, AssertReadable);
    }

    [PostgresFact]
    public async Task The_Same_Orphan_At_Instances_Before_And_After_The_Swap_At_Once_Is_One_Row()
    {
        await using var before = Instance(1);
        await using var after = Instance(2);
        await before.StatusOfAsync();
        await after.StatusOfAsync();
        for (var round = 0; round < 4; round++)
        {
            var body = Calls.Notification("KYC Approved", $"unknown-reference-{round}");
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 32).Select(number => (number % 2 == 0 ? before : after).CallbackAsync(body)));
            Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        }

        Assert.All(await after.NotificationsAsync(), kept => Assert.Equal(32, kept.GetProperty("deliveries").GetInt32()));
        Assert.Equal(4, (await after.NotificationsAsync()).Count);
    }

    [PostgresFact]
    public async Task A_Notification_Without_A_Phone_Settles_Records_Of_Either_Key()
    {
        await using var before = Instance(1);
        await using var after = Instance(2);
        before.Finnet.Answers("2020000");
        after.Finnet.Answers("2020000");
        await before.CreateAsync("under-the-old-key");
        await after.CreateAsync("under-the-new-key");

        await after.NotifyAsync("KYC Approved", "under-the-new-key", phone: "");

        Assert.Equal("approved", await after.StatusOfAsync("under-the-old-key"));
    }

    [PostgresFact]
    public async Task Check_Says_Which_Step_Comes_Next_And_Finds_A_Step_That_Was_Left_Out()
    {
        await using (var first = Instance(0))
            await first.StatusOfAsync();
        Assert.Contains("is new and writes at once", await CheckAsync(2), StringComparison.Ordinal);
        Assert.Contains("PreviousLookupKey is the next key", await CheckAsync(1), StringComparison.Ordinal);
        await using (var second = Instance(1))
            await second.StatusOfAsync();
        Assert.Contains("PreviousLookupKey is the key before", await CheckAsync(2), StringComparison.Ordinal);
        Assert.Contains("is not the key that the stored hashes were made with", await CheckAsync(3), StringComparison.Ordinal);
        await using (var third = Instance(2))
            await third.StatusOfAsync();
        Assert.Contains("the key k1 is missing", await CheckAsync(3), StringComparison.Ordinal);
        Assert.Equal(0, (await ToolRun.SayAsync(["reencrypt", .. Arguments(2)])).ExitCode);
        Assert.Contains("those that wrote the data", await CheckAsync(3), StringComparison.Ordinal);
    }

    private static (string Key, string? Value)[] Keys(string lookup, string? previous, params (string Id, string Key)[] keys) =>
    [
        ("Storage:Encryption:LookupKey", lookup), ("Storage:Encryption:PreviousLookupKey", previous),
        .. keys.SelectMany((key, index) => new (string, string?)[]
        {
            ($"Storage:Encryption:Keys:{index}:Id", key.Id), ($"Storage:Encryption:Keys:{index}:Key", key.Key),
        }),
    ];

    private static void AssertReadable(JsonElement one) => Assert.False(one.TryGetProperty("unreadable", out _));

    private static Task<Answer> SearchAsync(ApiHost host, int limit, string? cursor = null) => host.Ops.SendJsonAsync(
        HttpMethod.Post, "/v1/account-upgrades/search",
        JsonSerializer.Serialize(new Dictionary<string, object?> { ["phoneNo"] = Calls.Phone, ["limit"] = limit, ["cursor"] = cursor }
            .Where(one => one.Value is not null).ToDictionary()));

    private async Task AssertSideBySideAsync(ApiHost before, ApiHost after, int step)
    {
        foreach (var (one, other, way) in new[] { (before, after, "down"), (after, before, "up") })
        {
            var name = $"reference-{step}-{way}";
            // Identical creates are replays.
            one.Finnet.Issues();
            Assert.Equal(201, (await one.CreateAsync(name)).Status);
            var replayed = await other.CreateAsync(name);
            Assert.Equal((200, "true"), (replayed.Status, replayed.Headers["Idempotent-Replayed"]));
            Assert.Equal((200, FinnetStub.WidgetUrl), (replayed.Status, replayed["widgetUrl"]));
            // Records of one phone are settled together.
            other.Finnet.Answers("2020000");
            await other.CreateAsync($"{name}-other");
            created += 2;
            await one.NotifyAsync("KYC Approved", name);
            Assert.Equal("approved", await one.StatusOfAsync($"{name}-other"));
            // One notification is one row, an orphan too.
            await other.NotifyAsync("KYC Approved", name);
            await one.NotifyAsync("KYC Approved", $"{name}-orphan");
            await other.NotifyAsync("KYC Approved", $"{name}-orphan");
            sent.AddRange([(name, 2), ($"{name}-orphan", 2)]);
            // Both find the phone, and go on with each other's pages.
            var page = await SearchAsync(one, limit: 1);
            var rest = await SearchAsync(other, limit: 200, page["nextCursor"]);
            Assert.Equal((1, created - 1), (page.Items.Count, rest.Items.Count));
        }
    }

    private async Task RepeatAllAsync(ApiHost host)
    {
        for (var index = 0; index < sent.Count; index++)
        {
            await host.NotifyAsync("KYC Approved", sent[index].Name);
            sent[index] = sent[index] with { Deliveries = sent[index].Deliveries + 1 };
            var kept = Assert.Single(await host.NotificationsAsync($"?partnerReferenceNo={sent[index].Name}"));
            Assert.Equal(sent[index].Deliveries, kept.GetProperty("deliveries").GetInt32());
        }
    }

    private async Task<string> CheckAsync(int step)
    {
        var report = new Report();
        await PostgreSqlChecks.RunAsync(
            GoodSettings.Read("unused", Storage(step)), report, TimeProvider.System, TimeSpan.FromSeconds(30));
        return string.Join('\n', report.Findings.Where(finding => finding.Check == "storage keys").Select(finding => finding.Text));
    }

    private (string Key, string? Value)[] Storage(int step) =>
        [("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database!.ConnectionString), .. Steps[step]];

    private IEnumerable<string> Arguments(int step) =>
        Storage(step).Where(one => one.Value is not null).Select(one => $"--{one.Key}={one.Value}");

    private ApiHost Instance(int step)
    {
        database!.SetClock(ManualClock.Start);
        return ApiHost.With(Storage(step));
    }
}
