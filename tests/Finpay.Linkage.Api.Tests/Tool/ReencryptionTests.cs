using System.Security.Cryptography;
using Dapper;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Tool.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Tool;

/// <summary>The command <c>reencrypt</c>: everything under the newest key, while the service runs.</summary>
public sealed class ReencryptionTests
{
    private static readonly string NewKey = Convert.ToBase64String(SHA256.HashData("storage 2"u8));
    private static readonly string NewLookup = Convert.ToBase64String(SHA256.HashData("lookup 2"u8));

    private static readonly (string Table, string Column)[] Encrypted =
        [
            ("upgrades", "phone_no"), ("upgrades", "widget_url"), ("upgrade_history", "message"), ("notifications", "kyc_message"),
            ("notifications", "raw"),
        ];

    private static readonly (string Key, string? Value)[] Rotated =
    [
        ("Storage:Encryption:Keys:0:Id", "k2"), ("Storage:Encryption:Keys:0:Key", NewKey), ("Storage:Encryption:Keys:1:Id", "k1"),
        ("Storage:Encryption:Keys:1:Key", TestSettings.StorageKey),
        ("Storage:Encryption:LookupKey", NewLookup), ("Storage:Encryption:PreviousLookupKey", TestSettings.LookupKey),
    ];

    private static readonly (string Key, string? Value)[] Newest =
        [("Storage:Encryption:Keys:0:Id", "k2"), ("Storage:Encryption:Keys:0:Key", NewKey), ("Storage:Encryption:LookupKey", NewLookup)];

    [Fact]
    public async Task Everything_Is_Read_With_The_Newest_Key_Alone_On_Sqlite()
    {
        await using var first = new ApiHost().KeepingData();
        await FillAsync(first);
        await first.DisposeAsync();
        await using var second = first.Successor(Rotated).KeepingData();
        await RotateAsync(second, []);
        await second.DisposeAsync();
        await using var third = second.Successor(Newest);
        await AssertReadableAsync(third);
    }

