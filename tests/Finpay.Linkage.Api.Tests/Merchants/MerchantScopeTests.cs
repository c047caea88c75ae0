using System.Net;
using System.Text.Json;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Merchants;

/// <summary>
/// The keys of one merchant, ops and merchant, at what belongs to another, on every route of /v1: nothing of it is seen, nothing of it
/// changes. A route that is not in the table fails the first test.
/// </summary>
public sealed class MerchantScopeTests
{
    private const string Reference = TwoMerchants.NorthReference;

    // The request; what an operator of another merchant gets, and one of the right merchant.
    private static readonly IReadOnlyDictionary<string, Attempt> Attempts = new Dictionary<string, Attempt>(StringComparer.Ordinal)
    {
        ["POST /v1/account-upgrades"] = new("/v1/account-upgrades", TwoMerchants.Body, 409, 409),
        ["GET /v1/account-upgrades/{partnerReferenceNo}"] = new($"/v1/account-upgrades/{Reference}", null, 404, 200),
        ["POST /v1/account-upgrades/{partnerReferenceNo}/browser-token"] =
            new($"/v1/account-upgrades/{Reference}/browser-token", null, 404, 201),
        ["GET /v1/account-upgrades"] = new("/v1/account-upgrades", null, 200, 200),
        ["POST /v1/account-upgrades/search"] = new("/v1/account-upgrades/search", $$"""{"phoneNo":"{{Calls.Phone}}"}""", 200, 200),
        ["GET /v1/kyc-notifications"] = new($"/v1/kyc-notifications?partnerReferenceNo={Reference}", null, 200, 200),
        ["GET /v1/kyc-notifications/{id}"] = new("/v1/kyc-notifications/{notification}", null, 404, 200),
        ["POST /v1/kyc-notifications/{id}/apply"] =
            new("/v1/kyc-notifications/{notification}/apply", """{"outcome":"rejected","reason":"r"}""", 404, 200),
        ["POST /v1/account-upgrades/{partnerReferenceNo}/ask-again"] = new($"/v1/account-upgrades/{Reference}/ask-again", null, 404, 201),
        ["POST /v1/account-upgrades/ask-again"] = new("/v1/account-upgrades/ask-again", """{"dryRun":true}""", 202, 202),
        ["GET /v1/events"] = new($"/v1/events?partnerReferenceNo={Reference}", null, 200, 200),
        ["GET /v1/events/{id}"] = new("/v1/events/{event}", null, 404, 200),
        ["POST /v1/events/{id}/redeliver"] = new("/v1/events/{event}/redeliver", null, 404, 202),
        ["POST /v1/events/redeliver"] = new("/v1/events/redeliver", """{"endpoint":"north","state":"dead","dryRun":true}""", 409, 200),
        ["POST /v1/events/test"] = new("/v1/events/test", """{"endpoint":"north"}""", 409, 200),
        ["GET /v1/stats"] = new("/v1/stats?merchant=north", null, 400, 200),
        ["GET /v1/audit"] = new("/v1/audit", null, 200, 200),
        ["POST /v1/account-upgrades/{partnerReferenceNo}/redact"] = new($"/v1/account-upgrades/{Reference}/redact", null, 404, 200),
    };

    public static TheoryData<string> Routes => [.. Attempts.Keys];

    [Fact]
    public async Task Every_Route_Has_Its_Attempt()
    {
        await using var host = new ApiHost();
        var routes = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"])
                .Select(method => $"{method} /{route.RoutePattern.RawText!.Trim('/')}"))
            .Where(route => route.Contains(" /v1", StringComparison.Ordinal));

