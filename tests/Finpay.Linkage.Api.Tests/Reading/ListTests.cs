using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Reading;

/// <summary>Lists over one set of records: nine upgrades a second apart (three of them in one millisecond), and their notifications.</summary>
public sealed class ListTests : IClassFixture<ListTests.Filled>
{
    private const string Upgrades = "/v1/account-upgrades";
    private const string Inbox = "/v1/kyc-notifications";
    private readonly ApiHost host;

    public ListTests(Filled fixture) => host = fixture.Host;

    private static string[] NewestFirst => ["reference-9", "reference-8", "reference-7", "reference-6", "reference-5", "reference-4", "reference-3", "reference-2", "reference-1"];

    [Fact]
    public async Task Upgrades_Are_Listed_Newest_First_Without_History()
    {
        var page = await host.Ops.GetAnswerAsync(Upgrades);

        Assert.Equal(NewestFirst, References(page));
        Assert.All(page.Items, item => Assert.False(item.TryGetProperty("history", out _)));
        Assert.Null(page["nextCursor"]);
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task A_Walk_Over_All_Pages_Sees_Every_Upgrade_Once(int limit)
    {
        var seen = new List<string?>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = await host.Ops.GetAnswerAsync($"{Upgrades}?limit={limit}" + (cursor is null ? "" : "&cursor=" + cursor));
            Assert.Equal(200, page.Status);
            seen.AddRange(References(page));
            cursor = page["nextCursor"];
            pages++;
        }
        while (cursor is not null);

        Assert.Equal(NewestFirst, seen);
        Assert.Equal((9 + limit - 1) / limit, pages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_Walk_Over_All_Pages_Sees_Every_Notification_Once(int limit)
    {
        var all = (await host.Ops.GetAnswerAsync(Inbox)).Items.Select(item => item.GetProperty("id").GetString()).ToList();
        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await host.Ops.GetAnswerAsync($"{Inbox}?limit={limit}" + (cursor is null ? "" : "&cursor=" + cursor));
            seen.AddRange(page.Items.Select(item => item.GetProperty("id").GetString()));
            cursor = page["nextCursor"];
        }
        while (cursor is not null);

        Assert.Equal(6, all.Distinct().Count());
        Assert.Equal(all, seen);
    }

    [Fact]
    public async Task A_Walk_Of_A_Search_Sees_Every_Upgrade_Of_The_Phone_Once()
    {
        var first = await host.Ops.SendJsonAsync(HttpMethod.Post, Upgrades + "/search", """{"phoneNo":"081295288912","limit":4}""");
        var second = await host.Ops.SendJsonAsync(HttpMethod.Post, Upgrades + "/search", $$"""{"phoneNo":"+6281295288912","limit":4,"cursor":"{{first["nextCursor"]}}"}""");
        var foreign = await host.Ops.SendJsonAsync(HttpMethod.Post, Upgrades + "/search", $$"""{"phoneNo":"081295288913","limit":4,"cursor":"{{first["nextCursor"]}}"}""");

        Assert.Equal(NewestFirst.Where(reference => reference != "reference-2"), References(first).Concat(References(second)));
        Assert.Null(second["nextCursor"]);
        Assert.Equal((400, "cursor"), (foreign.Status, Assert.Single(foreign.WrongFields)));
    }

    [Theory]
    [InlineData("081295288912", 8)]
    [InlineData("81295288912", 8)]
    [InlineData("6281295288912", 8)]
    [InlineData("+6281295288912", 8)]
    [InlineData("006281295288912", 8)]
    [InlineData("081295288913", 1)]
    [InlineData("081295288914", 0)]
    public async Task Every_Form_Of_A_Phone_Finds_Its_Upgrades(string phone, int found)
    {
        var page = await host.Ops.SendJsonAsync(HttpMethod.Post, Upgrades + "/search", $$"""{"phoneNo":"{{phone}}"}""");

        Assert.Equal((200, found), (page.Status, page.Items.Count));
    }

    [Theory]
    [InlineData("""{}""", "phoneNo")]
    [InlineData("""{"phoneNo":null}""", "phoneNo")]
    [InlineData("""{"phoneNo":"60123456789"}""", "phoneNo")]
    [InlineData("""{"phoneNo":81295288912}""", "phoneNo")]
    [InlineData("""{"phoneNo":"081295288912","limit":0}""", "limit")]
    [InlineData("""{"phoneNo":"081295288912","limit":201}""", "limit")]
    [InlineData("""{"phoneNo":"081295288912","limit":"5"}""", "limit")]
    [InlineData("""{"phoneNo":"081295288912","limit":1.5}""", "limit")]
    [InlineData("""{"phoneNo":"081295288912","limit":99999999999}""", "limit")]
    [InlineData("""{"phoneNo":"081295288912","cursor":"x"}""", "cursor")]
    [InlineData("""{"phoneNo":"081295288912","cursor":7}""", "cursor")]
    public async Task A_Wrong_Search_Is_A_400_That_Names_The_Field(string body, string field)
    {
        var answer = await host.Ops.SendJsonAsync(HttpMethod.Post, Upgrades + "/search", body);

        Assert.Equal((400, field), (answer.Status, Assert.Single(answer.WrongFields)));
        Assert.DoesNotContain("81295288912", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status=widgetIssued", 3)]
    [InlineData("status=approved", 2)]
    [InlineData("status=rejected", 1)]
    [InlineData("status=inProcess", 1)]
    [InlineData("status=inDoubt", 1)]
    [InlineData("status=failed", 1)]
    [InlineData("status=requested", 0)]
    [InlineData("createdFrom=2026-03-01T18:04:06.678Z", 8)]
    [InlineData("createdFrom=2026-03-01T18:04:06.6780001Z", 7)]
    [InlineData("createdTo=2026-03-01T18:04:06.678Z", 1)]
    [InlineData("createdTo=2026-03-01T18:04:06.6780001Z", 2)]
    [InlineData("createdFrom=2026-03-02T01:04:06.678%2B07:00&createdTo=2026-03-02T01:04:07.678+07:00", 1)]
    [InlineData("createdFrom=2026-03-01T18:04:06.678Z&status=approved", 1)]
    public async Task Filters_Narrow_The_List(string query, int count)
    {
        var page = await host.Ops.GetAnswerAsync($"{Upgrades}?{query}");

        Assert.Equal((200, count), (page.Status, page.Items.Count));
    }

    [Theory]
    [InlineData("disposition=applied", 2)]
    [InlineData("disposition=orphan", 1)]
    [InlineData("disposition=invalid", 1)]
    [InlineData("disposition=duplicate", 2)]
    [InlineData("disposition=contradiction", 0)]
    [InlineData("partnerReferenceNo=reference-1", 2)]
    [InlineData("partnerReferenceNo=reference-1&disposition=duplicate", 1)]
    [InlineData("partnerReferenceNo=", 0)]
    public async Task Filters_Narrow_The_Inbox(string query, int count)
    {
        var page = await host.Ops.GetAnswerAsync($"{Inbox}?{query}");

        Assert.Equal((200, count), (page.Status, page.Items.Count));
    }

    [Theory]
    [InlineData(Upgrades, "limit=0", "limit")]
    [InlineData(Upgrades, "limit=201", "limit")]
    [InlineData(Upgrades, "limit=-1", "limit")]
    [InlineData(Upgrades, "limit=", "limit")]
    [InlineData(Upgrades, "limit=ten", "limit")]
    [InlineData(Upgrades, "limit=1&limit=2", "limit")]
    [InlineData(Upgrades, "limit=99999999999", "limit")]
    [InlineData(Upgrades, "status=expired", "status")]
    [InlineData(Upgrades, "status=3", "status")]
    [InlineData(Upgrades, "createdFrom=yesterday", "createdFrom")]
    [InlineData(Upgrades, "createdFrom=2026-03-01", "createdFrom")]
    [InlineData(Upgrades, "createdTo=2026-13-01T00:00:00Z", "createdTo")]
    [InlineData(Upgrades, "cursor=", "cursor")]
    [InlineData(Upgrades, "cursor=planted", "cursor")]
    [InlineData(Upgrades, "cursor=%00", "cursor")]
    [InlineData(Inbox, "limit=0", "limit")]
    [InlineData(Inbox, "limit=201", "limit")]
    [InlineData(Inbox, "disposition=Applied!", "disposition")]
    [InlineData(Inbox, "cursor=AAAA", "cursor")]
    public async Task A_Wrong_Parameter_Is_A_400_That_Names_It(string path, string query, string field)
    {
        var answer = await host.Ops.GetAnswerAsync($"{path}?{query}");

        Assert.Equal((400, "invalid-fields", field), (answer.Status, answer.Problem, Assert.Single(answer.WrongFields)));
        Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task The_Limits_Themselves_Are_Allowed(int limit)
    {
        foreach (var path in new[] { Upgrades, Inbox })
            Assert.Equal(200, (await host.Ops.GetAnswerAsync($"{path}?limit={limit}")).Status);
    }

    [Fact]
    public async Task A_Cursor_Is_Bound_To_Its_List_And_Filters_And_Can_Not_Be_Changed()
    {
        var cursor = (await host.Ops.GetAnswerAsync(Upgrades + "?limit=2&status=widgetIssued"))["nextCursor"]!;
        var changed = Enumerable.Range(0, cursor.Length).Select(index => cursor[..index] + (cursor[index] == 'A' ? 'B' : 'A') + cursor[(index + 1)..]);

        Assert.Equal(200, await StatusAsync($"{Upgrades}?limit=1&status=widgetIssued&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=approved&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=widgetIssued&createdFrom=2026-03-01T00:00:00Z&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Inbox}?cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=widgetIssued&cursor={cursor[..^1]}"));
        foreach (var one in changed)
            Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=widgetIssued&cursor={one}"));
    }

    private static IEnumerable<string?> References(Answer page) => page.Items.Select(item => item.GetProperty("partnerReferenceNo").GetString());

    private async Task<int> StatusAsync(string path) => (await host.Ops.GetAnswerAsync(path)).Status;

    public sealed class Filled : IAsyncLifetime
    {
        public ApiHost Host { get; } = new();

        public async Task InitializeAsync()
        {
            Host.Finnet.Issues();
            await CreateAsync(1);
            Host.Finnet.Answers("2020000");
            await CreateAsync(2, "081295288913");
            Host.Finnet.Answers("4000000");
            await CreateAsync(3);
            Host.Finnet.Answers("5000000");
            await CreateAsync(4);
            Host.Finnet.Issues().Issues().Issues().Issues().Answers("2000002");
            await CreateAsync(5);
            await CreateAsync(6);
            await Host.CreateAsync("reference-7");
            await Host.CreateAsync("reference-8");
            await Host.CreateAsync("reference-9");
            await Host.NotifyAsync("KYC Approved", "reference-1");
            await Host.NotifyAsync("KYC Rejected", "reference-5");
            await Host.NotifyAsync("KYC Approved", "reference-1", "again");
            await Host.NotifyAsync("KYC Approved", "unknown-reference");
            await Host.CallbackAsync("not json");
            Host.Clock.Advance(TimeSpan.FromSeconds(1));
            await Host.NotifyAsync("KYC Rejected", "reference-5", "once more");
        }

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();

        private async Task CreateAsync(int number, string phone = Calls.Phone)
        {
            await Host.CreateAsync($"reference-{number}", phone);
            Host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
