using System.Text.Json.Nodes;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>An operator lets a notification count; it can't be made to say what it does not say.</summary>
public sealed class ApplyTests
{
    private const string Orphan = "mistyped-reference";
    private static readonly string Approved = Calls.Notification("KYC Approved");

    /// <summary>The notification, what the operator sends, and the status of the answer.</summary>
    public static TheoryData<string, string, string, int> Cases => new()
    {
        // An orphan, with the reference that was meant.
        { "orphan", Body(Orphan), """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 200 },
        { "orphan, no reference", Body(Orphan), """{"outcome":"approved","reason":"r"}""", 409 },
        {
            "orphan, unknown reference", Body(Orphan), """{"partnerReferenceNo":"nobodys-reference","outcome":"approved","reason":"r"}""",
            409
        },
        { "orphan, other outcome", Body(Orphan), """{"partnerReferenceNo":"202411011441000012","outcome":"rejected","reason":"r"}""", 409 },
        {
            "orphan, other phone", Body(Orphan, phone: "6281295288913"),
            """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 409
        },
        {
            "orphan, phone that is none", Body(Orphan, phone: "unknown"),
            """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 200
        },
        // An unknown result of a known record: the operator says what it means, not whose it is.
        { "unknown", Body(response: "KYC Disetujui"), """{"outcome":"approved","reason":"r"}""", 200 },
        { "unknown, rejected", Body(response: "KYC Not Approved"), """{"outcome":"rejected","reason":"r"}""", 200 },
        {
            "unknown, another record", Body(response: "KYC Disetujui"),
            """{"partnerReferenceNo":"second-reference","outcome":"approved","reason":"r"}""", 409
        },
        // Invalid ones: what can be read must agree.
        {
            "no JSON", "kycResponse=KYC+Approved", """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 200
        },
        { "no JSON, no reference", "kycResponse=KYC+Approved", """{"outcome":"approved","reason":"r"}""", 409 },
        {
            "no JSON, other outcome", "kycResponse=KYC+Rejected",
            """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 409
        },
        { "nothing", "\t", """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 409 },
        { "cut off", Body()[..^1], """{"outcome":"approved","reason":"r"}""", 200 },
        { "cut off, other outcome", Body()[..^1], """{"outcome":"rejected","reason":"r"}""", 409 },
        { "more behind it", Body() + "x", """{"outcome":"approved","reason":"r"}""", 200 },
        { "more behind it, other outcome", Body(response: "KYC Rejected") + "x", """{"outcome":"approved","reason":"r"}""", 409 },
        { "more behind it, other merchant", Body(merchant: "OTHER") + "x", """{"outcome":"approved","reason":"r"}""", 409 },
        {
            "in a list", $"[{Body(response: "KYC Rejected")}]",
            """{"partnerReferenceNo":"202411011441000012","outcome":"approved","reason":"r"}""", 409
        },
        {
            "two results", Body().Replace("{", "{\"kycResponse\":\"KYC Rejected\",", StringComparison.Ordinal),
            """{"outcome":"approved","reason":"r"}""", 409
        },
        { "no result", Body(response: ""), """{"outcome":"approved","reason":"r"}""", 200 },
        { "no merchant", Body(merchant: ""), """{"outcome":"approved","reason":"r"}""", 200 },
        { "no merchant, other outcome", Body(merchant: ""), """{"outcome":"rejected","reason":"r"}""", 409 },
        { "other merchant", Body(merchant: "OTHER"), """{"outcome":"approved","reason":"r"}""", 409 },
        // What was applied, or changed nothing for good.
        { "applied", Body(), """{"outcome":"approved","reason":"r"}""", 409 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_Notification_Counts_Where_It_Agrees(string name, string body, string asked, int status)
    {
        await using var host = await IssuedAsync();
        await host.CallbackAsync(body);
        var before = await host.StatusOfAsync();
        var id = await NewestAsync(host);

        var answer = await ApplyAsync(host, id, asked);

        Assert.Equal((name, status), (name, answer.Status));
        var outcome = JsonNode.Parse(asked)!["outcome"]!.GetValue<string>();
        var notification = await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{id}");
        if (status == 409)
        {
            Assert.Equal(("notification-conflict", before), (answer.Problem, await host.StatusOfAsync()));
            Assert.DoesNotContain("81295288", answer.Text, StringComparison.Ordinal);
            Assert.True(answer["partnerReferenceNo"] is null or Calls.Reference);
            Assert.Empty(host.Query<string>("SELECT action FROM audit WHERE action = 'applyNotification'"));
            return;
        }

        Assert.Equal((outcome, outcome), (answer["status"], await host.StatusOfAsync()));
        Assert.Equal(("applied", Calls.Reference), (notification["disposition"], notification["partnerReferenceNo"]));
        var step = (await host.ReadUpgradeAsync()).Json.GetProperty("history").EnumerateArray().Last();
        Assert.Equal(("operator", outcome), (step.GetProperty("source").GetString(), step.GetProperty("status").GetString()));
        Assert.Equal(409, (await ApplyAsync(host, id, asked)).Status);
    }

    [Fact]
    public async Task A_Conflict_About_A_Record_Has_Its_Reference()
    {
        await using var host = await IssuedAsync();
        await host.CallbackAsync(Body(response: "KYC Pending", phone: "6281295288999"));
        var id = await NewestAsync(host);

        const string Asked = """{"outcome":"approved","reason":"r"}""";
        var otherPhone = await ApplyAsync(host, id, Asked);
        await host.NotifyAsync("KYC Approved", Orphan);
        var noRecord = await ApplyAsync(host, await NewestAsync(host), Asked);

        Assert.Equal((409, Calls.Reference), (otherPhone.Status, otherPhone["partnerReferenceNo"]));
        Assert.Equal((409, null), (noRecord.Status, noRecord["partnerReferenceNo"]));
    }

    [Theory]
    [InlineData("""{"outcome":"maybe","reason":"r"}""", "outcome")]
    [InlineData("""{"reason":"r"}""", "outcome")]
    [InlineData("""{"outcome":"approved"}""", "reason")]
    [InlineData("""{"outcome":"approved","reason":"  "}""", "reason")]
    [InlineData("""{"outcome":"approved","reason":"r","partnerReferenceNo":"short"}""", "partnerReferenceNo")]
    public async Task A_Wrong_Field_Is_Named(string asked, string field)
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved", Orphan);

        var answer = await ApplyAsync(host, await NewestAsync(host), asked);

        Assert.Equal((400, field), (answer.Status, Assert.Single(answer.WrongFields)));
    }

    [Theory]
    [InlineData(500, 200)]
    [InlineData(501, 400)]
    public async Task A_Reason_Has_At_Most_500_Characters(int length, int status)
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved", Orphan);

        Assert.Equal(status, (await ApplyAsync(host, await NewestAsync(host), Asked(new string('ä', length)))).Status);
    }

