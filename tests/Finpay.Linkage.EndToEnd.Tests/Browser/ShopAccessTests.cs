using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>Accessibility and privacy of the shop's pages.</summary>
public sealed class ShopAccessTests : ShopTest
{
    [ChromiumFact]
    public async Task No_Answer_To_The_Browser_Holds_The_Key()
    {
        var page = await OpenAsync();
        var answers = new ConcurrentQueue<string>();
        await page.RouteAsync("**/*", async route =>
        {
            var answer = await route.FetchAsync();
            answers.Enqueue(string.Join('\n', answer.Headers.Values) + await answer.TextAsync());
            await route.FulfillAsync(new() { Response = answer });
        });
        await page.GotoAsync(ShopUrl);
        await ReadyAsync(page);
        await page.GetByLabel("Mobile number").FillAsync("081295288912");
        await SendAsync(page);
        await ClickAsync(page, "Leave without finishing");
        await HeadingAsync(page, "The result is not here yet");

        Assert.Contains(answers, answer => answer.Contains("\"widgetUrl\"", StringComparison.Ordinal));
        Assert.DoesNotContain(answers, answer => answer.Contains(Sandbox.DemoApiKey, StringComparison.Ordinal));
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task The_Whole_Path_Needs_Nothing_But_A_Keyboard()
    {
        var page = await OpenShopAsync();
        await TabToAsync(page, "#phoneNo");
        await page.Keyboard.TypeAsync("081295288912");
        await TabToAsync(page, "#ktp");
        // The browser's own dialog of files can't be used here.
        await page.SetInputFilesAsync("#ktp", Ktp);
        await TabToAsync(page, "[data-remove=ktp]");
        await TabToAsync(page, "#selfie");
        await page.SetInputFilesAsync("#selfie", Selfie);
        await TabToAsync(page, "#kkNumber");
        await page.Keyboard.TypeAsync("3273012501120007");
        await TabToAsync(page, "#send");
        await page.Keyboard.PressAsync("Enter");

        await HeadingAsync(page, "Verify your identity");
        await TabToAsync(page, "form[action$=approve] button");
        await page.Keyboard.PressAsync("Enter");
        await HeadingAsync(page, "Approved");
        await TabToAsync(page, "a.button");
        await page.Keyboard.PressAsync("Enter");

        await HeadingAsync(page, "You are Premium now");
        await TabToAsync(page, "#actions a");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Nothing_Is_Wider_Than_A_Phone()
    {
        var page = await OpenShopAsync(width: 375, height: 740);
        await ExpectToFitAsync(page);
        await SendAsync(page);
        await page.Locator("[aria-invalid=true]").WaitForAsync();
        await ExpectToFitAsync(page);
        await FillAsync(page);
        await ExpectToFitAsync(page);
        await SendAsync(page);

        await HeadingAsync(page, "Verify your identity");
        await ExpectToFitAsync(page);
        await page.GetByLabel("or in your own words").FillAsync(new string('x', 200));
        await ClickAsync(page, "Reject");
        await HeadingAsync(page, "Rejected");
        await ExpectToFitAsync(page);
        await ClickAsync(page, "Back to the merchant");
        await HeadingAsync(page, "Your upgrade was not approved");
        await ExpectToFitAsync(page);
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task A_Chosen_Language_Holds_From_The_Shop_To_The_Widget_And_Back_And_Keeps_What_Was_Typed()
    {
        var page = await OpenShopAsync();
        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GetByLabel("Mobile number").FillAsync("081295288912");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bahasa Indonesia" }).ClickAsync();

        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "id");
        await Assertions.Expect(page.GetByLabel("Nomor ponsel")).ToHaveValueAsync("081295288912");
        await page.SetInputFilesAsync("#ktp", Ktp);
        await page.SetInputFilesAsync("#selfie", Selfie);
        await ClickAsync(page, "Lanjutkan ke verifikasi");
        await HeadingAsync(page, "Verifikasi identitas Anda");
        Assert.Equal("id", await page.Locator("html").GetAttributeAsync("lang"));
        await ClickAsync(page, "Setujui");
        await HeadingAsync(page, "Disetujui");
        await ClickAsync(page, "Kembali ke merchant");
        await HeadingAsync(page, "Anda sekarang Premium");
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await HeadingAsync(page, "You are Premium now");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task An_Indonesian_Browser_Is_Greeted_In_Indonesian()
    {
        var page = await OpenAsync();
        await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Accept-Language"] = "id-ID,id;q=0.9,en;q=0.8" });

        await page.GotoAsync(ShopUrl);

        await HeadingAsync(page, "Upgrade ke Premium");
        Assert.Equal("id", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Lanjutkan ke verifikasi" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Masukkan nomor ponsel Indonesia 10 sampai 15 digit")).ToBeVisibleAsync();
        Assert.Empty(Faults);
    }

    /// <summary>Moves by the Tab key; the focus must be visible everywhere.</summary>
    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var i = 0; i < 40; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.True(await page.EvaluateAsync<bool>("""
                () => [document.activeElement, document.activeElement.nextElementSibling]
                  .some(element => element && getComputedStyle(element).outlineStyle === 'solid')
                """), $"The focus can't be seen on the way to {selector}.");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
                return;
        }

        Assert.Fail($"{selector} can't be reached by Tab.");
    }
}
