using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Finpay.Linkage.Sandbox.Scenarios;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>Notifications sent by hand, and the pages at every width.</summary>
public sealed class ConsoleNotificationTests : BrowserTest
{
    private const string Reference = "202411011441000012";

    [ChromiumFact]
    public async Task Each_Variant_Shows_The_Answer_Of_The_Api_And_What_Is_Not_Finnets_Changes_Nothing()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());
        await DecideAsync("reject");
        var notification = page.GetByRole(AriaRole.Article);
        await page.Locator(".reference-row > summary").ClickAsync();
        await Expect(notification.GetByText("delivered")).ToBeVisibleAsync();

        await SendAsync(page, "forged", 401, "4010000");
        await SendAsync(page, "forged-merchant", 404, "4040008");
        await SendAsync(page, "truncated", 400, "4000000");
        await SendAsync(page, "again", 200, "2000000");
        await SendAsync(page, "misspelt", 200, "2000000");
        await SendAsync(page, "late", 200, "2000000");
        await Expect(page.GetByText("real time", new() { Exact = true })).ToBeVisibleAsync();
        var before = await Sandbox.ReadAsync(Reference);
        Assert.Equal("rejected", (string)before["status"]!);
        Assert.Equal(2, before["history"]!.AsArray().Count);

        await SendAsync(page, "contradicting", 200, "2000000");

        Assert.Equal("approved", (string)(await Sandbox.ReadAsync(Reference))["status"]!);
        await Expect(notification.GetByText("What was sent")).ToHaveCountAsync(7);
        await notification.GetByText("What was sent").First.ClickAsync();
        await Expect(notification.Locator("pre").First).ToContainTextAsync("\"kycResponse\":\"KYC Approved\"");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task No_Width_From_A_Phones_Up_Scrolls_Sideways()
    {
        var page = await OpenAsync(width: 375, height: 812);
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());
        await DecideAsync("reject");
        using var queued = await Sandbox.Finnet.PostAsJsonAsync(
            "/sandbox/scenarios", new { scenario = "0022", phoneNo = "6281295288912", count = 1000 });
        await page.Locator(".reference-row > summary").ClickAsync();
        await SendAsync(page, "forged-merchant", 404, "4040008");
        await Expect(page.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);

        foreach (var width in new[] { 320, 375, 768, 1280 })
        {
            await page.SetViewportSizeAsync(width, 900);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{width} px");
        }

        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Everything_Can_Be_Reached_And_Named_By_The_Keyboard()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());
        await Expect(page.Locator("#known button")).ToHaveCountAsync(ScenarioTable.All.Count);

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to what arrived" })).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "+ 5 min" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#status")).ToHaveTextAsync("The clock ran forward by 5 min.");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "+ 5 min" })).ToBeFocusedAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>(
            "[...document.querySelectorAll('a,button,input,img')].filter(e => !(e.textContent.trim() || e.ariaLabel || e.alt || "
            + "e.labels?.length)).length"));
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Swagger_Loads_Without_Errors_And_Without_Other_Hosts()
    {
        var page = await OpenAsync(width: 375, height: 812);

        await page.GotoAsync($"{Sandbox.ApiUrl}/swagger");
        await Expect(page.Locator(".opblock")).Not.ToHaveCountAsync(0);
        var operations = await page.Locator(".opblock").CountAsync();
        // All at once: drawn one after the other they take a minute.
        await page.EvaluateAsync("document.querySelectorAll('.opblock-summary-control').forEach(operation => operation.click())");

        await Expect(page.Locator(".opblock.is-open")).ToHaveCountAsync(operations);
        Assert.Empty(Complaints);
    }

    private static async Task SendAsync(IPage page, string variant, int status, string code)
    {
        var notification = page.GetByRole(AriaRole.Article);
        await notification.GetByRole(AriaRole.Button, new() { Name = variant, Exact = true }).ClickAsync();
        await Expect(notification.Locator(".output")).ToContainTextAsync($"{variant}: HTTP {status} {{\"responseCode\":\"{code}\"");
    }

    private async Task DecideAsync(string verb)
    {
        using var created = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        var query = System.Web.HttpUtility.ParseQueryString(
            new Uri((string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!).Query);
        using var form = new FormUrlEncodedContent([new("phone", query["phone"]!), new("uuid", query["uuid"]!)]);
        using var decided = await Sandbox.Finnet.PostAsync($"/widget/prem/{verb}", form);
        decided.EnsureSuccessStatusCode();
        await Sandbox.SettleAsync();
    }
}