    [Fact]
    public async Task Only_Ops_Apply_And_Only_What_Is_There()
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved", Orphan);
        var path = $"/v1/kyc-notifications/{await NewestAsync(host)}/apply";

        Assert.Equal(403, (await host.Merchant.SendJsonAsync(HttpMethod.Post, path, Asked("r"))).Status);
        Assert.Equal(401, (await host.Anonymous.SendJsonAsync(HttpMethod.Post, path, Asked("r"))).Status);
        Assert.Equal(404, (await ApplyAsync(host, Guid.NewGuid().ToString(), Asked("r"))).Status);
        Assert.Equal(200, (await host.Ops.SendJsonAsync(HttpMethod.Post, path, Asked("r"))).Status);
    }

    [Fact]
    public async Task Approved_Never_Changes_And_Rejected_May_Become_Approved()
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Rejected");
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.CallbackAsync(Body(Orphan));
        var approving = await NewestAsync(host);
        await host.CallbackAsync(Body(Orphan, response: "KYC Rejected"));
        var rejecting = await NewestAsync(host);

        Assert.Equal(200, (await ApplyAsync(host, approving, Asked("r"))).Status);
        Assert.Equal(409, (await ApplyAsync(host, rejecting, Asked("r").Replace("approved", "rejected", StringComparison.Ordinal))).Status);

        Assert.Equal("approved", await host.StatusOfAsync());
    }

    [Fact]
    public async Task It_Settles_No_Other_Record()
    {
        await using var host = new ApiHost();
        host.Finnet.Answers("2020000").Issues();
        await host.CreateAsync("older-reference");
        await host.CreateAsync();
        await host.NotifyAsync("KYC Approved", Orphan);

        Assert.Equal(200, (await ApplyAsync(host, await NewestAsync(host), Asked("r"))).Status);

        Assert.Equal(("approved", "inProcess"), (await host.StatusOfAsync(), await host.StatusOfAsync("older-reference")));
    }

    [Fact]
    public Task The_Reason_Is_In_The_Audit_Until_Redaction_On_Sqlite() => ReasonAsync(new ApiHost());

    [PostgresFact]
    public async Task The_Reason_Is_In_The_Audit_Until_Redaction_On_PostgreSql()
    {
        using var database = new PostgresTestDatabase();
        await ReasonAsync(ApiHost.With(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", database.ConnectionString)));
    }

    [Fact]
    public async Task A_Redacted_Record_Or_Notification_Is_Left_Alone()
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved", Orphan);
        var orphan = await NewestAsync(host);
        await host.NotifyAsync("KYC Pending");
        var unknown = await NewestAsync(host);
        await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

        Assert.Equal(409, (await ApplyAsync(host, orphan, Asked("r"))).Status);
        Assert.Equal(409, (await ApplyAsync(host, unknown, """{"outcome":"approved","reason":"r"}""")).Status);

        Assert.Equal("widgetIssued", await host.StatusOfAsync());
    }

    [Fact]
    public async Task Applied_Once_However_Many_Operators_Do_It_At_Once()
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved", Orphan);
        var id = await NewestAsync(host);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ApplyAsync(host, id, Asked("r"))));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.Equal(19, answers.Count(answer => answer.Status == 409));
        Assert.Single(host.Query<string>("SELECT id FROM audit WHERE action = 'applyNotification'"));
    }

    [Fact]
    public async Task What_Was_Applied_Is_Neither_Adopted_Nor_Applied_When_It_Comes_Again()
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved", Orphan);
        Assert.Equal(200, (await ApplyAsync(host, await NewestAsync(host), Asked("r"))).Status);
        host.Finnet.Answers("2020000");
        await host.CreateAsync(Orphan);

        await host.NotifyAsync("KYC Approved", Orphan);

        Assert.Equal("inProcess", await host.StatusOfAsync(Orphan));
        Assert.Equal(2, Assert.Single(await host.NotificationsAsync()).GetProperty("deliveries").GetInt32());
    }

    [Fact]
    public async Task The_Same_Bytes_May_Be_Another_Customers_The_Next_Time()
    {
        await using var host = await IssuedAsync();
        const string Text = "kycResponse=KYC+Approved";
        await host.CallbackAsync(Text);
        Assert.Equal(200, (await ApplyAsync(host, await NewestAsync(host), Asked("r"))).Status);

        await host.CallbackAsync(Text);

        var second = Asked("r").Replace(Calls.Reference, "second-reference", StringComparison.Ordinal);
        Assert.Equal(200, (await ApplyAsync(host, await NewestAsync(host), second)).Status);
        Assert.Equal("approved", await host.StatusOfAsync("second-reference"));
    }

    private static async Task ReasonAsync(ApiHost host)
    {
        await using (host)
        {
            host.Finnet.Issues();
            await host.CreateAsync();
            await host.NotifyAsync("KYC Approved", Orphan);
            Assert.Equal(200, (await ApplyAsync(host, await NewestAsync(host), Asked("a planted reason"))).Status);

            var line = (await host.Ops.GetAnswerAsync("/v1/audit")).Items
                .First(one => one.GetProperty("action").GetString() == "applyNotification");
            Assert.Equal(
                ("widgetIssued", "approved", "a planted reason", Calls.Reference),
                (line.GetProperty("oldStatus").GetString(), line.GetProperty("newStatus").GetString(),
                    line.GetProperty("reason").GetString(), line.GetProperty("partnerReferenceNo").GetString()));
            Assert.Single(host.Bytes("audit", "reason"));

            await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

            Assert.Empty(host.Bytes("audit", "reason"));
            Assert.Empty(host.Bytes("notifications", "raw"));
            Assert.DoesNotContain("planted", (await host.Ops.GetAnswerAsync("/v1/audit")).Text, StringComparison.Ordinal);
        }
    }

    private static string Asked(string reason) =>
        $$"""{"partnerReferenceNo":"{{Calls.Reference}}","outcome":"approved","reason":"{{reason}}"}""";

    private static string Body(
        string reference = Calls.Reference, string response = "KYC Approved", string phone = Calls.SentPhone,
        string merchant = TestSettings.MerchantId) => Approved
        .Replace(Calls.Reference, reference, StringComparison.Ordinal).Replace("KYC Approved", response, StringComparison.Ordinal)
        .Replace(Calls.SentPhone, phone, StringComparison.Ordinal).Replace(TestSettings.MerchantId, merchant, StringComparison.Ordinal);

    private static async Task<ApiHost> IssuedAsync()
    {
        var host = new ApiHost();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.CreateAsync("second-reference");
        return host;
    }

    // The next one is then newer.
    private static async Task<string> NewestAsync(ApiHost host)
    {
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return (await host.NotificationsAsync())[0].GetProperty("id").GetString()!;
    }

    private static Task<Answer> ApplyAsync(ApiHost host, string id, string body) =>
        host.Ops.SendJsonAsync(HttpMethod.Post, $"/v1/kyc-notifications/{id}/apply", body);
}
