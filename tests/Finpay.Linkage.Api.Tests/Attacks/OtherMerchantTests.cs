using System.Text.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Attacks;

/// <summary>
/// One merchant at the record of another, on every route of /v1: nothing of it is seen, nothing of it changes. A route
/// that is not in the table fails the first test.
/// </summary>
public sealed class OtherMerchantTests
{
    private const string Reference = Calls.Reference;
    private static readonly string Same = $$"""{"partnerReferenceNo":"{{Reference}}","phoneNo":"{{Calls.Phone}}"}""";
    private static readonly string Phone = $$"""{"phoneNo":"{{Calls.Phone}}"}""";

    // The request, another merchant's answer, and the answer of the rightful caller to the same request.
    private static readonly IReadOnlyDictionary<string, Attempt[]> Attempts = new Dictionary<string, Attempt[]>(StringComparer.Ordinal)
    {
        ["POST /v1/account-upgrades"] =
        [
            new("/v1/account-upgrades", Same, 409, TestSettings.MerchantKey, 200),
            new(
                "/v1/account-upgrades", Same.Replace(Calls.Phone, "081295288913", StringComparison.Ordinal), 409, TestSettings.MerchantKey,
                409),
        ],
        ["GET /v1/account-upgrades/{partnerReferenceNo}"] = [new(
            $"/v1/account-upgrades/{Reference}", null, 404, TestSettings.MerchantKey, 200)],
        ["POST /v1/account-upgrades/{partnerReferenceNo}/browser-token"] = [new(
            $"/v1/account-upgrades/{Reference}/browser-token", null, 404, TestSettings.MerchantKey, 201)],
        ["GET /v1/account-upgrades"] =
        [
            new("/v1/account-upgrades", null, 403, TestSettings.OpsKey, 200),
            new("/v1/account-upgrades?status=widgetIssued&limit=1", null, 403, TestSettings.OpsKey, 200),
        ],
        ["POST /v1/account-upgrades/search"] = [new("/v1/account-upgrades/search", Phone, 403, TestSettings.OpsKey, 200)],
        ["GET /v1/kyc-notifications"] = [new($"/v1/kyc-notifications?partnerReferenceNo={Reference}", null, 403, TestSettings.OpsKey, 200)],
        ["GET /v1/kyc-notifications/{id}"] = [new("/v1/kyc-notifications/{id}", null, 403, TestSettings.OpsKey, 200)],
        ["POST /v1/kyc-notifications/{id}/apply"] =
            [new("/v1/kyc-notifications/{id}/apply", """{"outcome":"rejected","reason":"r"}""", 403, TestSettings.OpsKey, 200)],
        ["POST /v1/account-upgrades/{partnerReferenceNo}/ask-again"] =
            [new($"/v1/account-upgrades/{Reference}/ask-again", null, 404, TestSettings.OpsKey, 201)],
        ["POST /v1/account-upgrades/ask-again"] = [new("/v1/account-upgrades/ask-again", "{}", 403, TestSettings.OpsKey, 202)],
        ["GET /v1/events"] = [new($"/v1/events?partnerReferenceNo={Reference}", null, 403, TestSettings.OpsKey, 200)],
        ["GET /v1/events/{id}"] = [new("/v1/events/{id}", null, 403, TestSettings.OpsKey, 404)],
        ["POST /v1/events/{id}/redeliver"] = [new("/v1/events/{id}/redeliver", null, 403, TestSettings.OpsKey, 404)],
        ["POST /v1/events/redeliver"] =
            [new("/v1/events/redeliver", """{"endpoint":"shop","state":"dead"}""", 403, TestSettings.OpsKey, 409)],
        ["POST /v1/events/test"] = [new("/v1/events/test", """{"endpoint":"shop"}""", 403, TestSettings.OpsKey, 409)],
        ["GET /v1/stats"] = [new("/v1/stats", null, 403, TestSettings.OpsKey, 200)],
        ["GET /v1/audit"] = [new($"/v1/audit?partnerReferenceNo={Reference}", null, 403, TestSettings.OpsKey, 200)],
        ["POST /v1/account-upgrades/{partnerReferenceNo}/redact"] = [new(
            $"/v1/account-upgrades/{Reference}/redact", null, 403, TestSettings.OpsKey, 200)],
    };

    public static TheoryData<string> Routes => [.. Attempts.Keys];

