using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Reading;

/// <summary>Refused parameters and cursors, next to accepted ones.</summary>
public sealed class WrongListQueryTests : IClassFixture<FilledHost>
{
    private const string Upgrades = "/v1/account-upgrades";
    private const string Inbox = "/v1/kyc-notifications";
    private readonly ApiHost host;

    public WrongListQueryTests(FilledHost fixture) => host = fixture.Host;

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
    [InlineData(Upgrades, "createdFrom=Thu,%2001%20Oct%202026%2000:00:00%20GMT", "createdFrom")]
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
        var changed = Enumerable.Range(0, cursor.Length)
            .Select(index => cursor[..index] + (cursor[index] == 'A' ? 'B' : 'A') + cursor[(index + 1)..]);

        Assert.Equal(200, await StatusAsync($"{Upgrades}?limit=1&status=widgetIssued&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=approved&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=widgetIssued&createdFrom=2026-03-01T00:00:00Z&cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Inbox}?cursor={cursor}"));
        Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=widgetIssued&cursor={cursor[..^1]}"));
        foreach (var one in changed)
            Assert.Equal(400, await StatusAsync($"{Upgrades}?limit=2&status=widgetIssued&cursor={one}"));
    }

    private async Task<int> StatusAsync(string path) => (await host.Ops.GetAnswerAsync(path)).Status;
}