    [PostgresFact]
    public async Task Everything_Is_Read_With_The_Newest_Key_Alone_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        (string, string?)[] postgres = [("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)];
        await using var first = ApiHost.With(postgres);
        await FillAsync(first);
        await using var second = ApiHost.With([.. postgres, .. Rotated]);
        await RotateAsync(second, ["--Storage:Provider=PostgreSql", $"--Storage:ConnectionString={database.ConnectionString}"]);
        await using var third = ApiHost.With([.. postgres, .. Newest]);
        await AssertReadableAsync(third);
    }

    [Fact]
    public async Task Without_The_Previous_Lookup_Key_Phones_Are_Found_Repeats_Known_And_Orphans_Adopted_On_Sqlite()
    {
        await using var first = new ApiHost().KeepingData();
        await FillInboxAsync(first);
        await first.DisposeAsync();
        await using var second = first.Successor(Rotated).KeepingData();
        await second.StatusOfAsync();
        Assert.Equal(0, (await ToolRun.SayAsync(["reencrypt", .. Settings(second)])).ExitCode);
        await second.DisposeAsync();
        await using var third = second.Successor(Newest);

        await AssertAfterwardsAsync(third, status: "approved", deliveries: [2, 2, 2, 2], found: 2);
    }

    [PostgresFact]
    public async Task Without_The_Previous_Lookup_Key_Phones_Are_Found_Repeats_Known_And_Orphans_Adopted_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        (string, string?)[] postgres = [("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)];
        await using var first = ApiHost.With(postgres);
        await FillInboxAsync(first);
        Assert.Equal(
            0,
            (await ToolRun.SayAsync(["reencrypt", .. Settings(
                first), "--Storage:Provider=PostgreSql", $"--Storage:ConnectionString={database.ConnectionString}"])).ExitCode);
        await using var second = ApiHost.With([.. postgres, .. Newest]);

        await AssertAfterwardsAsync(second, status: "approved", deliveries: [2, 2, 2, 2], found: 2);
    }

    [Fact]
    public async Task Without_It_None_Of_That_Is_So()
    {
        await using var first = ApiHost.With(Rotated.AsSpan(0, 4)).KeepingData();
        await FillInboxAsync(first);
        await first.DisposeAsync();
        await using var second = first.Successor(Rotated).KeepingData();
        await second.StatusOfAsync();
        await second.DisposeAsync();
        await using var third = second.Successor(Newest);

        await AssertAfterwardsAsync(third, status: "failed", deliveries: [1, 1, 1, 1, 1, 1, 1, 1], found: 1);
    }

    [Fact]
    public async Task One_Content_That_Was_Stored_Under_Either_Lookup_Key_Is_Known_By_One_Row()
    {
        await using var first = ApiHost.With(Rotated.AsSpan(0, 4)).KeepingData();
        await first.NotifyAsync("KYC Approved");
        // As an instance stores it that has no second key yet, while another one writes with it.
        var row = Assert.Single(first.Query<(byte[] DedupeKey, string Id)>("SELECT dedupe_key, id FROM notifications"));
        first.ExecuteSql("UPDATE notifications SET dedupe_key = NULL");
        await first.DisposeAsync();
        await using var second = first.Successor(Rotated);
        await second.NotifyAsync("KYC Approved");
        second.ExecuteSql($"UPDATE notifications SET dedupe_key = x'{Convert.ToHexString(row.DedupeKey)}' WHERE id = '{row.Id}'");
        Assert.Equal(2, second.Bytes("notifications", "dedupe_key").Count);

        Assert.Equal(
            (0, "1 rows re-encrypted: everything is under the newest key."), await ToolRun.SayAsync(["reencrypt", .. Settings(second)]));

        Assert.Single(second.Bytes("notifications", "dedupe_key"));
        await second.NotifyAsync("KYC Approved");
        Assert.Equal([1, 2], (await second.NotificationsAsync()).Select(one => one.GetProperty("deliveries").GetInt32()).Order());
    }

    [Fact]
    public async Task It_Is_In_The_Audit_Trail()
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();

        Assert.Equal(0, (await ToolRun.SayAsync(["reencrypt", .. Settings(host)])).ExitCode);

        var line = Assert.Single((await host.Ops.GetAnswerAsync("/v1/audit")).Items);
        Assert.Equal(("(command)", "reencrypt"), (line.GetProperty("actor").GetString(), line.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task What_Changed_Meanwhile_Is_Not_Overwritten()
    {
        await using var first = new ApiHost().KeepingData();
        await FillAsync(first);
        await first.DisposeAsync();
        await using var host = first.Successor(Rotated);
        await host.StatusOfAsync();
        var reencryption = new Reencryption(
            host.Services.GetRequiredService<IDatabase>(), host.Services.GetRequiredService<WriteQueue>(),
            host.Services.GetRequiredService<StorageKeySet>());
        var start = new Reencryption.Row("");
        Reencryption.Row[] rows =
        [
            .. await reencryption.ReadUpgradesAsync(start), .. await reencryption.ReadNotificationsAsync(start),
            .. await reencryption.ReadHistoryAsync(start),
        ];
        Assert.Equal(5, rows.Count(row => row.Changes.Count > 0));
        await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

        Assert.Equal(2, await reencryption.WriteAsync(rows));

        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
    }

    [Fact]
    public async Task What_No_Key_Reads_Is_Counted_And_Left_And_The_Rest_Is_Done()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        host.ExecuteSql(
            "UPDATE upgrades SET phone_no = x'026b390000000000000000000000000000000000000000000000000000000000' WHERE "
            + "partner_reference_no = 'second-reference'");

        var (exitCode, output) = await ToolRun.SayAsync(["reencrypt", .. Settings(host)]);

        Assert.Equal((1, "4 rows re-encrypted. 1 values can't be read with the configured keys and stay as they are."), (exitCode, output));
    }

    [Fact]
    public async Task More_Than_A_Batch_Is_Done()
    {
        await using var host = new ApiHost();
        await host.StatusOfAsync();
        var cipher = new ColumnCipher([KeyValuePair.Create("k1", Convert.FromBase64String(TestSettings.StorageKey))]);
        using (var connection = host.Services.GetRequiredService<IDatabase>().OpenConnection())
        {
            connection.Execute(
                "INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, message) VALUES (@id, 'reference-1', "
                + "@version, 0, 'failed', 'finnetResponse', @message)",
                Enumerable.Range(1, 250).Select(version =>
                    new { id = $"h{version}", version, message = cipher.Encrypt("words", "upgrade_history.message", $"h{version}") }));
        }

        Assert.Equal(
            (0, "250 rows re-encrypted: everything is under the newest key."), await ToolRun.SayAsync(["reencrypt", .. Settings(host)]));
    }

    private static async Task FillAsync(ApiHost host)
    {
        host.Finnet.Issues().Answers("2020000");
        await host.CreateAsync();
        await host.CreateAsync("second-reference");
        await host.NotifyAsync("KYC Pending", message: "words");
    }

    /// <summary>One notification of each kind that is found by a hash: with a record, unknown, of another merchant, unreadable.</summary>
    private static async Task FillInboxAsync(ApiHost host)
    {
        host.Finnet.Issues();
        await host.CreateAsync("known-reference");
        await NotifyAllAsync(host);
    }

    private static async Task NotifyAllAsync(ApiHost host)
    {
        await host.NotifyAsync("KYC Pending", "known-reference");
        await host.NotifyAsync("KYC Approved");
        await host.NotifyAsync("KYC Approved", merchant: "OTHER");
        await host.CallbackAsync("no json at all");
    }

    private static async Task AssertAfterwardsAsync(ApiHost host, string status, int[] deliveries, int found)
    {
        host.Finnet.Answers("4090001");
        await host.CreateAsync();
        Assert.Equal(status, await host.StatusOfAsync());
        await NotifyAllAsync(host);
        Assert.Equal(deliveries, (await host.NotificationsAsync()).Select(one => one.GetProperty("deliveries").GetInt32()).Order());
        Assert.Equal(
            found,
            (await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", """{"phoneNo":"081295288912"}""")).Items.Count);
    }

    private static async Task RotateAsync(ApiHost running, string[] storage)
    {
        await running.StatusOfAsync();
        foreach (var expected in new[] { 5, 0 })
        {
            var (exitCode, output) = await ToolRun.SayAsync(["reencrypt", .. Settings(running), .. storage]);
            Assert.Equal((0, $"{expected} rows re-encrypted: everything is under the newest key."), (exitCode, output));
        }

        Assert.All(Encrypted, each => Assert.All(
            running.Bytes(each.Table, each.Column), value => Assert.Equal("k2", System.Text.Encoding.ASCII.GetString(value, 1, 2))));
    }

    private static async Task AssertReadableAsync(ApiHost host)
    {
        var read = await host.ReadUpgradeAsync();
        Assert.Equal((200, FinnetStub.WidgetUrl), (read.Status, read["widgetUrl"]));
        var notification = Assert.Single(await host.NotificationsAsync());
        Assert.Equal("words", notification.GetProperty("kycMessage").GetString());
        var id = notification.GetProperty("id").GetString();
        Assert.NotNull((await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{id}"))["rawBase64"]);
        Assert.Equal(
            2,
            (await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", """{"phoneNo":"081295288912"}""")).Items.Count);
    }

    private static string[] Settings(ApiHost host) =>
    [
        $"--Storage:DataFolder={host.DataFolder}", .. Rotated.Select(setting => $"--{setting.Key}={setting.Value}"),
    ];
}
