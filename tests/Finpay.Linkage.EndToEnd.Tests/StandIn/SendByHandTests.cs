using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Finpay.Linkage.EndToEnd.Tests.StandIn;

/// <summary>A rejected upgrade, whose notification is sent to the real API once more, in every variant.</summary>
public sealed class SendByHandTests : IDisposable
{
    private const string Reference = "202411011441000012";

    private readonly string folder = Directory.CreateTempSubdirectory("by-hand-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("again", 200, "2000000", "rejected")]
    [InlineData("late", 200, "2000000", "rejected")]
    [InlineData("forged", 401, "4010000", "rejected")]
    [InlineData("forged-merchant", 404, "4040008", "rejected")]
    [InlineData("truncated", 400, "4000000", "rejected")]
    [InlineData("misspelt", 200, "2000000", "rejected")]
    [InlineData("contradicting", 200, "2000000", "approved")]
    public async Task Each_Variant_Gets_The_Answer_It_Deserves_And_Only_The_Honest_One_Changes_The_Record(
        string variant, int status, string code, string result)
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var id = await RejectAsync(sandbox);

        using var response = await SendAsync(sandbox, id, variant);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((variant, status), ((string)sent["variant"]!, (int)sent["status"]!));
        Assert.Equal(code, (string)JsonNode.Parse((string)sent["body"]!)!["responseCode"]!);
        Assert.Equal(result, (string)(await sandbox.ReadAsync(Reference))["status"]!);
    }

    [Fact]
    public async Task What_Was_Sent_By_Hand_Stands_Beside_The_Schedule_And_Survives_A_Restart()
    {
        string id;
        await using (var before = await RunningSandbox.StartAsync(folder))
        {
            id = await RejectAsync(before);
            using var forged = await SendAsync(before, id, "forged");
            using var misspelt = await SendAsync(before, id, "misspelt");
        }

        await using var after = await RunningSandbox.StartAsync(folder);
        var notification = await OnlyNotificationAsync(after);

        Assert.Equal(id, (string)notification["id"]!);
        Assert.Equal("delivered", (string)notification["state"]!);
        Assert.Single(notification["attempts"]!.AsArray());
        var byHand = notification["sentByHand"]!.AsArray();
        Assert.Equal(["forged 401", "misspelt 200"], byHand.Select(sent => $"{sent!["variant"]} {sent["status"]}"));
        Assert.StartsWith("/callbacks/finnet/kyc/", (string)byHand[0]!["path"]!, StringComparison.Ordinal);
        Assert.Contains("\"kysMessage\"", (string)byHand[1]!["sent"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Late_Dates_One_Notification_After_The_Whole_Retry_Schedule_And_Leaves_The_Clock()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var id = await RejectAsync(sandbox);

        using var response = await SendAsync(sandbox, id, "late");

        var first = (DateTimeOffset)(await OnlyNotificationAsync(sandbox))["attempts"]![0]!["at"]!;
        var late = (DateTimeOffset)(await response.Content.ReadFromJsonAsync<JsonNode>())!["at"]!;
        Assert.True(late - first >= TimeSpan.FromHours(2));
        var offset = (double)(await sandbox.Finnet.GetFromJsonAsync<JsonNode>("/sandbox/clock"))!["offsetSeconds"]!;
        Assert.Equal(0, offset);
    }

    [Fact]
    public async Task An_Unknown_Variant_Is_400_And_Names_The_Known_Ones()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);
        var id = await RejectAsync(sandbox);

        using var response = await SendAsync(sandbox, id, "Again");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            ["again", "late", "forged", "forged-merchant", "truncated", "misspelt", "contradicting"],
            (await response.Content.ReadFromJsonAsync<JsonNode>())!["known"]!.AsArray().Select(name => (string)name!));
        Assert.Empty((await OnlyNotificationAsync(sandbox))["sentByHand"]!.AsArray());
    }

    [Fact]
    public async Task An_Unknown_Notification_Is_404()
    {
        await using var sandbox = await RunningSandbox.StartAsync(folder);

        using var response = await SendAsync(sandbox, "0123456789abcdef0123456789abcdef", "again");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static async Task<string> RejectAsync(RunningSandbox sandbox)
    {
        using var created = await sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        var fields = System.Web.HttpUtility.ParseQueryString(
            new Uri((string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!).Query);
        using var form = new FormUrlEncodedContent([new("phone", fields["phone"]!), new("uuid", fields["uuid"]!)]);
        using var decided = await sandbox.Finnet.PostAsync("/widget/prem/reject", form);
        decided.EnsureSuccessStatusCode();
        await sandbox.SettleAsync();
        return (string)(await OnlyNotificationAsync(sandbox))["id"]!;
    }

    private static Task<HttpResponseMessage> SendAsync(RunningSandbox sandbox, string id, string variant) =>
        sandbox.Finnet.PostAsJsonAsync($"/sandbox/notifications/{id}/send", new { variant });

    private static async Task<JsonNode> OnlyNotificationAsync(RunningSandbox sandbox) =>
        Assert.Single((await sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/notifications"))!)!;
}
