using System.Data.Common;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>GET /v1/audit: who did what to which reference, when.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task What_Changes_Something_Is_In_It_By_The_Same_Transaction_On_Sqlite()
    {
        await using var host = new ApiHost();
        await ChangesAsync(host);
    }

    [PostgresFact]
    public async Task What_Changes_Something_Is_In_It_By_The_Same_Transaction_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await ChangesAsync(host);
    }

    [Fact]
    public async Task No_Line_Is_Changed_Or_Taken_Away_On_Sqlite()
    {
        await using var host = new ApiHost();
        await AppendOnlyAsync(host, "UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE 1 = 1");
    }

    [PostgresFact]
    public async Task No_Line_Is_Changed_Or_Taken_Away_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await AppendOnlyAsync(host, "UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit");
    }

    [Fact]
    public async Task A_Change_That_Can_Not_Be_Noted_Is_Not_Made()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.ExecuteSql("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'planned'); END");

        var redacted = await RedactAsync(host);
        var created = await host.CreateAsync("second-reference");

        Assert.Equal((503, 503), (redacted.Status, created.Status));
        Assert.NotEmpty(host.Bytes("upgrades", "phone_no"));
        Assert.Equal(404, (await host.ReadUpgradeAsync("second-reference")).Status);
    }

    [Fact]
    public async Task Reads_By_Operators_Are_In_It_And_Those_By_Merchants_Are_Not()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved");
        await host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{Calls.Reference}");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.ReadUpgradeAsync();
        await host.ReadUpgradeAsync("unknown-reference");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.Ops.GetAnswerAsync("/v1/account-upgrades");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", """{"phoneNo":"081295288912"}""");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var id = Assert.Single(await host.NotificationsAsync()).GetProperty("id").GetString();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{id}");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await AuditAsync(host);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        // Entries that wait before it are written together with it.
        await host.CreateAsync("second-reference");

        Assert.Equal(
            [
                "shop create second-reference", "operators readAudit ", $"operators readNotification {Calls.Reference}",
                "operators listNotifications ", "operators searchUpgrades ",
                "operators listUpgrades ", $"operators readUpgrade {Calls.Reference}", $"shop create {Calls.Reference}",
            ],
            await LinesAsync(host));
    }

    [Fact]
    public async Task What_An_Operator_Reads_Is_Answered_When_It_Can_Not_Be_Noted_And_The_Loss_Is_Counted()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.Services.GetRequiredService<WriteQueue>().Dispose();

        Assert.Equal((200, 200), ((await host.ReadUpgradeAsync()).Status, (await host.ReadUpgradeAsync()).Status));

        Assert.Equal(
            [
                "A read is missing in the audit trail (1 since the start): operators ReadUpgrade",
                "A read is missing in the audit trail (2 since the start): operators ReadUpgrade",
            ],
            host.Logs.Own.Where(line => line.Id.Id == 1301).Select(line => line.Message));
    }

    [Fact]
    public async Task It_Is_Read_Page_By_Page_And_By_Reference()
    {
        await using var host = new ApiHost();
        for (var number = 0; number < 5; number++)
        {
            host.Finnet.Issues();
            await host.CreateAsync($"reference-{number}");
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await AuditAsync(host, "?limit=2");
        var second = await AuditAsync(host, $"?limit=2&cursor={first["nextCursor"]}");

        Assert.Equal(["reference-4", "reference-3"], References(first));
        Assert.All(References(second), reference => Assert.Contains(reference, new[] { "reference-2", "reference-1" }));
        Assert.Equal(["reference-1"], References(await AuditAsync(host, "?partnerReferenceNo=reference-1")));
        Assert.Equal(400, (await AuditAsync(host, $"?partnerReferenceNo=reference-1&cursor={first["nextCursor"]}")).Status);
        Assert.Equal(403, (await host.Merchant.GetAnswerAsync("/v1/audit")).Status);

        static IEnumerable<string?> References(Answer answer) =>
            answer.Items.Select(item => item.GetProperty("partnerReferenceNo").GetString());
    }

    [Fact]
    public async Task Lines_Go_When_They_Are_Old_Enough_And_That_Is_Noted_On_Sqlite()
    {
        await using var host = RetentionTests.ByHand(("Audit:RetentionDays", "30"));
        await PrunedAsync(host);
    }

    [PostgresFact]
    public async Task Lines_Go_When_They_Are_Old_Enough_And_That_Is_Noted_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = RetentionTests.ByHandOn(database, ("Audit:RetentionDays", "30"));
        await PrunedAsync(host);
    }

    [Theory]
    [InlineData(null, 1096, false)]
    [InlineData(null, 1095, true)]
    [InlineData("0", 36_500, true)]
    public async Task They_Stay_For_Three_Years_Or_For_Ever(string? days, int passed, bool stay)
    {
        await using var host = RetentionTests.ByHand(("Audit:RetentionDays", days), ("Upgrades:RetentionDays", "36500"));
        host.Finnet.Issues();
        await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromDays(passed));

        await RetentionTests.RunAsync(host);

        Assert.Equal(stay, (await LinesAsync(host)).Contains($"shop create {Calls.Reference}", StringComparer.Ordinal));
    }

    [PostgresFact]
    public async Task Two_Instances_Remove_Each_Line_Once_And_Note_It()
    {
        using var database = new PostgresTestDatabase();
        await using var one = RetentionTests.ByHandOn(database, ("Audit:RetentionDays", "30"));
        await using var two = RetentionTests.ByHandOn(database, ("Audit:RetentionDays", "30"));
        await one.StatusOfAsync();
        await two.StatusOfAsync();
        database.Execute(
            "INSERT INTO audit (id, at, actor, action) "
            + $"SELECT '0-' || i, {ManualClock.Start.ToUnixTimeMilliseconds()}, 'shop', 'create' FROM generate_series(1, 2500) AS n(i)");
        one.Clock.Advance(TimeSpan.FromDays(31));
        two.Clock.Advance(TimeSpan.FromDays(31));

        await Task.WhenAll(Task.Run(() => RetentionTests.RunAsync(one)), Task.Run(() => RetentionTests.RunAsync(two)));

        Assert.Equal([0L], one.Query<long>("SELECT count(*) FROM audit WHERE action = 'create'"));
        Assert.Equal(
            2500, one.Logs.Own.Concat(two.Logs.Own).Where(line => line.Id.Id == 1207)
                .Sum(line => int.Parse(line.Message.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.InRange(one.Query<long>("SELECT count(*) FROM audit WHERE action = 'pruneAudit'").Single(), 1, 2);
    }

    private static async Task PrunedAsync(ApiHost host)
    {
        host.Finnet.Issues().Issues().Issues();
        await host.CreateAsync("reference-1");
        var start = host.Clock.GetUtcNow();
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.CreateAsync("reference-2");
        host.Clock.Advance(TimeSpan.FromDays(30));
        await RetentionTests.RunAsync(host);

        var items = (await AuditAsync(host)).Items;
        Assert.Equal(["(retention) pruneAudit ", "shop create reference-2"], Lines(items.Where(item => !IsRead(item))));
        Assert.Equal(
            start.AddMilliseconds(1),
            items.Single(item => item.TryGetProperty("removedBefore", out _)).GetProperty("removedBefore").GetDateTimeOffset());
        // Nothing more is due, so nothing is noted.
        await RetentionTests.RunAsync(host);
        Assert.Equal([1L], host.Query<long>("SELECT count(*) FROM audit WHERE action = 'pruneAudit'"));

        // Nothing else may go, and nobody else may announce it.
        long time = host.Clock.GetUtcNow().ToUnixTimeMilliseconds(), day = 86_400_000;
        foreach (var change in new[]
        {
            "DELETE FROM audit WHERE partner_reference_no = 'reference-2'", "DELETE FROM audit WHERE action = 'pruneAudit'",
            $"UPDATE audit SET removed_before = {time}", $"UPDATE audit SET removed_before = {time - day} WHERE action = 'pruneAudit'",
        })
            Assert.Contains("append-only", Assert.ThrowsAny<DbException>(() => host.Query<int>(change)).Message, StringComparison.Ordinal);
        foreach (var line in new[]
        {
            $"{time}, 'shop', 'pruneAudit', {time - day}", $"{time}, '(retention)', 'create', {time - day}",
            $"{time}, '(retention)', 'pruneAudit', {time - day + 1}",
        })
            Assert.ThrowsAny<DbException>(
                () => host.Query<int>($"INSERT INTO audit (id, at, actor, action, removed_before) VALUES ('x', {line})"));

        // A note goes as every line does, by a later one.
        host.Clock.Advance(TimeSpan.FromDays(31));
        await RetentionTests.RunAsync(host);
        Assert.Equal([(1L, 1L)], host.Query<(long, long)>("SELECT count(*), count(removed_before) FROM audit WHERE actor <> 'operators'"));

        static bool IsRead(System.Text.Json.JsonElement item) => item.GetProperty("actor").GetString() == "operators";
    }

    private static async Task ChangesAsync(ApiHost host)
    {
        host.Finnet.Answers("2020000").Answers("2020000");
        await host.CreateAsync();
        await host.CreateAsync();
        await host.Other.CreateAsync($$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"{{Calls.Phone}}"}""");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await RedactAsync(host);
        await RedactAsync(host);
        await host.NotifyAsync("KYC Approved");

        var items = (await AuditAsync(host)).Items;

        Assert.Equal(
            [$"operators redact {Calls.Reference}", $"shop create {Calls.Reference}", $"shop create {Calls.Reference}"], Lines(items));
        Assert.Equal(host.Clock.GetUtcNow(), items[0].GetProperty("at").GetDateTimeOffset());
    }

    private static async Task AppendOnlyAsync(ApiHost host, params string[] changes)
    {
        host.Finnet.Issues().Issues();
        await host.CreateAsync();

        foreach (var change in changes)
            Assert.Contains("append-only", Assert.ThrowsAny<DbException>(() => host.Query<int>(change)).Message, StringComparison.Ordinal);

        await host.CreateAsync("second-reference");
        Assert.Equal(
            [$"shop create {Calls.Reference}", "shop create second-reference"], (await LinesAsync(host)).Order(StringComparer.Ordinal));
    }

    private static Task<Answer> RedactAsync(ApiHost host) =>
        host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

    private static Task<Answer> AuditAsync(ApiHost host, string query = "") => host.Ops.GetAnswerAsync("/v1/audit" + query);

    private static async Task<IEnumerable<string>> LinesAsync(ApiHost host) => Lines((await AuditAsync(host)).Items);

    private static IEnumerable<string> Lines(IEnumerable<System.Text.Json.JsonElement> items) => items.Select(item =>
        $"{item.GetProperty("actor")} {item.GetProperty("action")} "
        + $"{(item.TryGetProperty("partnerReferenceNo", out var reference) ? reference.GetString() : null)}");
}
