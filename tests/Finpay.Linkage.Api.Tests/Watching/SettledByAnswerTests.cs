using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Watching;

/// <summary>Finnet's answer approved or rejected is about the customer: what it settles besides, and what it does not.</summary>
public sealed class SettledByAnswerTests : WatchedHost
{
    private const string Older = "an-older-one";

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task It_Settles_What_Waits_For_The_Same_Phone(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2020000", "in-process-1");
        await CreateAsync(host, "5000000", "in-doubt-001");
        await CreateAsync(host, "2000000", "with-a-widget");

        await CreateAsync(host, "2000002");

        foreach (var reference in new[] { "in-process-1", "in-doubt-001", "with-a-widget" })
        {
            Assert.EndsWith($", approved finnetResponse via {First}", await HistoryAsync(host, reference), StringComparison.Ordinal);
            var last = (await host.ReadUpgradeAsync(reference)).Json.GetProperty("history")[1];
            Assert.Equal("2000002", last.GetProperty("responseCode").GetString());
        }

        Assert.Equal(4, Events(host, "%approved").Count);
        Assert.Equal([0L], host.Query<long>("SELECT count(*) FROM upgrades WHERE widget_url IS NOT NULL"));
    }

    [Theory]
    [InlineData("2000001", "rejected")]
    [InlineData("2000002", "approved")]
    public async Task With_The_Status_That_Finnet_Says(string code, string status)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "2020000", Older);
        await CreateAsync(host, code);

        Assert.Equal(status, await host.StatusOfAsync(Older));
    }

    [Theory]
    [InlineData("2000000")]
    [InlineData("2020000")]
    [InlineData("5000000")]
    [InlineData("4000001")]
    public async Task Another_Answer_Settles_Nothing(string code)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "2020000", Older);
        await CreateAsync(host, code);

        Assert.Equal("inProcess finnetResponse", await HistoryAsync(host, Older));
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("rejected")]
    [InlineData("requested")]
    public async Task A_Record_That_Does_Not_Wait_For_A_Result_Stays(string status)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "2020000", Older);
        Change(host, $"UPDATE upgrades SET status = '{status}'");

        await CreateAsync(host, "2000002");

        Assert.Equal(status, await host.StatusOfAsync(Older));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Never_Across_Another_Phone(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2020000", Older, "081295288913");
        await CreateAsync(host, "2000002");

        Assert.Equal("inProcess", await host.StatusOfAsync(Older));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Never_For_Another_Owner_Or_Finnet_Merchant(bool postgres)
    {
        await using var host = Host(postgres);
        host.Finnet.Answers("2020000");
        await host.Other.CreateAsync($$"""{"partnerReferenceNo":"{{Older}}","phoneNo":"{{Calls.Phone}}"}""");
        await CreateAsync(host, "2020000", "other-merchant");
        Change(host, "UPDATE upgrades SET merchant_id = 'OTHER' WHERE partner_reference_no = 'other-merchant'");
        await CreateAsync(host, "2000002");

        Assert.Equal(("inProcess", "inProcess"), (await host.StatusOfAsync(Older), await host.StatusOfAsync("other-merchant")));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Not_A_Widget_That_Has_Expired(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000", Older);
        Pass(host, TimeSpan.FromHours(2));
        await CreateAsync(host, "2000002");

        Assert.Equal("widgetIssued", await host.StatusOfAsync(Older));
    }

    [Theory]
    [InlineData(false, 29, "approved")]
    [InlineData(false, 31, "inProcess")]
    [InlineData(true, 31, "inProcess")]
    public async Task Not_What_Is_Older_Than_SettleWithin(bool postgres, int days, string status)
    {
        if (postgres && Engines.Count == 1)
            return;
        await using var host = Host(postgres);
        await CreateAsync(host, "2020000", Older);
        Pass(host, TimeSpan.FromDays(days));
        await CreateAsync(host, "2000002");

        Assert.Equal(status, await host.StatusOfAsync(Older));
    }

    [Fact]
    public async Task Not_A_Redacted_One()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "2020000", Older);
        await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{Older}/redact", [], contentType: null);
        await CreateAsync(host, "2000002");

        Assert.Equal("inProcess", await host.StatusOfAsync(Older));
    }

    [Fact]
    public async Task Rejected_For_A_Record_That_Is_Approved_Meanwhile_Settles_Nothing()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000", Older);
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;
        await host.NotifyAsync("KYC Approved");
        held.Answers("2000001");
        await calling;

        Assert.Equal(("approved", "inDoubt"), (await host.StatusOfAsync(), await host.StatusOfAsync(Older)));
    }
}
