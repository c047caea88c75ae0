using System.Globalization;
using System.Text.Json;
using Dapper;
using Finpay.Linkage.Api.Operations;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Operations;

/// <summary>The statistics agree with a plain count, with the lists, and with the clock of Jakarta, on both engines.</summary>
public sealed class StatsTests : IDisposable
{
    private const string Stats = "/v1/stats";
    private static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private PostgresTestDatabase? database;

    public void Dispose() => database?.Dispose();

    [Theory]
    [InlineData("day")]
    [InlineData("hour")]
    public Task Random_Upgrades_Are_Counted_As_By_Hand(string bucket) => CountAsync(new ApiHost(), bucket);

    [PostgresTheory]
    [InlineData("day")]
    [InlineData("hour")]
    public Task Random_Upgrades_Are_Counted_As_By_Hand_On_PostgreSql(string bucket) => CountAsync(OnPostgres(), bucket);

    [Fact]
    public Task Every_Number_Is_That_Of_A_List() => CompareWithListsAsync(new ApiHost());

    [PostgresFact]
    public Task Every_Number_Is_That_Of_A_List_On_PostgreSql() => CompareWithListsAsync(OnPostgres());

    [Fact]
    public async Task The_Index_Alone_Is_Read()
    {
        await using var host = new ApiHost();
        var plan = Open(host, connection => connection.Query<(long, long, long, string Detail)>(
            "EXPLAIN QUERY PLAN " + StatsReader.SelectDelays.Replace("{0}", "AND merchant_id = @merchant", StringComparison.Ordinal),
            new { from = 1, firstEnd = 2, width = 1, to = 9, status = "approved", merchant = "" }));

        Assert.Contains(
            "SEARCH upgrades USING COVERING INDEX upgrades_by_status_and_times (status=? AND created_at>? AND created_at<?)",
            plan.Select(step => step.Detail));
    }

