using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Reading;

/// <summary>A history stays short, whatever a caller repeats.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task The_Same_Answer_Again_Is_Counted_At_Its_Step_On_Sqlite()
    {
        await using var host = new ApiHost();
        await CountedAsync(host);
    }

    [PostgresFact]
    public async Task The_Same_Answer_Again_Is_Counted_At_Its_Step_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await CountedAsync(host);
    }

    [Fact]
    public async Task A_Step_Whose_Message_Can_Not_Be_Read_Is_Not_The_Same()
    {
        await using var host = new ApiHost();
        await AnsweredAsync(host, "2020000", "first");
        host.ExecuteSql("UPDATE upgrade_history SET message = x'0102'");

        await AnsweredAsync(host, "2020000", "first");

        Assert.Equal([2L], host.Query<long>("SELECT count(*) FROM upgrade_history"));
    }

    [Fact]
    public async Task After_A_Redaction_Too()
    {
        await using var host = new ApiHost();
        await AnsweredAsync(host, "2020000", "first");
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;
        await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);
        host.ExecuteSql("UPDATE upgrade_history SET source = 'finnetResponse', response_code = '2000000', status = 'widgetIssued'");
        held.Issues();

        await calling;

        Assert.Equal(
            [(1L, 0L), (2L, 0L)],
            host.Query<(long, long)>("SELECT count, message IS NOT NULL FROM upgrade_history ORDER BY version"));
    }

    [Fact]
    public async Task The_Newest_200_Steps_Are_Shown()
    {
        await using var host = new ApiHost();
        await AnsweredAsync(host, "2020000", "first");
        Fill(host, 100, 299);
        var all = await host.ReadUpgradeAsync();
        Fill(host, 300, 1299);

        var newest = await host.ReadUpgradeAsync();

        Assert.Equal((200, "True"), (Steps(all).Count, all["historyTruncated"]));
        Assert.Equal(("step 100", "step 299"), (Code(Steps(all)[0]), Code(Steps(all)[^1])));
        Assert.Equal((200, "True"), (Steps(newest).Count, newest["historyTruncated"]));
        Assert.Equal(("step 1100", "step 1299"), (Code(Steps(newest)[0]), Code(Steps(newest)[^1])));
        host.ExecuteSql("DELETE FROM upgrade_history WHERE version > 298");
        var last = await host.ReadUpgradeAsync();
        Assert.Equal((200, null), (Steps(last).Count, last["historyTruncated"]));
        Assert.Equal("2020000", Code(Steps(last)[0]));

        static string? Code(JsonElement step) => step.GetProperty("responseCode").GetString();
    }

    private static async Task CountedAsync(ApiHost host)
    {
        for (var number = 0; number < 5; number++)
            await AnsweredAsync(host, "2020000", "first");
        await AnsweredAsync(host, "2020000", "second");
        await AnsweredAsync(host, "4000001", "second");
        await AnsweredAsync(host, "2020000", "first");
        await AnsweredAsync(host, "2020000", "first");

        var steps = Steps(await host.ReadUpgradeAsync());

        Assert.Equal(
            [
                ("inProcess", "first", "5", 4.0), ("inProcess", "second", null, null), ("failed", "second", null, null),
                ("inProcess", "first", "2", 1.0),
            ],
            steps.Select(step => (
                step.GetProperty("status").GetString()!, step.GetProperty("message").GetString()!,
                step.TryGetProperty("count", out var count) ? count.ToString() : null,
                step.TryGetProperty("lastAt", out var last)
                    ? (last.GetDateTimeOffset() - step.GetProperty("at").GetDateTimeOffset()).TotalSeconds
                    : (double?)null)));
        // The record's version still counts every answer.
        Assert.Equal([18L], host.Query<long>("SELECT version FROM upgrades"));
    }

    private static async Task AnsweredAsync(ApiHost host, string code, string message)
    {
        host.Finnet.Answers(code, message);
        await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
    }

    private static List<JsonElement> Steps(Answer answer) => [.. answer.Json.GetProperty("history").EnumerateArray()];

    private static void Fill(ApiHost host, int from, int to) => host.ExecuteSql($"""
        WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})
        INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, response_code)
          SELECT 'step-' || i, '{Calls.Reference}', i, {ManualClock.Start.ToUnixTimeMilliseconds()}, 'inProcess', 'finnetResponse',
            'step ' || i FROM n
        """);
}
