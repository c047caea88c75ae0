using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>A test of the operators' console, with the sandbox behind it.</summary>
public abstract class OpsTest : BrowserTest
{
    private protected const string Reference = "202411011441000012";
    private protected const string Phone = "6281295288912";

    private protected List<string> Addresses { get; } = [];

    /// <summary>The console, signed in, at one of its pages.</summary>
    private protected async Task<IPage> SignInAsync(string page = "overview", int width = 1280)
    {
        var opened = await OpenOpsAsync(page, width);
        await EnterAsync(opened, Sandbox.DemoApiKey);
        await Expect(opened.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        return opened;
    }

    private protected async Task<IPage> OpenOpsAsync(string page = "overview", int width = 1280)
    {
        var opened = await OpenAsync(width);
        opened.Request += (_, request) => Addresses.Add(request.Url);
        await opened.GotoAsync(AddressOf(page));
        return opened;
    }

    private protected string AddressOf(string page) => $"{Sandbox.ApiUrl}/ops/#/{page}";

    private protected static async Task EnterAsync(IPage page, string key)
    {
        await page.GetByLabel("API key of an operator").FillAsync(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Goes to another page and waits until it is there.</summary>
    private protected async Task GoAsync(IPage page, string to, string heading)
    {
        await page.GotoAsync(AddressOf(to));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = heading, Exact = true })).ToBeVisibleAsync();
    }

    private protected async Task CreateAsync(string reference = Reference, string phone = Phone)
    {
        using var created = await Sandbox.CreateAsync($$"""{ "phoneNo": "{{phone}}", "partnerReferenceNo": "{{reference}}" }""");
        Assert.True(created.IsSuccessStatusCode, $"{created.StatusCode}");
    }

    private protected async Task NotifyAsync(string kycResponse, string reference = Reference, string message = "because")
    {
        using var answer = await Sandbox.NotifyAsync($$"""
            { "kycResponse": "{{kycResponse}}", "kycMessage": "{{message}}", "partnerReferenceNo": "{{reference}}", "phoneNo": "{{Phone}}",
              "merchantId": "AGREE170724" }
            """);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }

    /// <summary>Presses a button that asks, and answers.</summary>
    private protected static async Task PressAsync(IPage page, string button, string question, string answer)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync(question);
        await dialog.GetByRole(AriaRole.Button, new() { Name = answer, Exact = true }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }

    private protected static Task SaysAsync(IPage page, string text) => Expect(page.Locator("#said")).ToContainTextAsync(text);
}
