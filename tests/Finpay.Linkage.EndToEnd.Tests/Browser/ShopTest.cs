using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>A customer in the demo shop.</summary>
public abstract class ShopTest : BrowserTest
{
    /// <summary>Complaints without the browser's messages about answers such as 400, which a test may expect.</summary>
    protected IEnumerable<string> Faults =>
        Complaints.Where(c => !c.StartsWith("Failed to load resource: the server responded with a status of", StringComparison.Ordinal));

    protected string ShopUrl => $"{Sandbox.Finnet.BaseAddress}shop";

    protected static FilePayload Ktp => Photo("ktp");

    protected static FilePayload Selfie => Photo("selfie");

    protected async Task<IPage> OpenShopAsync(int width = 1280, int height = 900)
    {
        var page = await OpenAsync(width, height);
        await page.GotoAsync(ShopUrl);
        await ReadyAsync(page);
        return page;
    }

    /// <summary>Waits until the script has started and has marked the language of the page.</summary>
    protected static Task ReadyAsync(IPage page) => page.Locator("[data-language][aria-pressed=true]").WaitForAsync();

    protected static async Task FillAsync(IPage page, string phone = "0812-9528-8912", string kk = "3273012501120007")
    {
        await page.GetByLabel("Mobile number").FillAsync(phone);
        await page.GetByLabel("KTP photo", new() { Exact = true }).SetInputFilesAsync(Ktp);
        await page.GetByLabel("Selfie holding the KTP", new() { Exact = true }).SetInputFilesAsync(Selfie);
        await page.GetByLabel("Family card (KK) number").FillAsync(kk);
        await page.GetByLabel("Mother's maiden name").FillAsync("Siti Aminah");
        await page.GetByLabel("Nationality").SelectOptionAsync("WNI");
        await page.GetByLabel("E-mail").FillAsync("budi.santoso@email.com");
    }

    protected static Task SendAsync(IPage page) =>
        page.GetByRole(AriaRole.Button, new() { Name = "Continue to verification" }).ClickAsync();

    /// <summary>A heading is found before the style sheet has arrived, and without it the page is wider.</summary>
    protected static Task ExpectToFitAsync(IPage page) => page.WaitForFunctionAsync(
        "document.styleSheets.length > 0 && Math.max(document.documentElement.scrollWidth, innerWidth) === 375");

    protected static Task HeadingAsync(IPage page, string text) =>
        page.GetByRole(AriaRole.Heading, new() { Name = text, Exact = true }).WaitForAsync();

    protected static Task ClickAsync(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true })
            .Or(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ClickAsync();

    protected async Task QueueAsync(string scenario)
    {
        using var response = await Sandbox.Finnet.PostAsJsonAsync("/sandbox/scenarios", new { scenario });
        response.EnsureSuccessStatusCode();
    }

    private static FilePayload Photo(string name)
    {
        var uri = (string)JsonNode.Parse(RunningSandbox.DocumentedRequest())!["images"]![name]!["base64"]!;
        return new FilePayload
        {
            Name = $"{name}.jpg",
            MimeType = "image/jpeg",
            Buffer = Convert.FromBase64String(
            uri[(uri.IndexOf(',', StringComparison.Ordinal) + 1)..])
        };
    }
}
