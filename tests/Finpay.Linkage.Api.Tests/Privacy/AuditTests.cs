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

    private static IEnumerable<string> Lines(IReadOnlyList<System.Text.Json.JsonElement> items) => items.Select(item =>
        $"{item.GetProperty("actor")} {item.GetProperty("action")} "
        + $"{(item.TryGetProperty("partnerReferenceNo", out var reference) ? reference.GetString() : null)}");
}
