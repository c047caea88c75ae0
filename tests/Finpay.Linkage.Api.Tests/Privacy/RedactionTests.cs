using Finpay.Linkage.Api.Storage;
using Finpay.Linkage.Api.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Finpay.Linkage.Api.Tests.Privacy;

/// <summary>POST /v1/account-upgrades/{ref}/redact.</summary>
[Collection(ConsoleTests.Name)]
public sealed class RedactionTests
{
    [Fact]
    public async Task Everything_Personal_Goes_And_Fact_And_Outcome_Stay_On_Sqlite()
    {
        await using var host = new ApiHost();
        await EverythingPersonalGoesAsync(host);
    }

    [PostgresFact]
    public async Task Everything_Personal_Goes_And_Fact_And_Outcome_Stay_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await EverythingPersonalGoesAsync(host);
    }

    [Fact]
    public async Task A_Second_Time_Changes_Nothing()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        var first = await RedactAsync(host);
        host.Clock.Advance(TimeSpan.FromHours(1));

        var second = await RedactAsync(host);

        Assert.Equal(
            (200, first["redactedAt"], "0", "0"), (second.Status, second["redactedAt"], second["historyEntries"], second["notifications"]));
        Assert.Single(
            (await host.ReadUpgradeAsync()).Json.GetProperty("history").EnumerateArray(),
            step => step.GetProperty("source").GetString() == "operator");
    }

    [Fact]
    public async Task An_Unknown_Reference_Is_A_404_And_A_Merchant_May_Not()
    {
        await using var host = new ApiHost();
        await FillAsync(host);

        var unknown = await RedactAsync(host, "unknown-reference");
        var merchant = await host.Merchant.SendBytesAsync(
            HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

        Assert.Equal((404, "not-found", 403), (unknown.Status, unknown.Problem, merchant.Status));
        Assert.Null((await host.ReadUpgradeAsync())["redactedAt"]);
    }

    [Fact]
    public async Task Orphans_Of_The_Reference_Are_Redacted_And_Those_Of_Others_Are_Not()
    {
        await using var host = new ApiHost();
        await host.NotifyAsync("KYC Approved");
        await host.NotifyAsync("KYC Approved", "another-reference");
        await FillAsync(host);

        var receipt = await RedactAsync(host);

        Assert.Equal("2", receipt["notifications"]);
        Assert.Empty(host.Bytes("notifications", "raw"));
        Assert.Single(host.Bytes("notifications", "raw", "another-reference"));
    }

    [Fact]
    public async Task A_Late_Notification_Is_Applied_Once_And_Stored_Redacted_On_Sqlite()
    {
        await using var host = new ApiHost();
        await LateNotificationAsync(host);
    }

    [PostgresFact]
    public async Task A_Late_Notification_Is_Applied_Once_And_Stored_Redacted_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await LateNotificationAsync(host);
    }

    [Fact]
    public async Task An_Authentic_Callback_Of_Another_Merchant_About_It_Is_Stored_Redacted()
    {
        await using var host = new ApiHost();
        await FillAsync(host);
        await RedactAsync(host);
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(404, (await host.NotifyAsync("KYC Approved", merchant: "OTHER")).Status);

        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.Equal("invalid", (await host.NotificationsAsync())[0].GetProperty("disposition").GetString());
    }

    [Fact]
    public async Task A_Call_Under_Way_Ends_Without_A_Trace()
    {
        await using var host = new ApiHost();
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;

        await RedactAsync(host);
        held.Issues();
        var answer = await calling;

        Assert.Equal((409, "reference-redacted"), (answer.Status, answer.Problem));
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
    }

    [Fact]
    public async Task The_Message_Of_A_Notification_About_Another_Reference_Is_Not_Shown()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("2020000").Issues();
        await host.CreateAsync();
        await host.CreateAsync("newer-reference");
        await host.NotifyAsync("KYC Approved", "newer-reference", "planted");
        Assert.Contains("planted", (await host.ReadUpgradeAsync()).Text, StringComparison.Ordinal);

        await RedactAsync(host);

        Assert.DoesNotContain("planted", (await host.ReadUpgradeAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("planted", (await host.ReadUpgradeAsync("newer-reference")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_Is_Removed_In_Slices_And_The_Record_Is_The_Last_On_Sqlite()
    {
        await using var host = new ApiHost();
        await InSlicesAsync(
            host,
            sql => host.ExecuteSql($"WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3099) {sql}"),
            "n", "x'01'",
            () => host.ExecuteSql(
                "CREATE TRIGGER planned BEFORE UPDATE OF redacted_at ON upgrades BEGIN SELECT RAISE(ABORT, 'planned'); END"),
            () => host.ExecuteSql("DROP TRIGGER planned"));
    }

    [PostgresFact]
    public async Task Much_Is_Removed_In_Slices_And_The_Record_Is_The_Last_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await using var host = StoredValues.On(database);
        await InSlicesAsync(
            host, sql => database.Execute(sql), "generate_series(100, 3099) AS n(i)", "'\\x01'::bytea",
            () => database.Execute("ALTER TABLE upgrades ADD CONSTRAINT planned CHECK (redacted_at IS NULL)"),
            () => database.Execute("ALTER TABLE upgrades DROP CONSTRAINT planned"));
    }

    private static async Task InSlicesAsync(ApiHost host, Action<string> fill, string numbers, string value, Action fail, Action mend)
    {
        await FillAsync(host);
        fill(
            "INSERT INTO upgrade_history (id, partner_reference_no, version, at, status, source, message) SELECT 'step-' || i, "
            + $"'{Calls.Reference}', i, 1, 'inProcess', 'finnetResponse', {value} FROM {numbers}");
        fill(
            "INSERT INTO notifications (id, received_at, last_received_at, deliveries, partner_reference_no, disposition, evidence, raw) "
            + $"SELECT 'n-' || i, 1, 1, 1, '{Calls.Reference}', 'duplicate', '{{}}', {value} FROM {numbers}");
        fail();

        Assert.InRange((await RedactAsync(host)).Status, 500, 503);

        // What is done stays done, and a record whose data is still there does not say that it is redacted.
        var left = (host.Bytes("upgrade_history", "message").Count, host.Bytes("notifications", "raw").Count);
        Assert.Equal((1, 1), left);
        Assert.Null((await host.ReadUpgradeAsync())["redactedAt"]);
        Assert.DoesNotContain(
            (await host.Ops.GetAnswerAsync("/v1/audit")).Items, item => item.GetProperty("action").GetString() == "redact");
        mend();
        Assert.Equal(200, (await RedactAsync(host)).Status);
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.NotNull((await host.ReadUpgradeAsync())["redactedAt"]);
    }

    private static async Task EverythingPersonalGoesAsync(ApiHost host)
    {
        await FillAsync(host);
        Assert.All(StoredValues.Personal, each => Assert.NotEmpty(host.Bytes(each.Table, each.Column)));
        Assert.Equal(Calls.SentPhone, Assert.Single(host.Clear("upgrades", "phone_no", "partner_reference_no")));
        Assert.Equal(FinnetStub.WidgetUrl, Assert.Single(host.Clear("upgrades", "widget_url", "partner_reference_no")));
        Assert.Equal(FinnetStub.Message, Assert.Single(host.Clear("upgrade_history", "message", "id")));
        Assert.Equal("a planted reason", Assert.Single(host.Clear("notifications", "kyc_message", "id")));
        Assert.Contains(Calls.SentPhone, Assert.Single(host.Clear("notifications", "raw", "id")), StringComparison.Ordinal);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        var receipt = await RedactAsync(host);

        Assert.Equal(
            (200, Calls.Reference, "1", "1"),
            (receipt.Status, receipt["partnerReferenceNo"], receipt["historyEntries"], receipt["notifications"]));
        Assert.Equal(host.Clock.GetUtcNow(), receipt.Json.GetProperty("redactedAt").GetDateTimeOffset());
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        var read = await host.ReadUpgradeAsync();
        Assert.Equal(
            (200, "widgetIssued", receipt["redactedAt"], null), (read.Status, read["status"], read["redactedAt"], read["widgetUrl"]));
        Assert.Equal(
            ["finnetResponse", "operator"],
            read.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("source").GetString()));
        var notification = Assert.Single(await host.NotificationsAsync());
        Assert.Equal("other", notification.GetProperty("kycResponse").GetString());
        Assert.False((await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{notification.GetProperty("id").GetString()}")).Json
            .TryGetProperty("rawBase64", out _));
        Assert.Empty(
            (await host.Ops.SendJsonAsync(HttpMethod.Post, "/v1/account-upgrades/search", """{"phoneNo":"081295288912"}""")).Items);
        var again = await host.CreateAsync();
        Assert.Equal((409, "reference-redacted"), (again.Status, again.Problem));
    }

    private static async Task LateNotificationAsync(ApiHost host)
    {
        await FillAsync(host);
        await RedactAsync(host);

        for (var delivery = 0; delivery < 3; delivery++)
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(200, (await host.NotifyAsync("KYC Approved", message: "planted")).Status);
        }

        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.NotifyAsync("KYC Rejected", message: "planted");

        Assert.Equal("approved", await host.StatusOfAsync());
        Assert.All(StoredValues.Personal, each => Assert.Empty(host.Bytes(each.Table, each.Column)));
        Assert.Equal(
            ["contradiction", "duplicate", "duplicate", "applied", "unknownOutcome"],
            (await host.NotificationsAsync()).Select(one => one.GetProperty("disposition").GetString()));
    }

    /// <summary>One upgrade with everything that can be personal.</summary>
    internal static async Task FillAsync(ApiHost host)
    {
        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.Equal(200, (await host.NotifyAsync("KYC Pending", message: "a planted reason")).Status);
    }

    internal static Task<Answer> RedactAsync(ApiHost host, string reference = Calls.Reference) =>
        host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{reference}/redact", [], contentType: null);
}
