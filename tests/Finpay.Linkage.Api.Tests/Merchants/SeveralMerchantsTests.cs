using System.Text;
using Finpay.Linkage.Api.Tests.Events;
using Finpay.Linkage.Api.Tests.Hosting;

namespace Finpay.Linkage.Api.Tests.Merchants;

/// <summary>Two merchants in one service: whose credentials go out, whose results come in.</summary>
public sealed class SeveralMerchantsTests
{
    [Fact]
    public async Task A_Create_Goes_Out_As_The_Merchant_Of_Its_Key()
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues().Issues();

        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.Equal(201, (await host.CreateForNorthAsync()).Status);

        Assert.Equal(
            [TestSettings.MerchantId, TwoMerchants.NorthId],
            host.Finnet.Sent.Select(sent => sent.Json.GetProperty("merchantId").GetString()));
        Assert.Equal(TestSettings.MerchantPassword, Password(host.Finnet.Sent[0], TestSettings.EncryptionKey));
        Assert.Equal(TwoMerchants.NorthPassword, Password(host.Finnet.Sent[1], TwoMerchants.NorthEncryptionKey));
        Assert.Equal(
            [(Calls.Reference, TestSettings.MerchantId), (TwoMerchants.NorthReference, TwoMerchants.NorthId)],
            host.Query<(string, string)>("SELECT partner_reference_no, merchant_id FROM upgrades ORDER BY 1"));
    }

    [Theory]
    [InlineData(TwoMerchants.NorthKey, TwoMerchants.NorthId, 201)]
    [InlineData(TwoMerchants.NorthKey, TestSettings.MerchantId, 400)]
    [InlineData(TestSettings.MerchantKey, TwoMerchants.NorthId, 400)]
    [InlineData(TestSettings.MerchantKey, TestSettings.MerchantId, 201)]
    [InlineData(TestSettings.OpsKey, TestSettings.MerchantId, 201)]
    [InlineData(TwoMerchants.NorthOpsKey, TwoMerchants.NorthId, 201)]
    public async Task A_Body_May_Name_The_Merchant_Of_Its_Key_Alone(string key, string merchantId, int status)
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues();

        var answer = await host.Client(key).CreateAsync($$"""{"phoneNo":"{{Calls.Phone}}","merchantId":"{{merchantId}}"}""");

        Assert.Equal(status, answer.Status);
        if (status == 400)
            Assert.Contains("\"merchantId\":[\"is not the merchantId of this key", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    // Right: token and merchantId of the same merchant.
    [InlineData(TestSettings.PathToken, TestSettings.MerchantId, Calls.Reference, 200, "approved", "widgetIssued")]
    [InlineData(TwoMerchants.NorthToken, TwoMerchants.NorthId, TwoMerchants.NorthReference, 200, "widgetIssued", "approved")]
    // One's token with another's merchantId.
    [InlineData(TestSettings.PathToken, TwoMerchants.NorthId, TwoMerchants.NorthReference, 401, "widgetIssued", "widgetIssued")]
    [InlineData(TwoMerchants.NorthToken, TestSettings.MerchantId, Calls.Reference, 401, "widgetIssued", "widgetIssued")]
    // One's token and merchantId with another's reference: nothing of the other's changes.
    [InlineData(TwoMerchants.NorthToken, TwoMerchants.NorthId, Calls.Reference, 200, "widgetIssued", "widgetIssued")]
    [InlineData(TestSettings.PathToken, TestSettings.MerchantId, TwoMerchants.NorthReference, 200, "widgetIssued", "widgetIssued")]
    public async Task A_Result_Counts_For_The_Merchant_Of_Its_Token_Alone(
        string token, string merchantId, string reference, int status, string first, string north)
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.CreateForNorthAsync();

        var answer = await host.NotifyNorthAsync("KYC Approved", reference, token, merchantId);

        Assert.Equal(status, answer.Status);
        Assert.Equal((first, north), (await host.StatusOfAsync(), await host.StatusOfAsync(TwoMerchants.NorthReference)));
        Assert.Equal(status == 200 ? 1 : 0, (await host.NotificationsAsync()).Count);
        if (status == 200)
            Assert.Equal(
                first == north ? "orphan" : "applied", (await host.NotificationsAsync())[0].GetProperty("disposition").GetString());
        else
            Assert.Contains("otherMerchant", string.Join('\n', host.Logs.Own.Select(line => line.Message)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Redaction_Leaves_What_Another_Merchant_Was_Sent()
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues();
        await host.CreateAsync();
        await host.NotifyNorthAsync("KYC Approved", Calls.Reference);

        var redacted = await host.Client(TwoMerchants.DefaultOpsKey).SendBytesAsync(
            HttpMethod.Post, $"/v1/account-upgrades/{Calls.Reference}/redact", [], contentType: null);

        Assert.Equal((200, 0), (redacted.Status, redacted.Json.GetProperty("notifications").GetInt32()));
        // What comes later is kept too, and the same one is a repeat.
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await host.NotifyNorthAsync("KYC Approved", Calls.Reference);
        await host.NotifyNorthAsync("KYC Rejected", Calls.Reference);
        Assert.Equal([1, 2], (await host.NotificationsAsync()).Select(one => one.GetProperty("deliveries").GetInt32()));
        Assert.Equal(2, host.Query<long>("SELECT count(*) FROM notifications WHERE raw IS NOT NULL AND disposition = 'orphan'")[0]);
    }

    [Fact]
    public async Task What_Nobody_Can_Read_Is_One_For_Each_Token()
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues();
        await host.CreateAsync();
        foreach (var token in new[] { TwoMerchants.NorthToken, TwoMerchants.NorthToken, TestSettings.PathToken })
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await host.CallbackAsync("KYC Approved, but no JSON", token);
        }

        var kept = await host.NotificationsAsync();
        Assert.Equal([1, 2], kept.Select(one => one.GetProperty("deliveries").GetInt32()));
        var answer = await host.Ops.SendJsonAsync(
            HttpMethod.Post, $"/v1/kyc-notifications/{kept[0].GetProperty("id")}/apply",
            $$"""{"partnerReferenceNo":"{{Calls.Reference}}","outcome":"approved","reason":"seen"}""");
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_Merchant_Without_A_Token_Of_Its_Own_Has_The_Common_Ones()
    {
        await using var host = TwoMerchants.Host(("Merchants:north:Notifications:PathTokens:0", null));
        host.Finnet.Issues();
        await host.CreateForNorthAsync();

        Assert.Equal(401, (await host.NotifyNorthAsync("KYC Approved")).Status);
        Assert.Equal(200, (await host.NotifyNorthAsync("KYC Approved", token: TestSettings.PathToken)).Status);
        Assert.Equal("approved", await host.StatusOfAsync(TwoMerchants.NorthReference));
    }

    [Fact]
    public async Task The_Same_Phone_Settles_Within_One_Merchant_Only()
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Answers("2020000").Answers("2020000").Answers("2020000");
        await host.CreateAsync();
        await host.CreateAsync("same-merchant-1");
        await host.CreateForNorthAsync();

        await host.NotifyAsync("KYC Rejected");

        Assert.Equal("rejected", await host.StatusOfAsync());
        Assert.Equal("rejected", await host.StatusOfAsync("same-merchant-1"));
        Assert.Equal("inProcess", await host.StatusOfAsync(TwoMerchants.NorthReference));
    }

    [Fact]
    public async Task A_Merchant_In_Trouble_Leaves_The_Other_Untouched()
    {
        await using var host = TwoMerchants.Host();
        for (var call = 0; call < 20; call++)
        {
            host.Finnet.Answers("5000000");
            await host.Client(TwoMerchants.NorthKey).CreateAsync($$"""{"phoneNo":"{{Calls.Phone}}"}""");
        }

        var open = await host.CreateForNorthAsync();
        host.Finnet.Issues();
        var other = await host.CreateAsync();

        Assert.Equal((503, 201), (open.Status, other.Status));
        Assert.Contains("circuit", (await host.ReadUpgradeAsync(TwoMerchants.NorthReference)).Text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>An unreadable body names no merchant: it may be applied for those alone whose token it came with.</summary>
    [Theory]
    [InlineData(TwoMerchants.NorthReference, 200)]
    [InlineData(Calls.Reference, 409)]
    public async Task An_Unreadable_Result_Is_Applied_For_The_Merchant_Of_Its_Token_Alone(string reference, int status)
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.CreateForNorthAsync();
        Assert.Equal(400, (await host.CallbackAsync("KYC Approved, but no JSON", TwoMerchants.NorthToken)).Status);
        var kept = Assert.Single(await host.NotificationsAsync());
        Assert.Equal("north", kept.GetProperty("evidence").GetProperty("merchants")[0].GetString());

        var answer = await host.Ops.SendJsonAsync(
            HttpMethod.Post, $"/v1/kyc-notifications/{kept.GetProperty("id")}/apply",
            $$"""{"partnerReferenceNo":"{{reference}}","outcome":"approved","reason":"seen"}""");

        Assert.Equal(status, answer.Status);
    }

    /// <summary>It names its merchant: to the operators of that merchant a reference of another one does not exist.</summary>
    [Theory]
    [InlineData(null, 409, "It names no upgrade")]
    [InlineData(Calls.Reference, 409, "There is no upgrade with this")]
    [InlineData("nobodys-reference", 409, "There is no upgrade with this")]
    [InlineData(TwoMerchants.NorthReference, 200, "")]
    public async Task A_Result_That_Names_A_Reference_Of_Another_Is_Applied_To_One_Of_Its_Own(string? reference, int status, string why)
    {
        await using var host = TwoMerchants.Host();
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.CreateForNorthAsync();
        await host.NotifyNorthAsync("KYC Approved", Calls.Reference);
        var id = Assert.Single(await host.NotificationsAsync()).GetProperty("id");

        var answer = await host.Client(TwoMerchants.NorthOpsKey).SendJsonAsync(
            HttpMethod.Post, $"/v1/kyc-notifications/{id}/apply",
            System.Text.Json.JsonSerializer.Serialize(new { partnerReferenceNo = reference, outcome = "approved", reason = "seen" }));

        Assert.Equal(status, answer.Status);
        Assert.Contains(why, answer.Text, StringComparison.Ordinal);
        Assert.Equal("widgetIssued", await host.StatusOfAsync());
    }

    [Fact]
    public async Task Merchants_Alone_Need_No_Finnet_And_No_Default()
    {
        (string, string?)[] without =
        [
            .. new[] { "Environment", "MerchantId", "MerchantPassword", "EncryptionKey", "EncryptionIv" }
                .Select(key => ($"Finnet:{key}", (string?)null)),
            ("ApiKeys:0:Merchant", "north"), ("ApiKeys:1:Merchant", "south"), ("ApiKeys:5:Merchant", "south"),
            ("Merchants:south:Environment", "Development"), ("Merchants:south:MerchantId", "SOUTH"),
            ("Merchants:south:MerchantPassword", "south+Pass&word"), ("Merchants:south:EncryptionKey", "southKey+16chars"),
            ("Merchants:south:EncryptionIv", "southIv.16.chars"),
        ];
        await using var host = TwoMerchants.Host(without);
        host.Finnet.Issues().Issues();

        Assert.Equal(201, (await host.CreateForNorthAsync()).Status);
        Assert.Equal(201, (await host.Other.CreateAsync($$"""{"phoneNo":"{{Calls.Phone}}"}""")).Status);
        Assert.Equal(["snap.finnet.co.id", "snapstag.finnet.co.id"], host.Finnet.Sent.Select(sent => sent.Url.Host));
        // An operator's key for all merchants has to say for whom.
        var nobody = await host.Ops.CreateAsync($$"""{"phoneNo":"{{Calls.Phone}}"}""");
        Assert.Equal((403, "forbidden"), (nobody.Status, nobody.Problem));
    }

    [Fact]
    public async Task An_Endpoint_Of_One_Merchant_Is_Told_Of_Its_Records_Alone()
    {
        using var receiver = new EventReceiver();
        await using var host = receiver.Configured(TwoMerchants.Host(
            [.. EventReceiver.Settings("all"), .. EventReceiver.Settings("north", 1), ("Events:Endpoints:1:Merchant", "north")]));
        host.Finnet.Answers("2020000").Answers("2020000").Answers("2020000");
        await host.CreateAsync();
        await host.CreateForNorthAsync();
        await host.Client(TwoMerchants.NorthKey).CreateAsync($$"""{"partnerReferenceNo":"north-another-1","phoneNo":"{{Calls.Phone}}"}""");

        await host.NotifyAsync("KYC Approved");
        await host.NotifyNorthAsync("KYC Rejected");

        // The second of north is settled by the notification for the first.
        Assert.Equal(
            [("all", Calls.Reference), ("all", TwoMerchants.NorthReference), ("all", "north-another-1"),
                ("north", TwoMerchants.NorthReference), ("north", "north-another-1")],
            host.Query<(string, string)>("SELECT endpoint, partner_reference_no FROM event_deliveries ORDER BY 1, 2"));
    }

    /// <summary>Written by an instance that did not know the filter.</summary>
    [Fact]
    public async Task What_An_Endpoint_Does_Not_Want_Is_Not_Sent_To_It()
    {
        using var receiver = new EventReceiver();
        await using var host = receiver.Configured(TwoMerchants.Host(
            [.. EventReceiver.Settings("north"), ("Events:Endpoints:0:Merchant", "north")]));
        host.Finnet.Issues().Issues();
        await host.CreateAsync();
        await host.CreateForNorthAsync();
        host.ExecuteSql($"INSERT INTO event_deliveries (id, event_id, type, endpoint, partner_reference_no, status, version, position, at, "
            + $"state, next_attempt_at, created_at) VALUES ('0192e6c5', 'evt_1', 'account_upgrade.overdue', 'north', "
            + $"'{Calls.Reference}', 'widgetIssued', 2, 5, 1, 'pending', 1, 1)");

        await host.NotifyNorthAsync("KYC Approved");

        Assert.Equal(TwoMerchants.NorthReference, (await receiver.NextAsync()).Reference);
        Assert.All(receiver.All, message => Assert.Equal(TwoMerchants.NorthReference, message.Reference));
    }

    [Fact]
    public async Task Callbacks_Are_Counted_By_Merchant()
    {
        await using var host = TwoMerchants.Host();
        using var counted = new MeasurementCapture(host);

        await host.NotifyAsync("KYC Approved");
        await host.NotifyNorthAsync("KYC Approved");
        await host.CallbackAsync(Calls.Notification("KYC Approved", merchant: "NOBODY"));

        Assert.Equal(
            ["default", "north", "(none)"],
            counted.Measurements.Where(one => one.Name == "linkage.callbacks").Select(one => (string)one.Tags["merchant"]!));
    }

    /// <summary>Both ways to have one merchant do the same; LINKAGE_TEST_MERCHANTS=1 runs all tests the second way.</summary>
    [Theory]
    [InlineData("Finnet")]
    [InlineData("Merchants:default")]
    public async Task One_Merchant_May_Stand_In_Either_Section(string section)
    {
        var finnet = TestSettings.Create("").Where(one => one.Key.StartsWith("Finnet:", StringComparison.Ordinal)).ToList();
        await using var host = ApiHost.With(
            [.. finnet.Select(one => (one.Key, (string?)null)),
                .. finnet.Select(one => (one.Key.Replace("Finnet", section, StringComparison.Ordinal), one.Value))]);
        host.Finnet.Issues();

        Assert.Equal(201, (await host.CreateAsync()).Status);
        Assert.Equal(200, (await host.NotifyAsync("KYC Approved")).Status);
        Assert.Equal("approved", await host.StatusOfAsync());
    }

    [Fact]
    public async Task A_Merchant_With_A_Key_Of_Its_Own_Takes_No_Signature_Of_The_Common_One()
    {
        using var common = new FinnetKeys();
        using var own = new FinnetKeys();
        await using var host = TwoMerchants.Host(
            ("Merchants:north:Notifications:PathTokens:0", null), ("Notifications:Authentication:0", "SnapSignature"),
            ("Notifications:PathTokens:0", null), ("Notifications:Snap:PublicKeyPath", common.CurrentPath),
            ("Notifications:Snap:PreviousPublicKeyPath", common.CurrentPath),
            ("Merchants:north:Notifications:Snap:PublicKeyPath", own.CurrentPath));

        Assert.Equal(200, await SignedAsync(own, TwoMerchants.NorthId));
        Assert.Equal(401, await SignedAsync(common, TwoMerchants.NorthId));
        Assert.Equal(401, await SignedAsync(own, TestSettings.MerchantId));
        Assert.Equal(200, await SignedAsync(common, TestSettings.MerchantId));
        Assert.Equal(2, (await host.NotificationsAsync()).Count);

        async Task<int> SignedAsync(FinnetKeys keys, string merchant)
        {
            host.Clock.Advance(TimeSpan.FromMilliseconds(1));
            var body = Calls.Notification("KYC Approved", merchant: merchant);
            return (await keys.Sign(body, host.Clock.GetUtcNow()).SendAsync(host)).Status;
        }
    }

    private static string Password(SentRequest sent, string key)
    {
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = Encoding.ASCII.GetBytes(key);
        return Encoding.UTF8.GetString(aes.DecryptCbc(
            Convert.FromBase64String(sent.Json.GetProperty("merchantPass").GetString()!),
            Encoding.ASCII.GetBytes(TestSettings.EncryptionIv)));
    }
}
