using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>From the shop to the widget and back, for every outcome.</summary>
public sealed class ShopJourneyTests : ShopTest
{
    [ChromiumFact]
    public async Task Approved_In_The_Widget_Is_Premium_In_The_Shop()
    {
        var page = await OpenShopAsync();
        await FillAsync(page);
        await SendAsync(page);

        await HeadingAsync(page, "Verify your identity");
        await ClickAsync(page, "Approve");
        await HeadingAsync(page, "Approved");
        await ClickAsync(page, "Back to the merchant");

        await HeadingAsync(page, "You are Premium now");
        Assert.DoesNotContain("8129", page.Url, StringComparison.Ordinal);
        var sent = (await Sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests?full=true"))!.Single()!;
        Assert.Empty(sent["problems"]!.AsArray());
        Assert.Contains("3273012501120007", sent["decrypted"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Rejected_In_The_Widget_Is_Said_With_Its_Reason()
    {
        var page = await OpenShopAsync();
        await FillAsync(page);
        await SendAsync(page);

        await page.GetByLabel("Reason for a rejection")
            .SelectOptionAsync(new SelectOptionValue { Label = "Data differ from Dukcapil's records" });
        await ClickAsync(page, "Reject");
        await ClickAsync(page, "Back to the merchant");

        await HeadingAsync(page, "Your upgrade was not approved");
        await Assertions.Expect(page.Locator("#reason"))
            .ToHaveTextAsync("Your KYC has been rejected because the data differ from the Dukcapil records");
        await ClickAsync(page, "Try again with other data");
        await HeadingAsync(page, "Upgrade to Premium");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Coming_Back_Without_Finishing_Proves_Nothing_And_Leads_Back_To_The_Widget()
    {
        var page = await OpenShopAsync();
        await FillAsync(page);
        await SendAsync(page);
        await ClickAsync(page, "Leave without finishing");

        await HeadingAsync(page, "The result is not here yet");
        await ClickAsync(page, "Continue the verification");
        await HeadingAsync(page, "Verify your identity");
        await ClickAsync(page, "Approve");
        await ClickAsync(page, "Back to the merchant");
        await HeadingAsync(page, "You are Premium now");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task The_Result_Appears_On_A_Page_That_Is_Open_Already()
    {
        var page = await OpenShopAsync();
        await FillAsync(page, phone: "081295280003");
        await SendAsync(page);
        await HeadingAsync(page, "Still being looked at");
        // The page looks by itself only now and then: this clock, which it waits by, stands still.
        await page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));

        var sent = (await Sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests?full=true"))!.Single()!;
        var body = JsonNode.Parse(Convert.FromBase64String((string)sent["bodyBase64"]!))!;
        using var notified = await Sandbox.NotifyAsync($$"""
            { "kycResponse": "KYC Approved", "kycMessage": "ok",
              "partnerReferenceNo": "{{body["partnerReferenceNo"]}}", "phoneNo": "6281295280003", "merchantId": "AGREE170724" }
            """);

        await HeadingAsync(page, "You are Premium now");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task An_Expired_Link_Is_Said_And_The_Customer_Starts_Again_With_The_Same_Data()
    {
        var page = await OpenShopAsync();
        await QueueAsync("expired");
        await FillAsync(page);
        await SendAsync(page);
        await HeadingAsync(page, "This page has expired");
        await ClickAsync(page, "Back to the merchant");

        await HeadingAsync(page, "The link has expired");
        await ClickAsync(page, "Start again");
        await HeadingAsync(page, "Verify your identity");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("3273012501120007");
        await ClickAsync(page, "Approve");
        await ClickAsync(page, "Back to the merchant");
        await HeadingAsync(page, "You are Premium now");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task What_Is_In_Doubt_Is_Settled_By_Asking_Again()
    {
        var page = await OpenShopAsync();
        await QueueAsync("not-json");
        await FillAsync(page);
        await SendAsync(page);

        await HeadingAsync(page, "We don't know yet whether your request arrived");
        await ClickAsync(page, "Ask again");
        await HeadingAsync(page, "Verify your identity");
        var sent = (await Sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests?full=true"))!;
        Assert.Single(
            sent.Select(request =>
                (string)JsonNode.Parse(Convert.FromBase64String((string)request!["bodyBase64"]!))!["partnerReferenceNo"]!)
                .Distinct());
        Assert.Equal(2, sent.Count);
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task What_Stays_In_Doubt_Can_Be_Started_Again()
    {
        var page = await OpenShopAsync();
        await QueueAsync("hang-up");
        await FillAsync(page);
        await SendAsync(page);
        await HeadingAsync(page, "We don't know yet whether your request arrived");

        await ClickAsync(page, "Ask again");
        await HeadingAsync(page, "Finnet already has this request");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Ask again" })).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await HeadingAsync(page, "Finnet already has this request");
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("“Duplicate partnerReferenceNo” (4090001)");
        await ClickAsync(page, "Start again");

        await HeadingAsync(page, "Verify your identity");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task A_Refusal_Is_Said_With_Finnets_Explanation_And_What_To_Quote()
    {
        var page = await OpenShopAsync();
        await QueueAsync("unauthorised");
        await FillAsync(page);
        await SendAsync(page);

        await HeadingAsync(page, "Your request was refused");
        var sent = (await Sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests"))!.Single()!;
        var reference = (string)sent["body"]!["partnerReferenceNo"]!;
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync(
            "Finnet's answer: “Unauthorized. [scripted]” (4010000). Finnet does not accept who the request claims to come from");
        await Assertions.Expect(page.Locator("#quote")).ToContainTextAsync($"quote {reference}, ");
        await Assertions.Expect(page.Locator("#quote")).ToContainTextAsync(" WIB.");
        await ClickAsync(page, "Bahasa Indonesia");
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Finnet tidak menerima identitas pengirim permintaan");
        await Assertions.Expect(page.Locator("#quote")).ToContainTextAsync($"sebutkan {reference}, ");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task An_Unknown_Order_Is_Said_So()
    {
        var page = await OpenShopAsync();

        await page.GotoAsync($"{ShopUrl}/result?order=00000000000000000000000000000000");

        await HeadingAsync(page, "We don't know this request");
        Assert.Empty(Faults);
    }
}
