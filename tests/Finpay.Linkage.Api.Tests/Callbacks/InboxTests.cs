using System.Text.Json;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Callbacks;

/// <summary>How a notification is stored and applied.</summary>
public sealed class InboxTests
{
    [Fact]
    public async Task A_Duplicate_Is_Acknowledged_And_Applied_Once()
    {
        await using var host = await IssuedAsync();

        var first = await host.NotifyAsync("KYC Approved");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await host.NotifyAsync("KYC Approved");

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal(first.Text, second.Text);
        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal((2, "applied"), (kept.GetProperty("deliveries").GetInt32(), Disposition(kept)));
        Assert.Equal(ManualClock.Start, kept.GetProperty("receivedAt").GetDateTimeOffset());
        Assert.Equal(ManualClock.Start.AddMinutes(1), kept.GetProperty("lastReceivedAt").GetDateTimeOffset());
        Assert.Equal(2, (await HistoryAsync(host)).Count);
    }

    [Fact]
    public async Task Sixty_Four_Identical_Notifications_At_Once_Are_Applied_Once()
    {
        await using var host = await IssuedAsync();
        var body = Calls.Notification("KYC Approved");

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => host.CallbackAsync(body)));

        Assert.All(answers, answer => Assert.Equal((200, "2000000"), (answer.Status, answer["responseCode"])));
        Assert.Equal(64, Assert.Single(await host.NotificationsAsync()).GetProperty("deliveries").GetInt32());
        Assert.Equal(2, (await HistoryAsync(host)).Count);
    }

    [Theory]
    [InlineData(
        """
        {"kycResponse":"approved","kysMessage":"because",
        "partnerReferenceNo":"202411011441000012","phoneNo":"081295288912","merchantId":"AGREE170724"}
        """,
        1)]
    [InlineData(
        """
        {"kycResponse":"KYC Approved","kycMessage":"because",
        "partnerReferenceNo":"202411011441000012","phoneNo":"+6281295288912","merchantId":"AGREE170724","x":1}
        """,
        1)]
    [InlineData(
        """
        {"kycResponse":"KYC Approved","kycMessage":"because not",
        "partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724"}
        """,
        2)]
    [InlineData(
        """
        {"kycResponse":"KYC Rejected","kycMessage":"because",
        "partnerReferenceNo":"202411011441000012","phoneNo":"6281295288912","merchantId":"AGREE170724"}
        """,
        2)]
    [InlineData(
        """
        {"kycResponse":"KYC Approved","kycMessage":"because",
        "partnerReferenceNo":"202411011441000013","phoneNo":"6281295288912","merchantId":"AGREE170724"}
        """,
        2)]
    [InlineData(
        """
        {"kycResponse":"KYC Approved","kycMessage":"because",
        "partnerReferenceNo":"202411011441000012","phoneNo":"6281295288913","merchantId":"AGREE170724"}
        """,
        2)]
    public async Task Two_Are_One_When_Their_Content_Agrees_Whatever_Their_Form(string second, int kept)
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync("KYC Approved");

        await host.CallbackAsync(second);

        Assert.Equal(kept, (await host.NotificationsAsync()).Count);
    }

    [Fact]
    public async Task The_External_Id_Is_Evidence_And_Never_A_Reason_To_Drop()
    {
        await using var host = await IssuedAsync();
        var client = host.Anonymous;
        client.DefaultRequestHeaders.Add("X-EXTERNAL-ID", "4711");

        await client.SendJsonAsync(HttpMethod.Post, Calls.CallbackPath(), Calls.Notification("KYC Rejected"));
        await client.SendJsonAsync(HttpMethod.Post, Calls.CallbackPath(), Calls.Notification("KYC Approved"));

        Assert.Equal("approved", await host.StatusOfAsync());
        Assert.All(
            await host.NotificationsAsync(),
            one => Assert.Equal("4711", one.GetProperty("evidence").GetProperty("xExternalId").GetString()));
    }

    [Fact]
    public async Task Rejected_May_Become_Approved_And_Approved_Never_Changes()
    {
        await using var host = await IssuedAsync();

        await host.NotifyAsync("KYC Rejected", message: "blurred");
        var rejected = await host.StatusOfAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.NotifyAsync("KYC Approved", message: "second try");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.NotifyAsync("KYC Rejected", message: "late");

        Assert.Equal(("rejected", "approved"), (rejected, await host.StatusOfAsync()));
        Assert.Equal(["contradiction", "applied", "applied"], (await host.NotificationsAsync()).Select(Disposition));
        Assert.Equal(
            [
                ("widgetIssued", "Request has been processed successfully"), ("rejected", "blurred"), ("approved", "second try"),
            ],
            (await HistoryAsync(host)).Select(step => (step.GetProperty("status").GetString(), step.GetProperty("message").GetString())));
    }

    [Theory]
    [InlineData("KYC Approved", "approved")]
    [InlineData("KYC Rejected", "rejected")]
    public async Task Another_Content_With_The_Outcome_Held_Is_A_Duplicate(string response, string status)
    {
        await using var host = await IssuedAsync();
        await host.NotifyAsync(response);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        await host.NotifyAsync(response, message: "again");

        Assert.Equal(status, await host.StatusOfAsync());
        Assert.Equal(["duplicate", "applied"], (await host.NotificationsAsync()).Select(Disposition));
    }

    [Theory]
    [InlineData("KYC Pending", Calls.Reference)]
    [InlineData("Approved?", Calls.Reference)]
    [InlineData("KYC Not Approved", "unknown-reference")]
    public async Task An_Unknown_Outcome_Is_Shown_As_Other_And_Changes_Nothing(string response, string reference)
    {
        await using var host = await IssuedAsync();

        var answer = await host.NotifyAsync(response, reference);

        Assert.Equal(200, answer.Status);
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal(("unknownOutcome", "other"), (Disposition(kept), kept.GetProperty("kycResponse").GetString()));
        // The evidence is the body.
        var item = await host.Ops.GetAnswerAsync($"/v1/kyc-notifications/{kept.GetProperty("id").GetString()}");
        Assert.Equal("other", item["kycResponse"]);
        Assert.Equal(
            response, JsonDocument.Parse(Convert.FromBase64String(item["rawBase64"]!)).RootElement.GetProperty("kycResponse").GetString());
        Assert.Equal(reference == Calls.Reference, kept.GetProperty("evidence").GetProperty("referenceKnown").GetBoolean());
    }

    [Fact]
    public async Task An_Unknown_Reference_Is_An_Orphan()
    {
        await using var host = await IssuedAsync();

        Assert.Equal(200, (await host.NotifyAsync("KYC Approved", "unknown-reference")).Status);

        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal("orphan", Disposition(kept));
        Assert.False(kept.GetProperty("evidence").GetProperty("referenceKnown").GetBoolean());
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
        Assert.Equal(404, (await host.ReadUpgradeAsync("unknown-reference")).Status);
    }

    [Theory]
    [InlineData(Calls.SentPhone, true)]
    [InlineData("08" + "1295288912", true)]
    [InlineData("60123456789", false)]
    [InlineData("", null)]
    public async Task Another_Phone_Is_Recorded_And_Never_A_Reason_To_Reject(string phone, bool? matches)
    {
        await using var host = await IssuedAsync();

        await host.NotifyAsync("KYC Approved", phone: phone);

        Assert.Equal("approved", await host.StatusOfAsync());
        var evidence = Assert.Single(await host.NotificationsAsync()).GetProperty("evidence");
        Assert.Equal(matches, evidence.TryGetProperty("phoneMatches", out var value) ? value.GetBoolean() : null);
        Assert.True(evidence.GetProperty("merchantMatches").GetBoolean());
    }

    [Fact]
    public async Task A_Notification_Survives_The_Process()
    {
        await using var first = (await IssuedAsync()).KeepingData();
        await first.NotifyAsync("KYC Approved");
        await first.DisposeAsync();
        await using var second = first.Successor();

        await second.NotifyAsync("KYC Approved");

        Assert.Equal("approved", await second.StatusOfAsync());
        Assert.Equal(2, Assert.Single(await second.NotificationsAsync()).GetProperty("deliveries").GetInt32());
    }

    private static async Task<ApiHost> IssuedAsync()
    {
        var host = new ApiHost();
        host.Finnet.Issues();
        Assert.Equal(201, (await host.CreateAsync()).Status);
        return host;
    }

    private static string? Disposition(JsonElement notification) => notification.GetProperty("disposition").GetString();

    private static async Task<IReadOnlyList<JsonElement>> HistoryAsync(ApiHost host) => [.. (await host.ReadUpgradeAsync()).Json
        .GetProperty("history").EnumerateArray()];
}