    [Fact]
    public async Task By_Default_It_Is_The_Last_Seven_Days_Of_Jakarta()
    {
        await using var host = new ApiHost();

        var stats = (await host.Ops.GetAnswerAsync(Stats)).Json;

        var buckets = stats.GetProperty("buckets").EnumerateArray().ToList();
        var now = host.Clock.GetUtcNow();
        Assert.Equal(7, buckets.Count);
        var today = new DateTimeOffset(now.ToOffset(Jakarta).Date, Jakarta);
        Assert.Equal(today.AddDays(-6), buckets[0].GetProperty("from").GetDateTimeOffset());
        Assert.Equal(now.ToUnixTimeMilliseconds(), buckets[6].GetProperty("to").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal("day", stats.GetProperty("bucket").GetString());
    }

    [Theory]
    [InlineData("from=2026-02-01T17:00:00Z&to=2026-02-03T17:00:00Z", 2)]
    [InlineData("from=2026-02-01T16:59:59.999Z&to=2026-02-03T17:00:00.001Z", 4)]
    [InlineData("from=2026-02-02T00:00:00%2B07:00&to=2026-02-02T00:00:00.001%2B07:00", 1)]
    [InlineData("from=2026-02-01T17:00:00Z&to=2026-02-03T17:00:00Z&bucket=hour", 48)]
    [InlineData("from=2026-02-01T17:00:00.001Z&to=2026-02-01T18:00:00.001Z&bucket=hour", 2)]
    [InlineData("from=2026-02-01T17:00:00Z&to=2026-05-04T17:00:00Z", 92)]
    [InlineData("from=2026-02-01T17:00:00Z&to=2026-05-04T17:00:00Z&bucket=hour", 2208)]
    [InlineData("from=2999-02-01T17:00:00Z&to=2999-02-02T17:00:00Z", 1)]
    [InlineData("from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z", 2)]
    [InlineData("from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59.999Z", 2)]
    [InlineData("to=2026-02-03T17:00:00Z", 7)]
    public async Task Buckets_Follow_Each_Other_From_The_Start_To_The_End(string query, int count)
    {
        await using var host = new ApiHost();

        var answer = await host.Ops.GetAnswerAsync($"{Stats}?{query}");

        Assert.Equal(200, answer.Status);
        var buckets = answer.Json.GetProperty("buckets").EnumerateArray().ToList();
        Assert.Equal(count, buckets.Count);
        Assert.Equal(answer["from"], buckets[0].GetProperty("from").GetString());
        Assert.Equal(answer["to"], buckets[^1].GetProperty("to").GetString());
        Assert.All(
            buckets.Zip(buckets.Skip(1)),
            pair => Assert.Equal(pair.First.GetProperty("to").GetString(), pair.Second.GetProperty("from").GetString()));
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=tomorrow", "to")]
    [InlineData("bucket=week", "bucket")]
    [InlineData("from=2026-02-01T17:00:00Z&to=2026-02-01T17:00:00Z", "to")]
    [InlineData("from=2026-02-01T17:00:00Z&to=2026-05-04T17:00:00.001Z", "to")]
    [InlineData("from=2025-02-01T17:00:00Z", "from")]
    [InlineData("from=2999-02-01T17:00:00Z", "from")]
    [InlineData("to=0001-01-01T00:00:00Z&from=0001-01-01T00:00:00Z", "to")]
    public async Task A_Wrong_Parameter_Is_Named(string query, string field)
    {
        await using var host = new ApiHost();

        var answer = await host.Ops.GetAnswerAsync($"{Stats}?{query}");

        Assert.Equal((400, field), (answer.Status, Assert.Single(answer.WrongFields)));
    }

    [Fact]
    public async Task The_Earliest_End_Is_Not_An_Error_Of_Ours()
    {
        await using var host = new ApiHost();

        Assert.Equal(400, (await host.Ops.GetAnswerAsync($"{Stats}?to=0001-01-01T00:00:00Z")).Status);
    }

    [Fact]
    public async Task The_Role_Is_Checked_Before_The_Parameters()
    {
        await using var host = new ApiHost();

        Assert.Equal(403, (await host.Merchant.GetAnswerAsync($"{Stats}?from=yesterday")).Status);
        Assert.Equal(401, (await host.Anonymous.GetAnswerAsync($"{Stats}?from=yesterday")).Status);
    }

    [Fact]
    public async Task Calls_Follow_Each_Other_And_Hold_Up_No_Other_Read()
    {
        await using var host = new ApiHost();
        var (gate, began) = (new TaskCompletionSource<object?>(), new TaskCompletionSource());
        var running = host.Services.GetRequiredService<StatsReader>().Turn.RunAsync(
            new DefaultEndpointFilterInvocationContext(new DefaultHttpContext()),
            async _ =>
            {
                began.SetResult();
                return await gate.Task;
            });
        await began.Task;

        var waiting = Enumerable.Range(0, 20).Select(_ => host.Ops.GetAnswerAsync(Stats)).ToList();
        Assert.Equal(200, (await host.Ops.GetAnswerAsync("/v1/account-upgrades")).Status);
        while (!host.Clock.IsAwaitedIn(TimeSpan.FromSeconds(2)))
            await Task.Yield();
        var refused = waiting.Where(call => call.IsCompleted).ToList();
        gate.SetResult(null);
        await running;

        Assert.All(await Task.WhenAll(waiting), answer => Assert.True(answer.Status is 200 or 503, answer.Text));
        Assert.All(refused, call => Assert.Equal((503, "1"), (call.Result.Status, call.Result.Headers["Retry-After"])));
        Assert.Contains(waiting, call => call.Result.Status == 200);
        Assert.Contains(waiting, call => call.Result.Status == 503);
    }

    private static async Task CountAsync(ApiHost host, string bucket)
    {
        await using var _ = host;
        var random = new Random(19);
        var from = new DateTimeOffset(2026, 2, 1, 5, 30, 0, TimeSpan.Zero);
        var (width, to) = bucket == "day" ? (TimeSpan.FromDays(1), from.AddDays(9)) : (TimeSpan.FromHours(1), from.AddHours(30));
        var statuses = Enum.GetValues<UpgradeStatus>();
        var rows = Enumerable.Range(0, 2000).Select(index =>
        {
            // Some at the very border of a bucket or of the range.
            var at = from + ((to - from) * ((random.NextDouble() * 1.2) - 0.1));
            var border = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
            var created = (random.Next(4) == 0 ? border.AddMilliseconds(random.Next(-1, 2)) : at).AsStored();
            return (Reference: $"random-{index}", Status: statuses[random.Next(statuses.Length)], Created: created,
                Delay: TimeSpan.FromMilliseconds(random.NextInt64(1, 1L << random.Next(1, 30))));
        }).ToList();
        Fill(host, rows);

        var stats = await host.Ops.GetAnswerAsync(
            $"{Stats}?bucket={bucket}&from={Text(from)}&to={Text(to)}");

        Assert.Equal(200, stats.Status);
        var total = 0;
        foreach (var found in stats.Json.GetProperty("buckets").EnumerateArray())
        {
            var (start, end) = (found.GetProperty("from").GetDateTimeOffset(), found.GetProperty("to").GetDateTimeOffset());
            Assert.True(end - start <= width);
            var inside = rows.Where(row => row.Created >= start && row.Created < end).ToList();
            Assert.All(inside, row => Assert.Equal(Floor(start), Floor(row.Created)));
            var delays = inside.Where(row => row.Status is UpgradeStatus.Approved or UpgradeStatus.Rejected)
                .Select(row => row.Delay.TotalMilliseconds).Order().ToList();
            Assert.Equal(
                [
                    inside.Count, Of(UpgradeStatus.WidgetIssued), Of(UpgradeStatus.Approved), Of(UpgradeStatus.Rejected),
                    Of(UpgradeStatus.Failed), Of(UpgradeStatus.InDoubt), Least(0.5), Least(0.95),
                ],
                new[] { "created", "widgetIssued", "approved", "rejected", "failed", "inDoubt", "medianSeconds", "p95Seconds" }
                    .Select(name => found.TryGetProperty(name, out var value) ? value.GetDouble() : (double?)null));
            total += inside.Count;

            double? Of(UpgradeStatus status) => inside.Count(row => row.Status == status);

            // The smallest delay that at least this share of the delays does not exceed.
            double? Least(double share) => delays.Count == 0
                ? null
                : Math.Round(delays.First(delay => delays.Count(other => other <= delay) >= (share * delays.Count) - 1e-9)) / 1000;
        }

        Assert.Equal(rows.Count(row => row.Created >= from && row.Created < to), total);

        string Floor(DateTimeOffset time) => time.ToOffset(Jakarta).ToString(
            bucket == "day" ? "yyyy-MM-dd" : "yyyy-MM-dd HH", CultureInfo.InvariantCulture);
    }

    private static async Task CompareWithListsAsync(ApiHost host)
    {
        await using var _ = host;
        host.Finnet.Issues().Issues().Issues().Answers("4000000").Answers("5000000").Answers("2020000").Answers("2000001");
        for (var number = 1; number <= 7; number++)
        {
            await host.CreateAsync($"reference-{number}", $"08129528891{number}");
            host.Clock.Advance(TimeSpan.FromHours(7));
        }

        await host.NotifyAsync("KYC Approved", "reference-1", phone: "6281295288911");
        await host.NotifyAsync("KYC Rejected", "reference-1", phone: "6281295288911");
        await host.NotifyAsync("KYC Rejected", "reference-2", phone: "6281295288912");
        await host.NotifyAsync("KYC Perhaps", "reference-2", phone: "6281295288912");
        await host.NotifyAsync("KYC Approved", "unknown-reference");
        await host.CallbackAsync("not json");
        // A redaction is no result, and neither is Finnet's answer that comes after its notification.
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/reference-1/redact", "");
        var held = host.Finnet.Holds();
        var overtaken = host.CreateAsync("reference-8", "081295288918");
        await held.Arrived.Task;
        await host.NotifyAsync("KYC Approved", "reference-8", phone: "6281295288918");
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        held.Issues();
        await overtaken;

        var stats = (await host.Ops.GetAnswerAsync(Stats)).Json;

        foreach (var bucket in stats.GetProperty("buckets").EnumerateArray())
        {
            var range = $"createdFrom={bucket.GetProperty("from")}&createdTo={bucket.GetProperty("to")}"
                .Replace("+", "%2B", StringComparison.Ordinal);
            Assert.Equal(bucket.GetProperty("created").GetInt32(), (await ItemsAsync($"account-upgrades?{range}")).Count);
            foreach (var status in new[] { "widgetIssued", "approved", "rejected", "failed", "inDoubt" })
                Assert.Equal(bucket.GetProperty(status).GetInt32(), (await ItemsAsync($"account-upgrades?{range}&status={status}")).Count);
            List<double> waited = [];
            foreach (var item in await ItemsAsync($"account-upgrades?{range}"))
            {
                if (item.GetProperty("status").GetString() is not ("approved" or "rejected"))
                    continue;
                var one = (await host.ReadUpgradeAsync(item.GetProperty("partnerReferenceNo").GetString()!)).Json;
                var result = one.GetProperty("history").EnumerateArray().First(
                    step => step.GetProperty("status").GetString() == item.GetProperty("status").GetString());
                waited.Add((result.GetProperty("at").GetDateTimeOffset() - one.GetProperty("createdAt").GetDateTimeOffset()).TotalSeconds);
            }

            waited.Sort();
            Assert.Equal(waited.Count > 0, bucket.TryGetProperty("medianSeconds", out var median));
            if (waited.Count > 0)
                Assert.Equal(waited[(waited.Count - 1) / 2], median.GetDouble());
        }

        Assert.Equal(8, stats.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("created").GetInt32()));
        Assert.Equal(
            stats.GetProperty("now").GetProperty("overdue").GetInt32(), (await ItemsAsync("account-upgrades?overdue=true")).Count);
        foreach (var (figure, disposition) in new[]
        {
            ("orphans", "orphan"), ("contradictions", "contradiction"), ("unknownOutcome", "unknownOutcome"), ("invalid", "invalid"),
        })
        {
            Assert.Equal(1, stats.GetProperty("now").GetProperty(figure).GetInt32());
            Assert.Single(await ItemsAsync($"kyc-notifications?disposition={disposition}"));
        }

        async Task<IReadOnlyList<JsonElement>> ItemsAsync(string list) => (await host.Ops.GetAnswerAsync($"/v1/{list}")).Items;
    }

    private ApiHost OnPostgres()
    {
        database = new PostgresTestDatabase();
        var host = ApiHost.With(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString));
        database.SetClock(host.Clock.GetUtcNow());
        host.Clock.Follower = database.SetClock;
        return host;
    }

    private static void Fill(
        ApiHost host, IEnumerable<(string Reference, UpgradeStatus Status, DateTimeOffset Created, TimeSpan Delay)> rows) =>
        Open(host, connection => connection.Execute(
            """
            INSERT INTO upgrades (
              partner_reference_no, owner, merchant_id, status, may_have_arrived, version, created_at, updated_at, status_since)
            VALUES (@Reference, 'shop', 'merchant', @Status, 0, 1, @Created, @Updated, @Since)
            """,
            rows.Select((row, index) => new
            {
                row.Reference,
                Status = EnumText.Of(row.Status),
                Created = row.Created.ToUnixTimeMilliseconds(),
                // Every third was changed once more without a change of its status.
                Updated = (row.Created + row.Delay).ToUnixTimeMilliseconds() + (index % 3 == 0 ? 1234 : 0),
                Since = index % 3 == 0 ? (row.Created + row.Delay).ToUnixTimeMilliseconds() : (long?)null,
            })));

    private static T Open<T>(ApiHost host, Func<System.Data.Common.DbConnection, T> use)
    {
        using var connection = host.Services.GetRequiredService<IDatabase>().OpenConnection();
        return use(connection);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