        Assert.Equal(routes.Order(StringComparer.Ordinal), Attempts.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Keys_Of_Another_Merchant_See_And_Change_Nothing(string route)
    {
        var attempt = Attempts[route];
        using var receiver = new EventReceiver();
        await using var host = receiver.Configured(TwoMerchants.Host(
            [.. EventReceiver.Settings("north"), ("Events:Endpoints:0:Merchant", "north"), ("Upgrades:OverdueAfter", "00:30:00")]));
        host.Finnet.Issues();
        await host.CreateForNorthAsync();
        await host.NotifyNorthAsync("On Hold");
        var notification = (await host.NotificationsAsync())[0].GetProperty("id").GetString()!;
        host.ExecuteSql($"INSERT INTO event_deliveries (id, event_id, type, endpoint, partner_reference_no, status, version, position, at, "
            + $"state, next_attempt_at, created_at, ended_at) VALUES ('0192e6c5', 'evt_1', 'account_upgrade.overdue', 'north', "
            + $"'{Reference}', 'widgetIssued', 2, 5, 1, 'dead', 1, 1, 1)");
        // Without its clock, which would wake the jobs.
        host.ExecuteSql("UPDATE upgrades SET updated_at = updated_at - 1860000, status_since = NULL, created_at = created_at - 1860000");
        if (route.EndsWith("}/ask-again", StringComparison.Ordinal))
            host.Finnet.Issues();

        foreach (var key in new[] { TwoMerchants.DefaultOpsKey, TestSettings.MerchantKey })
        {
            var before = Stored(host);
            var answer = await SendAsync(host.Client(key));

            Assert.Equal(before, Stored(host));
            if (key == TwoMerchants.DefaultOpsKey)
                Assert.Equal((route, attempt.Status), (route, answer.Status));
            else
                Assert.Contains(answer.Status, new[] { 403, 404, 409 });
            if (answer.Status == 400)
                Assert.Contains("must be one of default\"", answer.Text, StringComparison.Ordinal);
            foreach (var secret in new[]
            {
                "widgetIssued", "On Hold", "because", "demos.finnet", "north-", notification, "0192e6c5", "createdAt",
            })
                Assert.DoesNotContain(secret, answer.Text.Replace(attempt.Path, "", StringComparison.Ordinal)
                    .Replace($"\"partnerReferenceNo\":\"{Reference}\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
            if (answer.Status is 200 or 202)
                Assert.True(answer.Text is "{\"count\":0}" || answer.Items.Count == 0, answer.Text);
        }

        var right = await SendAsync(host.Client(TwoMerchants.NorthOpsKey));
        Assert.Equal((route, attempt.RightStatus), (route, right.Status));
        if (right.Status is 200 or 202 && right.Text.StartsWith("{\"items\"", StringComparison.Ordinal))
            Assert.NotEmpty(right.Items);
        else if (route.EndsWith("/ask-again", StringComparison.Ordinal) && right.Status == 202)
            Assert.Equal("{\"count\":1}", right.Text);

        async Task<Answer> SendAsync(HttpClient client)
        {
            var path = attempt.Path.Replace("{notification}", notification, StringComparison.Ordinal)
                .Replace("{event}", "0192e6c5", StringComparison.Ordinal);
            var method = new HttpMethod(route.Split(' ')[0]);
            return attempt.Body is null
                ? await Answer.ReadAsync(await client.SendAsync(new HttpRequestMessage(method, path)))
                : await client.SendJsonAsync(method, path, attempt.Body);
        }
    }

    [Fact]
    public async Task The_Filter_Shows_One_Merchant_And_A_Bound_Key_Its_Own_Alone_On_Sqlite()
    {
        await using var host = TwoMerchants.Host();
        await FilterAsync(host);
    }

    [PostgresFact]
    public async Task The_Filter_Shows_One_Merchant_And_A_Bound_Key_Its_Own_Alone_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = TwoMerchants.Host(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)).Followed(database);
        await FilterAsync(host);
    }

    private static async Task FilterAsync(ApiHost host)
    {
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.CreateForNorthAsync();
        await host.NotifyAsync("KYC Approved");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.NotifyNorthAsync("KYC Approved");
        foreach (var list in new[] { "/v1/account-upgrades", "/v1/kyc-notifications", "/v1/audit" })
            await ListsAsync(host, list);
        // Both are settled, so there is nothing to ask about; the statement is another one for a merchant.
        var many = await host.Client(TwoMerchants.NorthOpsKey).SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/ask-again", "{}");
        Assert.Equal((202, "{\"count\":0}"), (many.Status, many.Text));
        var events = await host.Ops.GetAnswerAsync("/v1/events?merchant=north");
        Assert.Equal((200, 0), (events.Status, events.Items.Count));
        await CountsAsync(host);
    }

    private static async Task CountsAsync(ApiHost host)
    {
        await host.NotifyNorthAsync("On Hold");
        Assert.Equal((2, 1), await CountedAsync(TestSettings.OpsKey, ""));
        Assert.Equal((1, 0), await CountedAsync(TestSettings.OpsKey, "?merchant=default"));
        Assert.Equal((1, 1), await CountedAsync(TwoMerchants.NorthOpsKey, ""));
        Assert.Equal((1, 0), await CountedAsync(TwoMerchants.DefaultOpsKey, ""));

        async Task<(int Created, int UnknownOutcome)> CountedAsync(string key, string query)
        {
            var stats = (await host.Client(key).GetAnswerAsync("/v1/stats" + query)).Json;
            return (
                stats.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("created").GetInt32()),
                stats.GetProperty("now").GetProperty("unknownOutcome").GetInt32());
        }
    }

