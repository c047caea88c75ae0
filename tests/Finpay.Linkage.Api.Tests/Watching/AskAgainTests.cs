using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Watching;

/// <summary>POST …/ask-again: a new upgrade for the same phone, whose result is also that of the first one.</summary>
public sealed class AskAgainTests : WatchedHost
{
    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Approved_Settles_The_First_One_And_The_Answer_Is_About_The_New_One(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("2000002");

        var answer = await AskAsync(host.Merchant);

        Assert.Equal((200, "approved", First), (answer.Status, answer["status"], answer["askedFor"]));
        var child = answer["partnerReferenceNo"]!;
        Assert.NotEqual(First, child);
        var sent = host.Finnet.Sent[^1].Json;
        Assert.Equal(
            (child, Calls.SentPhone),
            (sent.GetProperty("partnerReferenceNo").GetString(), sent.GetProperty("phoneNo").GetString()));
        Assert.Equal($"inDoubt finnetResponse, approved finnetResponse via {child}", await HistoryAsync(host));
        Assert.Equal("shop", host.Query<string>($"SELECT owner FROM upgrades WHERE partner_reference_no = '{child}'")[0]);
        Assert.Equal(
            new[] { child, First }.Order(StringComparer.Ordinal).Select(reference => $"{reference} account_upgrade.approved"),
            Events(host).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("2000001", "rejected")]
    [InlineData("2020000", "inProcess")]
    [InlineData("2000000", "inDoubt")]
    [InlineData("4000001", "inDoubt")]
    public async Task What_Becomes_Of_The_First_One(string code, string status)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        _ = code == "2000000" ? host.Finnet.Issues() : host.Finnet.Answers(code);

        var answer = await AskAsync(host.Ops);

        Assert.Equal(code switch { "2000000" => 201, "4000001" => 502, _ => 200 }, answer.Status);
        Assert.Equal(status, await host.StatusOfAsync());
    }

    [Fact]
    public async Task In_Doubt_The_Answer_Says_What_This_Caller_Can_Do()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("5000000");

        var answer = await AskAsync(host.Merchant);

