using Finpay.Linkage.Api.Audit;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>What retention removes, and when.</summary>
public sealed class RetentionTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly long Start = ManualClock.Start.ToUnixTimeMilliseconds();

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
        Assert.Equal(
            "Retention: 1 expired widget URLs removed, 0 upgrades and 0 notifications without one redacted",
            Assert.Single(host.Logs.Own, line => line.Id.Id == 1203).Message);
    }

    [Fact]
    public async Task Upgrades_Are_Redacted_When_They_Are_Old_Enough_On_Sqlite()
    {
        await using var host = ByHand();
        await OldEnoughAsync(host);
    }

    [PostgresFact]
    public async Task Upgrades_Are_Redacted_When_They_Are_Old_Enough_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = ByHandOn(database);
        await OldEnoughAsync(host);
    }

    [Fact]
    public async Task What_Was_Never_Finished_Is_Redacted_Too_And_Its_Result_Still_Counts_On_Sqlite()
    {
        await using var host = ByHand();
        await NeverFinishedAsync(host);
    }

    [PostgresFact]
    public async Task What_Was_Never_Finished_Is_Redacted_Too_And_Its_Result_Still_Counts_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = ByHandOn(database);
        await NeverFinishedAsync(host);
    }

    [Fact]
    public async Task Notifications_Without_An_Upgrade_Are_Redacted_When_They_Have_Not_Come_For_Long_Enough_On_Sqlite()
    {
        await using var host = ByHand();
        await WithoutUpgradeAsync(host);
    }

    [PostgresFact]
    public async Task Notifications_Without_An_Upgrade_Are_Redacted_When_They_Have_Not_Come_For_Long_Enough_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = ByHandOn(database);
        await WithoutUpgradeAsync(host);
    }

    [Fact]
    public async Task An_Upgrade_That_A_Call_Holds_Waits_For_Its_End()
    {
        await using var host = ByHand();
        host.Finnet.Answers("2020000");
        await host.CreateAsync();
        host.Clock.Advance(Year);
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;

        await RunAsync(host);
        held.Issues();

        Assert.Equal((201, 1), ((await calling).Status, host.Bytes("upgrades", "phone_no").Count));
        host.Clock.Advance(Year);
        await RunAsync(host);
        Assert.Empty(host.Bytes("upgrades", "phone_no"));
    }

    [PostgresFact]
    public async Task Two_Instances_At_The_Same_Time_Redact_Each_Once()
    {
        using var database = new PostgresTestDatabase();
        await using var one = ByHandOn(database);
        await using var two = ByHandOn(database);
        await one.StatusOfAsync();
        await two.StatusOfAsync();
        database.Execute(Filling("generate_series(1, 250) AS n(i)", "'\\x01'"));
        database.Execute($$"""
            INSERT INTO notifications (id, received_at, last_received_at, deliveries, partner_reference_no, disposition, evidence, raw)
              SELECT 'n' || i, {{Start}}, {{Start}}, 1, 'unknown-' || i, 'orphan', '{}', '\x01' FROM generate_series(1, 250) AS n(i)
            """);
        one.Clock.Advance(Year);
        two.Clock.Advance(Year);

        await Task.WhenAll(Task.Run(() => RunAsync(one)), Task.Run(() => RunAsync(two)));

        Assert.Equal([250L], one.Query<long>("SELECT count(*) FROM upgrades WHERE redacted_at IS NOT NULL AND version = 2"));
        Assert.Equal([250L], one.Query<long>("SELECT count(*) FROM notifications WHERE raw IS NULL"));
        Assert.Equal(
            [("redact", 250L, 250L), ("redactNotification", 250L, 250L)],
            one.Query<(string, long, long)>(
                "SELECT action, count(*), count(DISTINCT partner_reference_no) FROM audit WHERE actor = '(retention)' GROUP BY action "
                + "ORDER BY action"));
        // A record that the other one holds is tried again alone.
        Assert.DoesNotContain(one.Logs.Own.Concat(two.Logs.Own), line => line.Exception is not null && line.Id.Id != 3003);
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
            host.Services.GetRequiredService<RetentionClock>(),
            host.Services.GetRequiredService<ExpirySweep>(),
            host.Services.GetRequiredService<IOptions<UpgradeOptions>>(),
            host.Services.GetRequiredService<IOptions<AuditOptions>>(),
            host.Services.GetRequiredService<IOptions<EventOptions>>(),
            host.Clock,
            NullLogger<Retention>.Instance).RunAsync(CancellationToken.None));

        Assert.Equal([250L], host.Query<long>("SELECT count(*) FROM upgrades WHERE redacted_at IS NOT NULL"));
        Assert.Equal(
            [(250L, 250L)],
            host.Query<(long, long)>("SELECT count(*), count(DISTINCT partner_reference_no) FROM audit WHERE action = 'redact'"));
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
        Assert.Single(host.Logs.Own, line => line.Id.Id == 1205);
        host.ExecuteSql("DROP TRIGGER full");

        host.Clock.Advance(Retention.Interval);
        await AwaitedAsync(host);

        Assert.Empty(host.Bytes("upgrades", "widget_url"));
    }

    [Fact]
    public async Task What_Fails_Holds_Up_Nothing_Else()
    {
        await using var host = ByHand();
        host.Finnet.Issues();
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved", "orphan-0001");
        Fill(host, 250);
        // The widget of the first one and 150 upgrades of others can't be changed.
        host.ExecuteSql(
            $"CREATE TRIGGER poisoned BEFORE UPDATE ON upgrades WHEN OLD.partner_reference_no IN ('{Calls.Reference}') "
            + "OR OLD.partner_reference_no GLOB 'reference-1*' BEGIN SELECT RAISE(ABORT, 'planned'); END");
        host.Clock.Advance(Year);

        await RunAsync(host);

        // reference-1, -10 to -19, -100 to -199.
        Assert.Equal([139L], host.Query<long>("SELECT count(*) FROM upgrades WHERE redacted_at IS NOT NULL"));
        Assert.Empty(host.Bytes("notifications", "raw", "orphan-0001"));
        Assert.Equal(
            ["Retention failed for widget URLs, 1 times; this is the first, and the next run goes on",
                "Retention failed for upgrades, 112 times; this is the first, and the next run goes on"],
            host.Logs.Own.Where(line => line.Id.Id == 1205).Select(line => line.Message));
        host.ExecuteSql("DROP TRIGGER poisoned");
        await RunAsync(host);
        Assert.Equal([0L], host.Query<long>("SELECT count(*) FROM upgrades WHERE redacted_at IS NULL"));
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

        Assert.Equal(["approved-1", "failed-0001", "inprocess-1", "rejected-1"], Redacted());
        Assert.Empty(host.Bytes("upgrades", "phone_no", "approved-1"));
        Assert.Single(host.Bytes("upgrades", "phone_no", "changed-001"));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await RunAsync(host);
        await RunAsync(host);
        Assert.Equal(["approved-1", "changed-001", "failed-0001", "inprocess-1", "rejected-1"], Redacted());
        Assert.Empty(host.Bytes("notifications", "raw", "changed-001"));
        Assert.Equal(
            5, (await host.Ops.GetAnswerAsync("/v1/audit")).Items.Count(item => item.GetProperty("actor").GetString() == "(retention)"));

        List<string> Redacted() =>
            host.Query<string>("SELECT partner_reference_no FROM upgrades WHERE redacted_at IS NOT NULL ORDER BY partner_reference_no");
    }

    private static async Task NeverFinishedAsync(ApiHost host)
    {
        string[] references = ["requested-1", "widgetissued", "inprocess-1", "indoubt-0001"];
        host.Finnet.RefusesConnection().RefusesConnection().RefusesConnection().Issues().Answers("2020000").Answers("5000000");
        for (var number = 0; number < references.Length; number++)
            await host.CreateAsync(references[number], $"08120000000{number}");
        Assert.Equal(["requested", "widgetIssued", "inProcess", "inDoubt"], await StatusesAsync());
        host.Clock.Advance(Year - TimeSpan.FromMilliseconds(1));
        await RunAsync(host);
        Assert.All(references, reference => Assert.Single(host.Bytes("upgrades", "phone_no", reference)));
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await RunAsync(host);

        foreach (var reference in references)
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(200, (await host.NotifyAsync("KYC Approved", reference, "planted")).Status);
            Assert.Equal("reference-redacted", (await host.CreateAsync(reference)).Problem);
            Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column, reference)));
        }

        Assert.Equal(["approved", "approved", "approved", "approved"], await StatusesAsync());

        async Task<List<string?>> StatusesAsync()
        {
            var statuses = new List<string?>();
            foreach (var reference in references)
                statuses.Add(await host.StatusOfAsync(reference));
            return statuses;
        }
    }

    private static async Task WithoutUpgradeAsync(ApiHost host)
    {
        host.Finnet.Issues();
        await host.NotifyAsync("KYC Pending");
        await host.NotifyAsync("KYC Approved", "orphan-0001");
        await host.NotifyAsync("KYC Approved", "orphan-0002");
        await host.NotifyAsync("KYC Pending", "unknown-0001");
        await host.NotifyAsync("KYC Approved", "invalid-0001", merchant: "OTHER");
        await host.CallbackAsync("no json at all");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved", "orphan-0002");
        await host.NotifyAsync("KYC Pending", message: "one more");
        host.Clock.Advance(Year - TimeSpan.FromMilliseconds(2));
        await RunAsync(host);
        Assert.Equal(7, WithContent());
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await RunAsync(host);

        // Kept: a notification that was repeated later, and those of upgrades that are not due.
        Assert.Equal(3, WithContent());
        Assert.Equal(2, host.Bytes("notifications", "raw").Count);
        Assert.Single(host.Bytes("notifications", "raw", "orphan-0002"));
        string[] references = ["orphan-0001", "unknown-0001", "invalid-0001"];
        foreach (var column in new[] { "dedupe_key", "kyc_message", "phone_hash", "raw" })
            Assert.All(references, reference => Assert.Empty(host.Bytes("notifications", column, reference)));
        Assert.Equal(7, (await host.NotificationsAsync()).Count);
        Assert.Equal(
            ["", "invalid-0001", "orphan-0001", "unknown-0001"],
            host.Query<string?>("SELECT partner_reference_no FROM audit WHERE actor = '(retention)' AND action = 'redactNotification'")
                .Select(reference => reference ?? "").Order(StringComparer.Ordinal));

        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.NotifyAsync("KYC Approved", "orphan-0001");
        Assert.Single(host.Bytes("notifications", "raw", "orphan-0001"));
        await RunAsync(host);
        // The upgrade is due now and is removed with everything that belongs to it, and so is the last other notification.
        Assert.Equal(1, WithContent());

        long WithContent() => host.Query<long>("SELECT count(*) FROM notifications WHERE raw IS NOT NULL").Single();
    }

    /// <summary>A host that does not run it by itself.</summary>
    internal static ApiHost ByHand(params ReadOnlySpan<(string Key, string? Value)> changes) => ApiHost.With(changes).Replacing(WithoutJob);

    internal static void WithoutJob(IServiceCollection services) => Without<Retention>(services);

    internal static void Without<T>(IServiceCollection services) => services.Remove(
        services.Single(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationFactory?.Method.ReturnType == typeof(T)));

    internal static ApiHost ByHandOn(PostgresTestDatabase database, params ReadOnlySpan<(string Key, string? Value)> changes) => ByHand(
        [("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString), .. changes]).Followed(database);

    internal static Task RunAsync(ApiHost host) => host.Services.GetRequiredService<Retention>().RunAsync(CancellationToken.None);

    private static async Task AwaitedAsync(ApiHost host)
    {
        while (!host.Clock.IsAwaitedIn(Retention.Interval))
            await Task.Yield();
    }

    private static void Fill(ApiHost host, int count) =>
        host.ExecuteSql($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) {Filling("n", "x'01'")}");

    /// <summary>Upgrades from the start of the clock, by the numbers of a table n(i).</summary>
    private static string Filling(string numbers, string phone) => $"""
        INSERT INTO upgrades (partner_reference_no, owner, merchant_id, status, phone_no, may_have_arrived, version, created_at, updated_at)
          SELECT 'reference-' || i, 'shop', 'M', 'approved', {phone}, 0, 1, {Start}, {Start} FROM {numbers}
        """;
}
