using System.Text.Json;
using Finpay.Linkage.Api.Events;
using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Events;

/// <summary>What operators see of events, and what they can do.</summary>
public sealed class EventRoutesTests : IDisposable
{
    private readonly EventReceiver receiver = new();

    public void Dispose() => receiver.Dispose();

    [Fact]
    public async Task A_List_Is_Filtered_And_Paged_Newest_First()
    {
        await using var host = receiver.Host(EventReceiver.Settings("second", 1));
        receiver.Answers = (message, _) => Task.FromResult(EventReceiver.Status(message.Url.Host == "second.example" ? 410 : 200));
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "1");
        await host.UntilStateAsync("delivered", "?endpoint=shop");
        host.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await host.NotifyAsync("KYC Approved", message: "2");
        await host.UntilStateAsync("delivered", "?endpoint=shop");
        await host.UntilStateAsync("dead", "?endpoint=second");

        Assert.Equal(4, (await host.EventsAsync()).Count);
        Assert.Equal(2, (await host.EventsAsync("?state=dead")).Count);
        Assert.Equal(["account_upgrade.approved", "account_upgrade.rejected"], Types(await host.EventsAsync("?state=delivered")));
        Assert.Equal(["account_upgrade.rejected"], Types(await host.EventsAsync("?type=account_upgrade.rejected&endpoint=second")));
        Assert.Empty(await host.EventsAsync("?partnerReferenceNo=another-reference"));
        Assert.Empty(await host.EventsAsync("?endpoint=unknown"));
        var first = await host.Ops.GetAnswerAsync("/v1/events?limit=3");
        var second = await host.Ops.GetAnswerAsync($"/v1/events?limit=3&cursor={first["nextCursor"]}");
        Assert.Equal((3, 1, null), (first.Items.Count, second.Items.Count, second["nextCursor"]));
        Assert.Equal(4, first.Items.Concat(second.Items).Select(one => one.Text("id")).Distinct().Count());
    }

    [Theory]
    [InlineData("?state=gone", "state")]
    [InlineData("?type=linkage.test", "type")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?cursor=x", "cursor")]
    public async Task A_Wrong_Query_Is_400(string query, string field)
    {
        await using var host = new ApiHost();

        var answer = await host.Ops.GetAnswerAsync("/v1/events" + query);

        Assert.Equal((400, "invalid-fields"), (answer.Status, answer.Problem));
        Assert.True(answer.Json.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task One_Delivery_Has_Its_Attempts_And_The_Body_As_It_Would_Be_Sent()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(500);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "blurred");
        var listed = await host.UntilAttemptsAsync(1);

        var one = await host.Ops.GetAnswerAsync($"/v1/events/{listed.Text("id")}");

        Assert.Equal(200, one.Status);
        Assert.Equal(
            """[{"at":"2026-03-01T18:04:05.678+00:00","durationMs":0,"httpStatus":500}]""",
            one.Json.GetProperty("attempts").GetRawText());
        Assert.Equal(receiver.All[0].Json.GetRawText(), one.Json.GetProperty("body").GetRawText());
        foreach (var property in listed.EnumerateObject().Where(property => property.Name != "attempts"))
            Assert.Equal(property.Value.GetRawText(), one.Json.GetProperty(property.Name).GetRawText());
    }

    [Fact]
    public async Task A_Redelivery_Begins_The_Schedule_Anew_With_The_Same_Id_And_Holds_Up_No_Later_Event()
    {
        await using var host = receiver.Host();
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "1");
        var first = await host.UntilStateAsync("delivered");
        receiver.Answers = (message, _) =>
            Task.FromResult(EventReceiver.Status(message.Type == "account_upgrade.rejected" ? 500 : 200));

        var answer = await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/events/{first.Text("id")}/redeliver", "");
        var again = await host.UntilAttemptsAsync(2);
        await host.NotifyAsync("KYC Approved", message: "2");
        await host.UntilStateAsync("delivered", "?type=account_upgrade.approved");

        Assert.Equal((202, "pending"), (answer.Status, answer["state"]));
        Assert.Equal(("pending", "HTTP 500"), (again.Text("state"), again.Text("lastError")));
        Assert.Equal(2, receiver.All.Count(message => message.Id == first.Text("eventId")));
        Assert.InRange(
            (again.GetProperty("nextAttemptAt").GetDateTimeOffset() - host.Clock.GetUtcNow()).TotalSeconds, 4.4, 5.6);
        Assert.Contains(
            "redeliverEvent", (await host.Ops.GetAnswerAsync("/v1/audit")).Items.Select(item => item.Text("action")));
    }

    [Fact]
    public async Task A_Redelivery_That_Fails_Puts_No_Later_Event_Off()
    {
        await using var host = receiver.Host();
        await host.IssueAsync();
        await host.NotifyAsync("KYC Rejected", message: "1");
        var first = await host.UntilStateAsync("delivered");
        var release = receiver.Hangs();
        await host.NotifyAsync("KYC Approved", message: "2");
        while (receiver.All.Count < 2)
            await Task.Yield();
        receiver.Answers = (_, _) =>
        {
            var response = EventReceiver.Status(503);
            response.Headers.RetryAfter = new(TimeSpan.FromHours(24));
            return Task.FromResult(response);
        };

        await host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/events/{first.Text("id")}/redeliver", "");
        await host.UntilAttemptsAsync(2, "?type=account_upgrade.rejected");

        var due = host.Query<long>("SELECT next_attempt_at FROM event_deliveries WHERE type = 'account_upgrade.approved'");
        release.SetResult();
        Assert.Equal([host.Clock.GetUtcNow().ToUnixTimeMilliseconds()], due);
        await host.UntilStateAsync("delivered", "?type=account_upgrade.approved");
    }

    [Theory]
    [InlineData("Owner", "other-shop")]
    [InlineData("Types:0", "account_upgrade.rejected")]
    public async Task What_The_Filters_Exclude_By_Now_Is_Not_Sent(string setting, string value)
    {
        receiver.AnswersWith(500);
        var before = receiver.Host().KeepingData();
        await before.IssueAsync();
        await before.NotifyAsync("KYC Approved", message: "private");
        await before.UntilAttemptsAsync(1);
        await before.DisposeAsync();
        receiver.AnswersWith(200);
        await using var host = receiver.Configured(
            before.Successor([.. EventReceiver.Settings("shop"), ($"Events:Endpoints:0:{setting}", value)]));

        await host.StatusOfAsync();
        host.Pass(TimeSpan.FromSeconds(10));
        var dead = await host.UntilStateAsync("dead");

        Assert.Equal("excluded by Owner or Types", dead.Text("lastError"));
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Many_Are_Sent_Again_And_A_Dry_Run_Only_Counts()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(410);
        for (var number = 10; number < 15; number++)
        {
            await host.IssueAsync($"reference-number-{number}", $"0812952889{number}");
            await host.NotifyAsync("KYC Approved", $"reference-number-{number}", phone: $"62812952889{number}");
            await host.UntilStateAsync("dead", $"?partnerReferenceNo=reference-number-{number}");
            host.Clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        receiver.AnswersWith(200);
        const string From = "2026-03-01T18:04:05.693Z";
        var dry = await RedeliverAsync(host, $$"""{"endpoint":"shop","state":"dead","createdFrom":"{{From}}","dryRun":true}""");
        Assert.Equal(5, (await host.EventsAsync("?state=dead")).Count);
        var done = await RedeliverAsync(host, $$"""{"endpoint":"shop","state":"dead","createdFrom":"{{From}}"}""");
        await host.UntilAsync(_ => host.Query<long>("SELECT count(*) FROM event_deliveries WHERE state = 'delivered'")[0] == 3);

        Assert.Equal((200, "{\"count\":3}"), (dry.Status, dry.Text));
        Assert.Equal((200, "{\"count\":3}"), (done.Status, done.Text));
        Assert.Equal(2, (await host.EventsAsync("?state=dead")).Count);
    }

    [Theory]
    [InlineData("{}", "endpoint", "state")]
    [InlineData("""{"endpoint":"shop","state":"gone"}""", "state")]
    [InlineData(
        """{"endpoint":"shop","state":"dead","createdFrom":"yesterday","createdTo":"x","all":true}""", "createdFrom", "createdTo", "all")]
    public async Task A_Wrong_Redelivery_Names_Every_Field(string body, params string[] fields)
    {
        await using var host = receiver.Host();

        var answer = await RedeliverAsync(host, body);

        Assert.Equal((400, "invalid-fields"), (answer.Status, answer.Problem));
        Assert.Equal(fields.Order(), answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    [Fact]
    public async Task What_Is_Not_There_Is_404_And_A_Removed_Endpoint_409()
    {
        var host = receiver.Host().KeepingData();
        receiver.AnswersWith(500);
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        var id = (await host.UntilAttemptsAsync(1)).Text("id");
        Assert.Equal(404, (await host.Ops.GetAnswerAsync("/v1/events/unknown")).Status);
        Assert.Equal(404, (await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/unknown/redeliver", "")).Status);
        await host.DisposeAsync();

        await using var without = host.Successor();
        var one = await without.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/events/{id}/redeliver", "");
        var many = await RedeliverAsync(without, """{"endpoint":"shop","state":"pending"}""");
        var test = await TestAsync(without, "shop");

        Assert.All([one, many, test], answer => Assert.Equal((409, "endpoint-unknown"), (answer.Status, answer.Problem)));
        Assert.Equal("pending", (await without.EventsAsync())[0].Text("state"));
    }

    [Fact]
    public async Task A_Test_Message_Is_Sent_At_Once_Signed_And_Not_Stored()
    {
        await using var host = receiver.Host();
        receiver.AnswersWith(204);

        var answer = await TestAsync(host, "shop");

        var message = Assert.Single(receiver.All);
        Assert.Equal((200, "{\"status\":204,\"milliseconds\":0}"), (answer.Status, answer.Text));
        Assert.Equal("""{"type":"linkage.test","timestamp":"2026-03-01T18:04:05.678Z","data":{}}""", message.Json.GetRawText());
        Assert.True(EventReceiver.Fits(message, EventReceiver.Secret));
        Assert.Empty(await host.EventsAsync());
    }

    [Fact]
    public async Task Retention_Deletes_What_Ended_Long_Ago_And_Nothing_That_Is_Pending()
    {
        await using var host = receiver.Host(("Events:RetentionDays", "3"));
        receiver.Answers = (message, _) => Task.FromResult(EventReceiver.Status(message.Reference == Calls.Reference ? 200 : 500));
        await host.IssueAsync();
        await host.NotifyAsync("KYC Approved");
        await host.UntilStateAsync("delivered");
        await host.IssueAsync("pending-reference", "081295288913");
        await host.NotifyAsync("KYC Approved", "pending-reference", phone: "6281295288913");
        await host.UntilAttemptsAsync(1, "?partnerReferenceNo=pending-reference");
        var (writes, now) = (host.Services.GetRequiredService<WriteQueue>(), host.Clock.GetUtcNow());

        Assert.Equal(0, await EventPruning.RunAsync(writes, now));
        Assert.Equal(1, await EventPruning.RunAsync(writes, now.AddMilliseconds(1)));
        Assert.Equal("pending-reference", Assert.Single(await host.EventsAsync()).Text("partnerReferenceNo"));
    }

    private static IEnumerable<string> Types(IReadOnlyList<JsonElement> events) => events.Select(one => one.Text("type"));

    private static Task<Answer> RedeliverAsync(ApiHost host, string body) =>
        host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/redeliver", body);

    private static Task<Answer> TestAsync(ApiHost host, string endpoint) =>
        host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/events/test", $$"""{"endpoint":"{{endpoint}}"}""");
}
