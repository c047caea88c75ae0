using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>What is removed by itself, and when.</summary>
public sealed class RetentionTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    [Fact]
    public async Task A_Widget_Url_Goes_At_Expiry_And_Not_Before()
    {
        await using var host = ByHand();
        host.Finnet.Issues();
        await host.CreateAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(59));
        await RunAsync(host);
        Assert.Single(host.Bytes("upgrades", "widget_url"));
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await RunAsync(host);

        Assert.Empty(host.Bytes("upgrades", "widget_url"));
        var read = await host.ReadUpgradeAsync();
        Assert.Equal(("widgetIssued", "True", null), (read["status"], read["expired"], read["redactedAt"]));
        Assert.Equal("Retention: 1 expired widget URLs removed, 0 finished upgrades redacted", Assert.Single(host.Logs.Own, line => line.Id.Id == 1203).Message);
    }

    [Fact]
    public async Task Finished_Upgrades_Are_Redacted_When_They_Are_Old_Enough_On_Sqlite()
    {
        await using var host = ByHand();
        await OldEnoughAsync(host);
    }

    [PostgresFact]
    public async Task Finished_Upgrades_Are_Redacted_When_They_Are_Old_Enough_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        database.SetClock(ManualClock.Start);
        await using var host = ByHand(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString));
        await OldEnoughAsync(host);
    }

    [Fact]
    public async Task The_Days_Can_Be_Set()
    {
        await using var host = ByHand(("Upgrades:RetentionDays", "30"));
        host.Finnet.Answers("2000002");
        await host.CreateAsync();
        var phone = Assert.Single(host.Bytes("upgrades", "phone_no"));
        host.Clock.Advance(TimeSpan.FromDays(30));

        await RunAsync(host);

        Assert.NotNull((await host.ReadUpgradeAsync())["redactedAt"]);
        Assert.All(host.Files(), file => Assert.True(file.Content.AsSpan().IndexOf(phone) < 0, file.Name));
    }

    [Fact]
    public async Task Of_Many_Each_Is_Redacted_Once()
    {
        await using var host = ByHand();
        await host.StatusOfAsync();
        Fill(host, 250);
        host.Clock.Advance(Year);

        await Task.WhenAll(RunAsync(host), new Retention(
            host.Services.GetRequiredService<IDatabase>(),
            host.Services.GetRequiredService<WriteQueue>(),
            host.Services.GetRequiredService<Redactor>(),
            host.Services.GetRequiredService<IOptions<UpgradeOptions>>(),
            host.Clock,
            NullLogger<Retention>.Instance).RunAsync(CancellationToken.None));

        Assert.Equal([250L], host.Query<long>("SELECT count(*) FROM upgrades WHERE redacted_at IS NOT NULL"));
        Assert.Equal([(250L, 250L)], host.Query<(long, long)>("SELECT count(*), count(DISTINCT partner_reference_no) FROM audit WHERE action = 'redact'"));
    }

    [Fact]
    public async Task It_Runs_By_The_Clock_And_Goes_On_After_A_Failure()
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        await AwaitedAsync(host);
        host.ExecuteSql("CREATE TRIGGER full BEFORE UPDATE ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END");
        host.Clock.Advance(TimeSpan.FromHours(1));
        await AwaitedAsync(host);
        Assert.Single(host.Bytes("upgrades", "widget_url"));
        Assert.Single(host.Logs.Own, line => line.Id.Id == 1204);
        host.ExecuteSql("DROP TRIGGER full");

        host.Clock.Advance(Retention.Interval);
        await AwaitedAsync(host);

        Assert.Empty(host.Bytes("upgrades", "widget_url"));
    }

    private static async Task OldEnoughAsync(ApiHost host)
    {
        host.Finnet.Answers("2000002").Answers("2000001").Answers("4000001").Answers("2020000").Issues();
        foreach (var reference in new[] { "approved-1", "rejected-1", "failed-0001", "inprocess-1", "changed-001" })
            await host.CreateAsync(reference, reference == "inprocess-1" ? "081200000001" : Calls.Phone);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.NotifyAsync("KYC Rejected", "changed-001", "planted");
        host.Clock.Advance(Year - TimeSpan.FromMilliseconds(2));
        await RunAsync(host);
        Assert.Empty(Redacted());
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await RunAsync(host);

        Assert.Equal(["approved-1", "failed-0001", "rejected-1"], Redacted());
        Assert.Empty(host.Bytes("upgrades", "phone_no", "approved-1"));
        Assert.Single(host.Bytes("upgrades", "phone_no", "changed-001"));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await RunAsync(host);
        await RunAsync(host);
        Assert.Equal(["approved-1", "changed-001", "failed-0001", "rejected-1"], Redacted());
        Assert.Empty(host.Bytes("notifications", "raw", "changed-001"));
        Assert.Single(host.Bytes("upgrades", "phone_no", "inprocess-1"));
        Assert.Equal(4, (await host.Ops.GetAnswerAsync("/v1/audit")).Items.Count(item => item.GetProperty("actor").GetString() == "(retention)"));

        List<string> Redacted() => host.Query<string>("SELECT partner_reference_no FROM upgrades WHERE redacted_at IS NOT NULL ORDER BY partner_reference_no");
    }

    /// <summary>A host that does not run it by itself.</summary>
    private static ApiHost ByHand(params ReadOnlySpan<(string Key, string? Value)> changes) => ApiHost.With(changes).Replacing(services => services.Remove(
        services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory?.Method.ReturnType == typeof(Retention))));

    private static Task RunAsync(ApiHost host) => host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);

    private static async Task AwaitedAsync(ApiHost host)
    {
        while (!host.Clock.IsAwaitedIn(Retention.Interval))
            await Task.Yield();
    }

    private static void Fill(ApiHost host, int count) => host.ExecuteSql($"""
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, phone_no, may_have_arrived, version, created_at, updated_at)
          SELECT 'reference-' || i, 'shop', 'M', 'approved', x'01', 0, 1, {ManualClock.Start.ToUnixTimeMilliseconds()}, {ManualClock.Start.ToUnixTimeMilliseconds()} FROM n
        """);
}
