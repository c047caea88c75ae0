using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Reading;

/// <summary>Lists, pages and filters over one set of records.</summary>
public sealed class ListTests : IClassFixture<FilledHost>
{
    private const string Upgrades = "/v1/account-upgrades";
    private const string Inbox = "/v1/kyc-notifications";
    private readonly ApiHost host;

    public ListTests(FilledHost fixture) => host = fixture.Host;

    private static string[] NewestFirst =>
    [
        "reference-9", "reference-8", "reference-7", "reference-6", "reference-5", "reference-4", "reference-3", "reference-2",
        "reference-1",
    ];

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
        var second = await host.Ops.SendJsonAsync(
            HttpMethod.Post, Upgrades + "/search", $$"""{"phoneNo":"+6281295288912","limit":4,"cursor":"{{first["nextCursor"]}}"}""");
        var foreign = await host.Ops.SendJsonAsync(
            HttpMethod.Post, Upgrades + "/search", $$"""{"phoneNo":"081295288913","limit":4,"cursor":"{{first["nextCursor"]}}"}""");

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

    private static IEnumerable<string?> References(Answer page) =>
        page.Items.Select(item => item.GetProperty("partnerReferenceNo").GetString());
}
