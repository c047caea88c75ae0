using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>What the API tells the demo shop, as the console shows it and as the shop's page shows it.</summary>
public sealed class ConsoleEventTests : BrowserTest
{
    private const string Reference = "202411011441000012";

    [ChromiumFact]
    public async Task A_Failing_Shop_Is_Seen_In_The_Console_And_Gets_The_Event_When_It_Is_Sent_Again()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());
        await Expect(page.GetByText("Nothing was told yet.")).ToBeVisibleAsync();
        var gone = page.GetByRole(AriaRole.Button, new() { Name = "410, gone" });
        await gone.ClickAsync();
        await Expect(gone).ToHaveAttributeAsync("aria-pressed", "true");
        await ApproveAsync();

        var delivery = page.Locator(".delivery");
        await Expect(delivery).ToContainTextAsync($"account_upgrade.approved {Reference} dead signature verified");
        await Expect(delivery).ToContainTextAsync("1 attempt, last: HTTP 410");

        await page.GetByRole(AriaRole.Button, new() { Name = "200", Exact = true }).ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("The shop now answers: 200.");
        await delivery.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(delivery).ToContainTextAsync("delivered");
        await Expect(delivery).ToContainTextAsync("2 attempts");
        foreach (var width in new[] { 320, 768, 1280 })
        {
            await page.SetViewportSizeAsync(width, 900);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{width} px");
        }

        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task An_Attempt_That_Is_Never_Answered_Stays_Pending()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "never" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "never" })).ToHaveAttributeAsync("aria-pressed", "true");
        await ApproveAsync();

        await Expect(page.Locator(".delivery")).ToContainTextAsync("pending");
        await Expect(page.Locator(".delivery")).ToContainTextAsync("0 attempts");
        Assert.Empty(Complaints);
    }

    private async Task ApproveAsync()
    {
        using var created = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        using var notified = await Sandbox.NotifyAsync(new JsonObject
        {
            ["kycResponse"] = "KYC Approved",
            ["kycMessage"] = "ok",
            ["partnerReferenceNo"] = Reference,
            ["phoneNo"] = "6281295288912",
            ["merchantId"] = "AGREE170724",
        }.ToJsonString());
        notified.EnsureSuccessStatusCode();
    }
}