    [Fact]
    public async Task Every_Route_Has_Its_Attempts()
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
    public async Task Another_Merchant_Sees_And_Changes_Nothing(string route)
    {
        await using var host = await WithUpgradeAsync();
        var id = (await host.NotificationsAsync())[0].GetProperty("id").GetString()!;
        var method = new HttpMethod(route.Split(' ')[0]);
        if (route.EndsWith("}/ask-again", StringComparison.Ordinal))
            host.Finnet.Issues();

        foreach (var attempt in Attempts[route])
        {
            var before = Stored(host);
            var answer = await SendAsync(host.Other, attempt);
            var after = Stored(host);

            Assert.Equal((attempt.Path, attempt.Status), (attempt.Path, answer.Status));
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.Equal(before, after);
            foreach (var secret in new[]
            {
                "widgetIssued", "rejected", "because", "demos.finnet", Calls.Phone[1..], "shop\"", id, "createdAt", "history",
            })
                Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
            Assert.Equal(
                (attempt.Path, attempt.RightStatus), (attempt.Path, (await SendAsync(host.Client(attempt.RightKey), attempt)).Status));
        }

        async Task<Answer> SendAsync(HttpClient client, Attempt attempt)
        {
            var path = attempt.Path.Replace("{id}", id, StringComparison.Ordinal);
            return attempt.Body is null
                ? await Answer.ReadAsync(await client.SendAsync(new HttpRequestMessage(method, path)))
                : await client.SendJsonAsync(method, path, attempt.Body);
        }
    }

    /// <summary>
    /// Whether a reference of another is free can't be hidden from who would use it; that is all that is
    /// told, and no different for any of its states.
    /// </summary>
    [Theory]
    [InlineData("2000000")]
    [InlineData("2000002")]
    [InlineData("4000000")]
    [InlineData("4090001")]
    [InlineData("5000000")]
    public async Task A_Taken_Reference_Tells_Nothing_Of_Its_Record(string code)
    {
        await using var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync("untold-reference");
        _ = code == "2000000" ? host.Finnet.Issues() : host.Finnet.Answers(code);
        await host.CreateAsync();

        var first = await host.Other.CreateAsync(Same.Replace(Reference, "untold-reference", StringComparison.Ordinal));
        var second = await host.Other.CreateAsync(Same);

        Assert.Equal((409, "reference-taken"), (second.Status, second.Problem));
        Assert.Equal(Untraced(first).Replace("untold-reference", Reference, StringComparison.Ordinal), Untraced(second));
        Assert.False(second.Headers.ContainsKey("Idempotent-Replayed") || second.Headers.ContainsKey("Retry-After")
            || second.Headers.ContainsKey("Location"));
    }

    [Fact]
    public async Task A_Record_Of_Another_Is_Like_One_That_Is_Not_There()
    {
        await using var host = await WithUpgradeAsync();

        var foreign = await host.Other.GetAnswerAsync($"/v1/account-upgrades/{Reference}");
        var nobodys = await host.Other.GetAnswerAsync("/v1/account-upgrades/nobodys-reference");

        Assert.Equal((404, Untraced(nobodys)), (foreign.Status, Untraced(foreign)));
        Assert.Equal(nobodys.Headers.Keys.Order(StringComparer.Ordinal), foreign.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(nobodys.Headers["Content-Length"], foreign.Headers["Content-Length"]);
    }

    [Fact]
    public async Task A_Record_Settled_By_A_Notification_Of_Another_Tells_Nothing_Of_It_On_Sqlite()
    {
        await using var host = new ApiHost();
        await SettledByAnotherAsync(host);
    }

    [PostgresFact]
    public async Task A_Record_Settled_By_A_Notification_Of_Another_Tells_Nothing_Of_It_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await SettledByAnotherAsync(host);
    }

    private static async Task SettledByAnotherAsync(ApiHost host)
    {
        host.Finnet.Issues().Answers("2020000").Answers("2020000");
        await host.CreateAsync();
        await host.CreateAsync("same-owner-1");
        await host.Other.CreateAsync(Same.Replace(Reference, "other-owner-1", StringComparison.Ordinal));

        await host.NotifyAsync("KYC Rejected");

        var own = await host.Merchant.GetAnswerAsync("/v1/account-upgrades/same-owner-1");
        var foreign = await host.Other.GetAnswerAsync("/v1/account-upgrades/other-owner-1");
        Assert.Equal(("rejected", "rejected"), (own["status"], foreign["status"]));
        Assert.DoesNotContain(Reference, foreign.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("because", foreign.Text, StringComparison.Ordinal);
        var ops = await host.ReadUpgradeAsync("other-owner-1");
        foreach (var text in new[] { own.Text, ops.Text })
        {
            Assert.Contains($"\"viaReference\":\"{Reference}\"", text, StringComparison.Ordinal);
            Assert.Contains("\"message\":\"because\"", text, StringComparison.Ordinal);
        }
    }

    private static async Task<ApiHost> WithUpgradeAsync()
    {
        var host = new ApiHost();
        host.Finnet.Issues();
        await host.CreateAsync();
        await host.NotifyAsync("On Hold");
        return host;
    }

    // Without the audit trail, which has no attempts of merchants.
    private static string Stored(ApiHost host) => string.Join('\n', new[] { "upgrades", "upgrade_history", "notifications" }
        .SelectMany(table => host.Query<dynamic>($"SELECT * FROM {table} ORDER BY 1")
            .Select(row => (string)JsonSerializer.Serialize((IDictionary<string, object>)row))));

    private static string Untraced(Answer answer)
    {
        var json = JsonNode.Parse(answer.Text)!.AsObject();
        json.Remove("traceId");
        return json.ToJsonString();
    }

    private sealed record Attempt(string Path, string? Body, int Status, string RightKey, int RightStatus);
}