        Assert.Equal(502, answer.Status);
        Assert.Contains("Ask again about the first upgrade", answer["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task In_Process_The_First_One_Waits_Like_The_New_One(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        Pass(host, TimeSpan.FromHours(25));
        Assert.Equal([First], await OverdueAsync(host));
        host.Finnet.Answers("2020000");

        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;

        Assert.Equal($"widgetIssued finnetResponse, inProcess finnetResponse via {child}", await HistoryAsync(host));
        Assert.Null((await host.ReadUpgradeAsync(First))["widgetUrl"]);
        Assert.Empty(await OverdueAsync(host));
        Assert.Empty(Events(host));
        // Any result of this customer's settles it from now on.
        host.Finnet.Issues();
        await host.CreateAsync("reference-of-later");
        await host.NotifyAsync("KYC Approved", "reference-of-later");
        Assert.Equal(("approved", "approved"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
    }

    [Theory]
    [InlineData("UPDATE upgrades SET status = 'rejected'", "rejected")]
    [InlineData("UPDATE upgrades SET redacted_at = 1", "inDoubt")]
    public async Task Not_When_It_Has_A_Result_Or_Is_Redacted(string change, string status)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("5000000");
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;
        Change(host, $"{change} WHERE partner_reference_no = '{First}'");

        await CreateAsync(host, "2020000", child);

        Assert.Equal((status, "inProcess"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Later_Notification_For_The_New_One_Settles_The_First_Too(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Issues();
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;

        await host.NotifyAsync("KYC Rejected", child);

        Assert.Equal(("rejected", "rejected"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
        Assert.Equal($"inDoubt finnetResponse, rejected kycNotification via {child}", await HistoryAsync(host));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Never_By_A_Notification_With_Another_Phone(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Issues();
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;

        await host.NotifyAsync("KYC Approved", child, phone: "6281295288999");

        Assert.Equal(("inDoubt", "approved"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
    }

    [Fact]
    public async Task A_Create_With_The_New_Reference_Settles_The_First_Too()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("2020000");
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;

        await CreateAsync(host, "2000002", child);

        Assert.Equal(("approved", "approved"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
    }

    [Fact]
    public async Task Results_Go_Up_A_Chain()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("4000001");
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;
        host.Finnet.Issues();
        var grandchild = (await AskAsync(host.Merchant, child))["partnerReferenceNo"]!;

        await host.NotifyAsync("KYC Approved", grandchild);

        Assert.Equal(("approved", "approved"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Result_That_The_First_One_Has_Stays(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        host.Finnet.Issues();
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;
        await host.NotifyAsync("KYC Rejected");
        Pass(host, TimeSpan.FromMilliseconds(1));

        await host.NotifyAsync("KYC Approved", child);

        Assert.Equal(("rejected", "approved"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_First_One_That_Is_Redacted_Is_Left_Alone(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "2000000");
        host.Finnet.Issues();
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;
        await host.Ops.SendBytesAsync(HttpMethod.Post, $"/v1/account-upgrades/{First}/redact", [], contentType: null);

        await host.NotifyAsync("KYC Approved", child);

        Assert.Equal(("widgetIssued", "approved"), (await host.StatusOfAsync(), await host.StatusOfAsync(child)));
        var asked = await AskAsync(host.Merchant);
        Assert.Equal((409, "reference-redacted"), (asked.Status, asked.Problem));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Child_With_An_Open_Widget_Is_Returned_Until_It_Expires(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Issues();
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;

        var again = await AskAsync(host.Ops);

        Assert.Equal((200, child, "true"), (again.Status, again["partnerReferenceNo"], again.Headers["Idempotent-Replayed"]));
        Assert.NotNull(again["widgetUrl"]);
        Pass(host, TimeSpan.FromHours(2));
        host.Finnet.Issues();
        Assert.Equal(201, (await AskAsync(host.Merchant)).Status);
        Assert.Equal(2, Children(host).Count);
    }

    [Fact]
    public async Task A_Child_That_Is_Being_Asked_About_Is_Returned()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        var held = host.Finnet.Holds();
        var asking = AskAsync(host.Merchant);
        await held.Arrived.Task;

        var again = await AskAsync(host.Merchant);

        Assert.Equal((200, "requested", "true"), (again.Status, again["status"], again.Headers["Idempotent-Replayed"]));
        held.Issues();
        Assert.Equal(again["partnerReferenceNo"], (await asking)["partnerReferenceNo"]);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Many_At_Once_Ask_Finnet_Once(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Issues();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AskAsync(host.Merchant)));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Single(answers.Select(answer => answer["partnerReferenceNo"]).Distinct());
        Assert.Equal(2, host.Finnet.Sent.Count);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task At_Most_Once_A_Minute(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("2020000");
        await AskAsync(host.Merchant);
        Pass(host, TimeSpan.FromSeconds(50));

        var early = await AskAsync(host.Merchant);

        Assert.Equal((429, "too-many-requests", First), (early.Status, early.Problem, early["partnerReferenceNo"]));
        Assert.InRange(int.Parse(early.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 5, 10);
        Pass(host, TimeSpan.FromSeconds(11));
        host.Finnet.Answers("2020000");
        Assert.Equal(200, (await AskAsync(host.Merchant)).Status);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Record_That_A_Call_Holds_Has_To_Wait(bool postgres)
    {
        await using var host = Host(postgres);
        var held = host.Finnet.Holds();
        var calling = host.CreateAsync();
        await held.Arrived.Task;

        var answer = await AskAsync(host.Merchant);

        Assert.Equal((409, "request-in-progress"), (answer.Status, answer.Problem));
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 45);
        held.Answers("2020000");
        await calling;
        host.Finnet.Answers("2020000");
        Assert.Equal(200, (await AskAsync(host.Merchant)).Status);
    }

    [Theory]
    [InlineData("2000001")]
    [InlineData("2000002")]
    public async Task A_Result_Is_Not_Asked_About(string code)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, code);

        var answer = await AskAsync(host.Merchant);

        Assert.Equal((409, "not-askable", First), (answer.Status, answer.Problem, answer["partnerReferenceNo"]));
        Assert.Single(host.Finnet.Sent);
    }

    [Theory]
    [InlineData("UPDATE upgrades SET phone_no = x'00'")]
    [InlineData("UPDATE upgrades SET merchant_id = 'OTHER'")]
    public async Task Without_A_Readable_Phone_Or_For_Another_Finnet_Merchant_Nothing_Is_Sent(string change)
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        Change(host, change);

        var answer = await AskAsync(host.Ops);

        Assert.Equal((409, "not-askable"), (answer.Status, answer.Problem));
        Assert.Empty(Children(host));
    }

    [Fact]
    public async Task Another_Merchant_Does_Not_Find_It_And_Operators_Ask_For_Its_Owner()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("2020000");

        Assert.Equal(404, (await AskAsync(host.Other)).Status);
        var child = (await AskAsync(host.Ops))["partnerReferenceNo"];

        Assert.Equal(200, (await host.Merchant.GetAnswerAsync($"/v1/account-upgrades/{child}")).Status);
        Assert.Equal(404, (await host.Other.GetAnswerAsync($"/v1/account-upgrades/{child}")).Status);
        Assert.Equal(
            ["askAgain operators 202411011441000012", $"create operators {child}", "create shop 202411011441000012"],
            host.Query<string>(
                "SELECT action || ' ' || actor || ' ' || partner_reference_no FROM audit WHERE action NOT LIKE 'read%' ORDER BY 1"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_Child_Is_Never_Overdue_Itself(bool postgres)
    {
        await using var host = Host(postgres);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("2020000");
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;
        Pass(host, TimeSpan.FromDays(2));

        Assert.Equal(1, await WatchAsync(host));
        Assert.Equal([First], await OverdueAsync(host));
        Assert.False((await host.ReadUpgradeAsync(child)).Json.TryGetProperty("overdue", out _));
    }

    [Fact]
    public async Task A_Service_That_Died_While_It_Asked_Does_Not_Block_The_First_One()
    {
        var host = Host(postgres: false).KeepingData();
        await CreateAsync(host, "5000000");
        var held = host.Finnet.Holds();
        var asking = AskAsync(host.Merchant);
        await held.Arrived.Task;
        host.Kill();
        await asking;
        await host.DisposeAsync();

        await using var next = ByHand(host.Successor());
        Pass(next, TimeSpan.FromMinutes(2));
        next.Finnet.Answers("2000002");
        Assert.Equal("approved", (await AskAsync(next.Merchant))["status"]);
        Assert.Equal("approved", await next.StatusOfAsync());
        Assert.Equal(2, Children(next).Count);
    }

    [Fact]
    public async Task The_Message_Of_An_Event_Says_What_Was_Asked_For()
    {
        await using var host = Host(postgres: false);
        await CreateAsync(host, "5000000");
        host.Finnet.Answers("2000002");
        var child = (await AskAsync(host.Merchant))["partnerReferenceNo"]!;

        var events = (await host.Ops.GetAnswerAsync("/v1/events")).Items;
        foreach (var one in events)
        {
            var body = (await host.Ops.GetAnswerAsync($"/v1/events/{one.GetProperty("id").GetString()}")).Json.GetProperty("body");
            var isChild = one.GetProperty("partnerReferenceNo").GetString() == child;
            Assert.Equal(isChild, body.GetProperty("data").TryGetProperty("askedFor", out var asked) && asked.GetString() == First);
        }

        Assert.Equal(2, events.Count);
    }
}
