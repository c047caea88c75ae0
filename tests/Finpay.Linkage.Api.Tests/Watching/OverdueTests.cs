using System.Diagnostics.Metrics;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Watching;

/// <summary>An upgrade without a result is noticed once, by whichever instance, and can be seen by all.</summary>
public sealed class OverdueTests : WatchedHost
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task It_Is_Told_Once_When_The_Day_Is_Over_And_Not_A_Moment_Before(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        var issued = host.Query<long>("SELECT updated_at FROM upgrades")[0];
        Pass(host, Day - (host.Clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(issued)) - Moment);
        Assert.Equal(0, postgres ? 0 : await WatchAsync(host));
        if (!postgres)
            Assert.Empty(await OverdueAsync(host));
        Pass(host, Moment + (postgres ? TimeSpan.FromSeconds(5) : TimeSpan.Zero));

        Assert.Equal(1, await WatchAsync(host));
        Assert.Equal(0, await WatchAsync(host));

        Assert.Equal(
            [("account_upgrade.overdue", "widgetIssued", 2L, issued + (long)Day.TotalMilliseconds)],
            host.Query<(string, string, long, long)>("SELECT type, status, version, at FROM event_deliveries"));
        Assert.Equal([First], await OverdueAsync(host));
        Assert.True((await host.ReadUpgradeAsync()).Json.GetProperty("overdue").GetBoolean());
        Assert.Single(
            host.Logs.Own,
            line => line.Id == 1701 && line.Message.StartsWith("1 upgrades have become", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Only_What_Waits_For_A_Result_Is_Overdue(bool postgres)
    {
        await using var host = Host(postgres);
        var number = 10;
        foreach (var code in new[] { "2000000", "2020000", "2000001", "2000002", "4000001", "5000000" })
            await CreateAsync(host, code, $"answer-{code}", $"0812952889{number++}");
        host.Finnet.RefusesConnection();
        host.Finnet.RefusesConnection();
        host.Finnet.RefusesConnection();
        await host.CreateAsync("not-reached", "081295288920");
        Change(host, "UPDATE upgrades SET status = 'requested', lease_until = NULL WHERE partner_reference_no = 'not-reached'");
        Pass(host, 2 * Day);

        string[] expected = ["answer-2000000", "answer-2020000", "answer-5000000", "not-reached"];
        Assert.Equal(expected, await OverdueAsync(host));
        Assert.Equal(4, await WatchAsync(host));
        Assert.Equal(expected, Events(host, "%overdue").Select(row => row.Split(' ')[0]).Order(StringComparer.Ordinal));
        var others = (await host.Ops.GetAnswerAsync("/v1/account-upgrades?overdue=false")).Items;
        Assert.Equal(3, others.Count);
        Assert.All(others, item => Assert.False(item.TryGetProperty("overdue", out _)));
        Assert.Equal(400, (await host.Ops.GetAnswerAsync("/v1/account-upgrades?overdue=yes")).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Redacted_One_Is_Not_Overdue_Because_Nobody_Can_Ask_About_It(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        await CreateAsync(host, "2020000", "kept-reference");
        await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/account-upgrades/{First}/redact", "{}");
        Pass(host, 2 * Day);

        Assert.Equal(["kept-reference"], await OverdueAsync(host));
        Assert.Equal(1, await WatchAsync(host));
        Assert.False((await host.ReadUpgradeAsync()).Json.TryGetProperty("overdue", out _));
        Assert.Equal("1", (await host.Ops.GetAnswerAsync("/v1/stats")).Json.GetProperty("now").GetProperty("overdue").ToString());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Call_That_Runs_Is_Not_Overdue_And_One_That_Died_Is(bool postgres)
    {
        await using var host = Host(postgres, ("Upgrades:OverdueAfter", "00:00:10"));
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;
        Pass(host, TimeSpan.FromSeconds(20));
        Assert.Equal(0, await WatchAsync(host));
        Assert.Empty(await OverdueAsync(host));

        // The lease has ended, and nobody has recorded an outcome.
        Pass(host, TimeSpan.FromSeconds(30));
        Assert.Equal(1, await WatchAsync(host));
        Assert.Equal([First], await OverdueAsync(host));
        held.Issues();
        await calling;
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_Same_Answer_Again_Does_Not_Begin_The_Day_Anew_And_Another_Status_Does(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2020000");
        Pass(host, 0.75 * Day);
        await CreateAsync(host, "2020000");
        Pass(host, 0.5 * Day);
        Assert.Equal([First], await OverdueAsync(host));

        await CreateAsync(host, "2000000");
        Assert.Empty(await OverdueAsync(host));
        Assert.Equal(0, await WatchAsync(host));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task It_Is_Told_Once_Even_When_It_Becomes_Overdue_Again_With_Another_Status(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2020000");
        Pass(host, 2 * Day);
        Assert.Equal(1, await WatchAsync(host));
        await CreateAsync(host, "2000000");
        Pass(host, 2 * Day);

        Assert.Equal([First], await OverdueAsync(host));
        Assert.Equal(0, await WatchAsync(host));
        Assert.Single(Events(host, "%overdue"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_Was_Overdue_Before_The_Feature_Is_Shown_And_Not_Told(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        Pass(host, 2 * Day);
        var now = host.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        Change(host, $"UPDATE schema_version SET applied_at = {now} WHERE version = 4");

        Assert.Equal(0, await WatchAsync(host));
        Assert.Equal([First], await OverdueAsync(host));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Instances_That_Look_At_The_Same_Time_Tell_Each_Once(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        Fill(host, 1000);
        Pass(host, 2 * Day);

        var told = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Another(host).RunAsync(CancellationToken.None)));
        // What one had locked while another one looked.
        var left = await WatchAsync(host);

        Assert.Equal(1000, told.Sum() + left);
        Assert.Equal([(1000L, 1000L)], host.Query<(long, long)>(
            "SELECT count(*), count(DISTINCT partner_reference_no) FROM event_deliveries WHERE type = 'account_upgrade.overdue'"));
    }

    [Fact]
    public async Task A_Restart_In_The_Middle_Tells_The_Rest_And_Nothing_Twice()
    {
        var host = Host(postgres: false).KeepingData();
        await CreateAsync(host, "2000000");
        Fill(host, 1000);
        Pass(host, 2 * Day);
        var running = WatchAsync(host);
        while (!running.IsCompleted && Told(host) == 0)
            await Task.Yield();
        host.Kill();
        // It ends, or fails for want of a database.
        await Task.WhenAny(running);
        _ = running.Exception;
        await host.DisposeAsync();

        await using var next = ByHand(host.Successor([.. EventReceiver.Settings("shop")]));
        await WatchAsync(next);

        Assert.Equal((1000L, 1000L), (Told(next), next.Query<long>("SELECT count(*) FROM upgrades WHERE overdue_at IS NOT NULL")[0]));
    }

    [Fact]
    public async Task The_Gauge_Shows_How_Many_Are_Overdue_Now()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "2000000");
        Pass(host, 2 * Day);
        await WatchAsync(host);
        Assert.Equal(1, Gauge(host));

        await host.NotifyAsync("KYC Approved");
        await WatchAsync(host);
        Assert.Equal(0, Gauge(host));
    }

    [Fact]
    public async Task The_Service_Looks_Once_A_Minute_By_Itself()
    {
        await using var host = new ApiHost();
        await CreateAsync(host, "2000000");
        await AwaitedAsync(host);
        Pass(host, 2 * Day);
        host.Clock.Advance(OverdueJob.Interval);

        while (host.Query<long>("SELECT count(*) FROM upgrades WHERE overdue_at IS NOT NULL")[0] == 0)
            await Task.Yield();
    }

    [Theory]
    [InlineData("Upgrades:OverdueAfter", "00:00:00")]
    [InlineData("Upgrades:SettleWithin", "00:00:00")]
    [InlineData("Upgrades:OverdueAfter", "40000.00:00:00")]
    public void A_Time_That_Makes_No_Sense_Is_Refused(string key, string value)
    {
        var options = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        var result = new UpgradeOptionsValidator(options).Validate(null, options.GetSection("Upgrades").Get<UpgradeOptions>()!);

        Assert.Contains(key, result.FailureMessage, StringComparison.Ordinal);
    }

    private static long Gauge(ApiHost host)
    {
        var value = -1L;
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            // Other hosts of this process have such a gauge too.
            InstrumentPublished = (instrument, each) =>
            {
                if (instrument.Name == "linkage.upgrades.overdue" && instrument.Meter.Scope == meters)
                    each.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => value = measured);
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }

    private static OverdueJob Another(ApiHost host) =>
        ActivatorUtilities.CreateInstance<OverdueJob>(host.Services);

    private static async Task AwaitedAsync(ApiHost host)
    {
        while (!host.Clock.IsAwaitedIn(OverdueJob.Interval))
            await Task.Yield();
    }

    private static long Told(ApiHost host) =>
        host.Query<long>($"SELECT count(*) FROM event_deliveries WHERE type = '{EventTypes.Overdue}'")[0];

    /// <summary>Copies of the first, so that there are so many.</summary>
    private static void Fill(ApiHost host, int count) => Change(
        host,
        $"""
         WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, may_have_arrived, version, created_at, updated_at)
         SELECT 'copy-' || i, owner, merchant_id, status, 0, version, created_at, updated_at FROM upgrades, n
         WHERE partner_reference_no = '{First}'
         """);
}
