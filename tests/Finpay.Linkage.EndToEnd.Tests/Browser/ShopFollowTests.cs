using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>The result page follows its order at the API, by the module; and manages without it.</summary>
public sealed class ShopFollowTests : ShopTest
{
    private const string Widget = "a[href*='/widget/prem']";

    [ChromiumFact]
    public async Task A_Decision_In_Another_Tab_Appears_By_Itself()
    {
        var page = await LeftWithoutResultAsync();
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(request.Url);
        var streams = page.WaitForResponseAsync(response => response.Url.EndsWith("/events", StringComparison.Ordinal));
        await page.ReloadAsync();
        Assert.Equal(200, (await streams).Status);
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync((await page.Locator(Widget).GetAttributeAsync("href"))!);
        await HeadingAsync(page, "The result is not here yet");

        await ClickAsync(other, "Approve");

        await HeadingAsync(page, "You are Premium now");
        Assert.DoesNotContain(asked, url => url.Contains("token=", StringComparison.Ordinal));
        // It does not ask the shop again and again: once at the start, and when it was told.
        Assert.InRange(asked.Count(url => url.Contains("/shop/api/orders/", StringComparison.Ordinal)), 2, 5);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task What_Happened_While_The_Network_Was_Gone_Is_Told_When_It_Is_Back()
    {
        var page = await WaitingAsync("081295280003");

        await page.Context.SetOfflineAsync(true);
        await Assertions.Expect(page.Locator("#problem")).ToContainTextAsync("We can't read the result at the moment");
        await DecideAsync("KYC Approved", "081295280003");
        await page.Context.SetOfflineAsync(false);

        await HeadingAsync(page, "You are Premium now");
        await Assertions.Expect(page.Locator("#problem")).ToBeHiddenAsync();
    }

    [ChromiumFact]
    public async Task Without_The_Module_The_Page_Asks_The_Shop()
    {
        var page = await OpenShopAsync();
        await page.RouteAsync("**/linkage.js", route => route.AbortAsync());
        await FillAsync(page, phone: "081295280003");
        await SendAsync(page);
        await HeadingAsync(page, "Still being looked at");

        await DecideAsync("KYC Rejected", "081295280003");

        await HeadingAsync(page, "Your upgrade was not approved");
    }

    [ChromiumFact]
    public async Task Without_JavaScript_It_Is_Looked_At_Again()
    {
        var page = await WaitingAsync("081295280003");
        await using var plain = await page.Context.Browser!.NewContextAsync(new() { JavaScriptEnabled = false, Locale = "id-ID" });
        var reader = await plain.NewPageAsync();
        await reader.GotoAsync(page.Url);
        await HeadingAsync(reader, "Masih diperiksa");
        await Assertions.Expect(reader.GetByText("Tanpa JavaScript")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Without JavaScript")).ToHaveCountAsync(0);

        await DecideAsync("KYC Rejected", "081295280003");
        await ClickAsync(reader, "Lihat lagi");

        await HeadingAsync(reader, "Upgrade Anda tidak disetujui");
        await Assertions.Expect(reader.Locator("#reason")).ToHaveTextAsync("the data differ");
        await Assertions.Expect(reader.GetByRole(AriaRole.Link, new() { Name = "Coba lagi dengan data lain" })).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task On_A_Phone_In_Indonesian_And_By_Keyboard_It_Is_The_Same()
    {
        var page = await LeftWithoutResultAsync(width: 375, height: 740);
        await page.GetByRole(AriaRole.Button, new() { Name = "Bahasa Indonesia" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await HeadingAsync(page, "Hasilnya belum ada");
        await page.Locator("#actions a").FocusAsync();
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync((await page.Locator(Widget).GetAttributeAsync("href"))!);

        await ClickAsync(other, "Setujui");

        await HeadingAsync(page, "Anda sekarang Premium");
        await ExpectToFitAsync(page);
        // Announced, and within reach of the Tab key.
        Assert.Equal("status", await page.Locator("h1").Locator("..").GetAttributeAsync("role"));
        await page.Keyboard.PressAsync("Tab");
        await page.Locator("#actions a").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await HeadingAsync(page, "Upgrade ke Premium");
        Assert.Empty(Complaints);
    }

    private async Task<IPage> LeftWithoutResultAsync(int width = 1280, int height = 900)
    {
        var page = await OpenShopAsync(width, height);
        await FillAsync(page);
        await SendAsync(page);
        await ClickAsync(page, "Leave without finishing");
        await HeadingAsync(page, "The result is not here yet");
        return page;
    }

    private async Task<IPage> WaitingAsync(string phone)
    {
        var page = await OpenShopAsync();
        await FillAsync(page, phone: phone);
        var follows = page.WaitForResponseAsync(response => response.Url.EndsWith("/events", StringComparison.Ordinal));
        await SendAsync(page);
        await HeadingAsync(page, "Still being looked at");
        await follows;
        return page;
    }

    private async Task DecideAsync(string kycResponse, string phone)
    {
        var sent = (await Sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests?full=true"))!.Single()!;
        var body = JsonNode.Parse(Convert.FromBase64String((string)sent["bodyBase64"]!))!;
        using var notified = await Sandbox.NotifyAsync($$"""
            { "kycResponse": "{{kycResponse}}", "kycMessage": "the data differ",
              "partnerReferenceNo": "{{body["partnerReferenceNo"]}}", "phoneNo": "62{{phone[1..]}}", "merchantId": "AGREE170724" }
            """);
        notified.EnsureSuccessStatusCode();
    }
}
