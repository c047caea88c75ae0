using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>What operators change in their console: each time they are asked first, and a no changes nothing.</summary>
public sealed class OpsActionTests : OpsTest
{
    [ChromiumFact]
    public async Task An_Upgrade_Is_Asked_About_Again_And_Redacted()
    {
        var page = await SignInAsync();
        await CreateAsync();
        await GoAsync(page, $"upgrades/{Reference}", Reference);
        await Expect(page.Locator(".timeline")).ToContainTextAsync("finnetResponse 2000000");

        await PressAsync(page, "Ask Finnet again…", "a new upgrade for the same phone", "Cancel");
        await PressAsync(page, "Ask Finnet again…", "a new upgrade for the same phone", "Ask");
        await SaysAsync(page, "Finnet was asked:");
        await Expect(page.Locator("#said a")).ToHaveCountAsync(1);
        await Expect(page.Locator(".timeline li", new() { HasText = "asked again" })).ToContainTextAsync("widgetIssued");
        await GoAsync(page, "upgrades", "Upgrades");
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(2);
        await page.Locator("main tbody a").First.ClickAsync();
        await Expect(page.Locator("dl")).ToContainTextAsync("asks about");

        await page.Locator("dl").GetByRole(AriaRole.Link, new() { Name = Reference }).ClickAsync();
        await PressAsync(page, "Redact…", "This can't be undone.", "Cancel");
        Assert.Null((await Sandbox.ReadAsync(Reference))["redactedAt"]);
        await PressAsync(page, "Redact…", "This can't be undone.", "Redact");
        await SaysAsync(page, "It is redacted.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Redact…" })).ToHaveCountAsync(0);
        Assert.NotNull((await Sandbox.ReadAsync(Reference))["redactedAt"]);

        await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).Last.ClickAsync();
        await Expect(page.Locator("main tbody")).ToContainTextAsync("redact");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_Notification_Is_Applied_With_A_Reason()
    {
        var page = await SignInAsync();
        await CreateAsync();
        await NotifyAsync("KYC Perhaps");
        await GoAsync(page, "inbox?disposition=unknownOutcome", "Inbox");
        await page.Locator("main tbody a").ClickAsync();

        await page.GetByLabel("outcome").SelectOptionAsync("rejected");
        await page.GetByLabel("Reason (for the audit)").FillAsync("Finnet said so by mail");
        await PressAsync(page, "Apply…", $"{Reference} becomes rejected", "Cancel");
        Assert.Equal("widgetIssued", (string?)(await Sandbox.ReadAsync(Reference))["status"]);
        await PressAsync(page, "Apply…", $"{Reference} becomes rejected", "Apply");
        await SaysAsync(page, "It is applied.");

        await Expect(page.Locator("dl").First).ToContainTextAsync("applied");
        Assert.Equal("rejected", (string?)(await Sandbox.ReadAsync(Reference))["status"]);
        await GoAsync(page, $"audit?partnerReferenceNo={Reference}", "Audit");
        await Expect(page.Locator("main tbody")).ToContainTextAsync("Finnet said so by mail");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Events_Are_Sent_Again_One_Or_Many()
    {
        var page = await SignInAsync();
        await CreateAsync();
        await NotifyAsync("KYC Approved");
        await DeliveredAsync(1);

        await GoAsync(page, $"upgrades/{Reference}", Reference);
        await PressAsync(page, "Send again…", "with the same webhook-id", "Send");
        await SaysAsync(page, "It is pending again.");
        await DeliveredAsync(2);
        await GoAsync(page, "events", "Events");
        await page.Locator("main tbody a").First.ClickAsync();
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("pre")).ToContainTextAsync("account_upgrade.approved");
        await PressAsync(page, "Send again…", "with the same webhook-id", "Cancel");

        await GoAsync(page, "events", "Events");
        var many = page.Locator("form", new() { HasText = "Count and send" });
        await many.GetByLabel("endpoint").FillAsync("demo-shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Count and send…" }).ClickAsync();
        await SaysAsync(page, "There are none.");
        await many.GetByLabel("state").SelectOptionAsync("delivered");
        await PressAsync(page, "Count and send…", "Send 1 events to demo-shop once more?", "Send");
        await SaysAsync(page, "1 are pending again.");
        await DeliveredAsync(3);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Finnet_Is_Asked_About_Many_After_They_Were_Counted()
    {
        var page = await SignInAsync("upgrades?overdue=true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Count and ask…" }).ClickAsync();
        await SaysAsync(page, "There are none.");

        // Nothing is overdue within a test of the real clock.
        List<JsonNode> asked = [];
        await page.RouteAsync("**/v1/account-upgrades/ask-again", route =>
        {
            asked.Add(JsonNode.Parse(route.Request.PostData!)!);
            return route.FulfillAsync(new() { Status = 202, Body = """{"count":3}""" });
        });
        await page.GetByLabel("at most").FillAsync("3");
        await PressAsync(page, "Count and ask…", "Ask Finnet about 3 upgrades?", "Cancel");
        await PressAsync(page, "Count and ask…", "Ask Finnet about 3 upgrades?", "Ask");
        await SaysAsync(page, "3 will be asked about.");

        Assert.Equal([true, true, false], asked.Select(body => (bool?)body["dryRun"] ?? false));
        Assert.All(asked, body => Assert.Equal(3, (int?)body["limit"]));
        Assert.Empty(Complaints);
    }

    private async Task DeliveredAsync(int attempts)
    {
        for (var wait = 0; wait < 400; wait++)
        {
            using var answer = await Sandbox.Api.GetAsync("/v1/events");
            var one = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["items"]!.AsArray().SingleOrDefault();
            if ((string?)one?["state"] == "delivered" && (int?)one["attempts"] == attempts)
                return;
            await Task.Delay(50);
        }

        Assert.Fail("The event is not delivered.");
    }
}