    [Theory]
    [InlineData(TwoMerchants.NorthOpsKey, 1)]
    [InlineData(TwoMerchants.DefaultOpsKey, 0)]
    [InlineData(TestSettings.OpsKey, 1)]
    public async Task At_An_Endpoint_Of_All_A_Key_Sends_Its_Own_Again(string key, int count)
    {
        using var receiver = new EventReceiver();
        await using var host = receiver.Configured(TwoMerchants.Host([.. EventReceiver.Settings("shop")]));
        host.Finnet.Issues();
        await host.CreateForNorthAsync();
        await host.NotifyNorthAsync("KYC Approved");
        await host.UntilStateAsync("delivered");

        foreach (var dryRun in new[] { "true", "false" })
        {
            var answer = await host.Client(key).SendJsonAsync(
                HttpMethod.Post, "/v1/events/redeliver", $$"""{"endpoint":"shop","state":"delivered","dryRun":{{dryRun}}}""");
            Assert.Equal((200, count), (answer.Status, answer.Json.GetProperty("count").GetInt32()));
        }
    }

    [Fact]
    public async Task The_Metrics_Of_All_Are_Not_For_A_Key_Of_One()
    {
        await using var host = TwoMerchants.Host(("Telemetry:Prometheus", "true"));

        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(TwoMerchants.NorthOpsKey).GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Client(TestSettings.OpsKey).GetAsync("/metrics")).StatusCode);
    }

    private static async Task ListsAsync(ApiHost host, string list)
    {
        Assert.Equal(2, await CountAsync(TestSettings.OpsKey, ""));
        Assert.Equal(1, await CountAsync(TestSettings.OpsKey, "?merchant=north"));
        Assert.Equal(1, await CountAsync(TestSettings.OpsKey, "?merchant=default"));
        Assert.Equal(1, await CountAsync(TwoMerchants.NorthOpsKey, ""));
        Assert.Equal(1, await CountAsync(TwoMerchants.NorthOpsKey, "?merchant=north"));
        foreach (var (key, merchant, names) in new[]
        {
            (TestSettings.OpsKey, "south", "must be one of default, north"),
            (TwoMerchants.NorthOpsKey, "default", "must be one of north\""),
        })
        {
            var answer = await host.Client(key).GetAnswerAsync($"{list}?merchant={merchant}");
            Assert.Equal(400, answer.Status);
            Assert.Contains(names, answer.Text, StringComparison.Ordinal);
        }

        // Lines about reads have no reference.
        async Task<int> CountAsync(string key, string query)
        {
            var answer = await host.Client(key).GetAnswerAsync(list + query);
            Assert.Equal(200, answer.Status);
            return answer.Items.Where(item => item.TryGetProperty("partnerReferenceNo", out _))
                .Select(item => item.GetProperty("partnerReferenceNo").GetString()).Distinct(StringComparer.Ordinal).Count();
        }
    }

    /// <summary>What names a merchant of nobody, or none at all, is for the operators of all.</summary>
    [Theory]
    [InlineData("{\"merchantId\":\"NOBODY\"}")]
    [InlineData("no JSON")]
    public async Task A_Notification_Of_Nobody_Is_Seen_By_The_Operators_Of_All_Alone(string body)
    {
        await using var host = TwoMerchants.Host();
        await host.CallbackAsync(body, TwoMerchants.NorthToken);

        var all = Assert.Single(await host.NotificationsAsync());
        var one = await host.Client(TwoMerchants.NorthOpsKey).GetAnswerAsync("/v1/kyc-notifications");

        Assert.Empty(one.Items);
        Assert.Equal(
            404, (await host.Client(TwoMerchants.NorthOpsKey).GetAnswerAsync($"/v1/kyc-notifications/{all.GetProperty("id")}")).Status);
    }

    private static string Stored(ApiHost host) => string.Join(
        '\n', new[] { "upgrades", "upgrade_history", "notifications", "event_deliveries" }
            .SelectMany(table => host.Query<dynamic>($"SELECT * FROM {table} ORDER BY 1")
                .Select(row => (string)JsonSerializer.Serialize((IDictionary<string, object>)row))));

    private sealed record Attempt(string Path, string? Body, int Status, int RightStatus);
}
