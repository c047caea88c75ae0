using Dapper;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Privacy;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Finpay.Linkage.Api.Tests.Privacy;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>
/// Whatever changes a status writes its events in the same transaction, once for each change and endpoint; the same on both engines.
/// </summary>
public sealed class OutboxTests : IDisposable
{
    private readonly PostgresTestDatabase? database = PostgresPrograms.Folder is null ? null : new PostgresTestDatabase();
    private readonly EventReceiver receiver = new();

    public static TheoryData<bool> Engines => PostgresPrograms.Folder is null ? [false] : [false, true];

    public void Dispose()
    {
        receiver.Dispose();
        database?.Dispose();
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Notification_Writes_A_Row_For_Each_Endpoint_That_Wants_It(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected");
        await host.NotifyAsync("KYC Rejected");
        await host.NotifyAsync("KYC Rejected", message: "other words, same outcome");

        Assert.Equal(["rejections account_upgrade.rejected rejected 3", "shop account_upgrade.rejected rejected 3"], Rows(host));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_Owner_Of_The_Record_Chooses_The_Endpoints(bool postgres)
    {
        await using var host = Host(postgres);
        host.Finnet.Issues();
        await host.Other.CreateAsync($$"""{"partnerReferenceNo":"{{Calls.Reference}}","phoneNo":"{{Calls.Phone}}"}""");
        await host.NotifyAsync("KYC Approved");

        Assert.Equal(["other account_upgrade.approved approved 3", "shop account_upgrade.approved approved 3"], Rows(host));
    }

    [Theory]
    [InlineData("2000002", "approved")]
    [InlineData("2000001", "rejected")]
    public async Task Finnets_Answer_Writes_One(string code, string status)
    {
        await using var host = Host(postgres: false);
        host.Finnet.Answers(code);
        await host.CreateAsync();

        Assert.Equal([$"shop account_upgrade.{status} {status} 2"], Rows(host, "shop"));
    }

    [Theory]
    [InlineData("2020000")]
    [InlineData("4000000")]
    [InlineData("5000000")]
    [InlineData("4090001")]
    public async Task What_Is_No_Result_Writes_None(string code)
    {
        await using var host = Host(postgres: false);
        host.Finnet.Answers(code);
        await host.CreateAsync();

        Assert.Empty(Rows(host));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_Approval_After_A_Rejection_And_A_Contradiction_After_That_Write_One_Each(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "1");
        await host.NotifyAsync("KYC Approved", message: "2");
        await host.NotifyAsync("KYC Rejected", message: "3");
        await host.NotifyAsync("KYC Rejected", message: "3");

        Assert.Equal(
            [
                "shop account_upgrade.approved approved 4", "shop account_upgrade.contradicted approved 4",
                "shop account_upgrade.rejected rejected 3",
            ],
            Rows(host, "shop"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Another_Record_Of_The_Phone_That_Is_Settled_Writes_Its_Own(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        host.Finnet.Answers("2020000");
        await host.CreateAsync("second-reference");
        await host.NotifyAsync("KYC Approved");

        Assert.Equal(
            [$"{Calls.Reference} account_upgrade.approved", "second-reference account_upgrade.approved"],
            host.Query<string>(
                "SELECT partner_reference_no || ' ' || type FROM event_deliveries WHERE endpoint = 'shop' ORDER BY partner_reference_no"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_Orphan_That_Is_Adopted_Writes_One(bool postgres)
    {
        await using var host = Host(postgres);
        await host.NotifyAsync("KYC Approved");
        Assert.Empty(Rows(host));

        host.Finnet.Answers("2020000");
        await host.CreateAsync();

        Assert.Equal(["shop account_upgrade.approved approved 3"], Rows(host, "shop"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_Operator_Who_Applies_A_Notification_Writes_One(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved", reference: "mistyped-reference");
        var id = (await host.NotificationsAsync())[0].GetProperty("id").GetString();

        var answer = await host.Ops.SendJsonAsync(
            HttpMethod.Post, $"/v1/kyc-notifications/{id}/apply",
            $$"""{"partnerReferenceNo":"{{Calls.Reference}}","outcome":"approved","reason":"because"}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["shop account_upgrade.approved approved 3"], Rows(host, "shop"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Widget_That_Expires_Writes_One_With_The_Time_Of_Its_Expiry_And_The_Version_As_It_Was(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        await host.IssueAsync("approved-before-it-expires", "081295288913");
        await host.NotifyAsync("KYC Approved", "approved-before-it-expires", phone: "6281295288913");
        var expiry = host.Query<long>($"SELECT widget_expires_at FROM upgrades WHERE partner_reference_no = '{Calls.Reference}'")[0];
        await SweepAsync(host);
        Assert.DoesNotContain(Rows(host, "shop"), row => row.Contains("expired", StringComparison.Ordinal));

        Pass(host, DateTimeOffset.FromUnixTimeMilliseconds(expiry) - host.Clock.GetUtcNow() + TimeSpan.FromSeconds(6));
        await SweepAsync(host);
        await SweepAsync(host);

        Assert.Equal(
            [(Calls.Reference, 2L, expiry)],
            host.Query<(string, long, long)>(
                """
                SELECT partner_reference_no, version, at FROM event_deliveries
                WHERE type = 'account_upgrade.widget_expired' AND endpoint = 'shop'
                """));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Retention_That_Comes_First_Tells_The_Expiry_Before_It_Removes_The_Url(bool postgres)
    {
        await using var host = Host(postgres, services =>
        {
            RetentionTests.Without<Retention>(services);
            RetentionTests.Without<ExpirySweep>(services);
        });
        await host.IssueAsync();
        await SweepAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(2));

        await RetentionTests.RunAsync(host);

        Assert.Equal(["shop account_upgrade.widget_expired widgetIssued 2"], Rows(host, "shop"));
        Assert.Equal([0L], host.Query<long>("SELECT count(*) FROM upgrades WHERE widget_url IS NOT NULL"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Contradiction_Of_A_Redacted_Record_Is_Told_Once_However_Often_It_Is_Repeated(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        Assert.Equal(200, (await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", "")).Status);

        for (var time = 0; time < 3; time++)
        {
            await host.NotifyAsync("KYC Rejected");
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(
            ["shop account_upgrade.approved approved 3", "shop account_upgrade.contradicted approved 4"], Rows(host, "shop"));
        Assert.DoesNotContain("kycMessage", (await host.EventsAsync())[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Two_Instances_That_Sweep_At_The_Same_Time_Write_One(bool postgres)
    {
        await using var host = Host(postgres);
        await host.IssueAsync();
        Pass(host, TimeSpan.FromDays(400));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SweepAsync(host)));

        Assert.Single(Rows(host, "shop"));
    }

    [Fact]
    public async Task Without_Endpoints_There_Is_No_Row()
    {
        await using var host = new ApiHost();
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");

        Assert.Empty(Rows(host));
    }

    // Nothing is delivered: what is looked at are the rows.
    private ApiHost Host(bool postgres, Action<IServiceCollection>? change = null)
    {
        receiver.AnswersWith(500);
        (string Key, string? Value)[] settings =
        [
            .. EventReceiver.Settings("shop"), .. EventReceiver.Settings("rejections", 1), .. EventReceiver.Settings("other", 2),
            ("Events:Endpoints:1:Types:0", "account_upgrade.rejected"), ("Events:Endpoints:2:Owner", "other-shop"),
        ];
        return receiver.Configured(
            postgres
                ? ApiHost.With([.. settings, ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database!.ConnectionString)])
                    .Followed(database)
                : ApiHost.With(settings),
            change);
    }

    // No timer of the host's fires: what sweeps is the test.
    private static void Pass(ApiHost host, TimeSpan time)
    {
        host.Clock.Follower?.Invoke(host.Clock.GetUtcNow() + time);
        host.Clock.AdjustTime(host.Clock.GetUtcNow() + time);
    }

    // A sweep of its own, as another instance would have it.
    private static Task SweepAsync(ApiHost host) => new ExpirySweep(
        host.Services.GetRequiredService<IDatabase>(), host.Services.GetRequiredService<WriteQueue>(),
        host.Services.GetRequiredService<EventOutbox>(), host.Clock, NullLogger<ExpirySweep>.Instance).RunAsync(CancellationToken.None);

    private static List<string> Rows(ApiHost host, string? endpoint = null) => host.Query<string>(
        """
        SELECT endpoint || ' ' || type || ' ' || status || ' ' || version FROM event_deliveries
        WHERE endpoint = COALESCE(@endpoint, endpoint) ORDER BY 1
        """,
        new { endpoint });
}
