using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The widget page and Swagger, in a browser.</summary>
public sealed partial class BrowserTests : IAsyncLifetime
{
    private const string Reference = "202411011441000012";

    // Chromium's own errands go to other hosts; they are not part of any page.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly string folder = Directory.CreateTempSubdirectory("browser-").FullName;
    private readonly List<string> complaints = [];
    private IPlaywright? playwright;
    private IBrowser? browser;
    private RunningSandbox? sandbox;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (sandbox is not null)
            await sandbox.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [ChromiumFact]
    public async Task The_Widget_Shows_What_Was_Prefilled_And_Approving_There_Makes_The_Customer_Premium()
    {
        var page = await OpenAsync();
        using var created = await sandbox!.CreateAsync(RunningSandbox.DocumentedRequest());
        var widgetUrl = (string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!;

        await page.GotoAsync(widgetUrl);
        var text = await page.InnerTextAsync("body");
        foreach (var shown in new[] { "6281295288912", "3273012501120007", "Siti Aminah", "WNI", "budi.santoso@email.com", "read-only", "editable" })
            Assert.Contains(shown, text, StringComparison.Ordinal);
        Assert.Equal(2, await page.EvaluateAsync<int>("[...document.images].filter(image => image.complete && image.naturalWidth > 100).length"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Approved" }).WaitForAsync();
        await sandbox.SettleAsync();
        Assert.Equal("approved", (string)(await sandbox.ReadAsync(Reference))["status"]!);
        Assert.Empty(complaints);
    }

    [ChromiumFact]
    public async Task Rejecting_There_Hands_The_Typed_Reason_Through()
    {
        var page = await OpenAsync();
        using var created = await sandbox!.CreateAsync(RunningSandbox.DocumentedRequest());
        await page.GotoAsync((string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!);

        await page.GetByRole(AriaRole.Textbox).FillAsync("Foto KTP <b>buram</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Rejected" }).WaitForAsync();
        await sandbox.SettleAsync();

        var upgrade = await sandbox.ReadAsync(Reference);
        Assert.Equal("rejected", (string)upgrade["status"]!);
        Assert.Equal("Foto KTP <b>buram</b>", (string)upgrade["history"]![1]!["message"]!);
        Assert.Empty(complaints);
    }

    [ChromiumFact]
    public async Task Swagger_Tries_Out_The_Documented_Request_With_The_Demo_Key()
    {
        var page = await OpenAsync();
        await page.GotoAsync($"{sandbox!.ApiUrl}/swagger/index.html");

        await page.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).First.ClickAsync();
        await page.Locator(".auth-container input").FillAsync(sandbox.DemoApiKey);
        await page.Locator(".auth-container button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        var operation = page.Locator("[id$='-createAccountUpgrade']");
        await operation.Locator(".opblock-summary").ClickAsync();
        await operation.Locator(".opblock-section-request-body .examples-select-element").First.SelectOptionAsync(new SelectOptionValue { Value = "documented" });
        await operation.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        await operation.Locator(".live-responses-table .response-col_status").GetByText(CreatedStatus()).WaitForAsync();
        Assert.Equal("widgetIssued", (string)(await sandbox.ReadAsync(Reference))["status"]!);
        Assert.Empty(complaints);
    }

    private async Task<IPage> OpenAsync()
    {
        sandbox = await RunningSandbox.StartAsync(folder);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = ChromiumFactAttribute.ExecutablePath, Args = Arguments });
        var page = await browser.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                complaints.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && new Uri(request.Url).Host != "127.0.0.1")
                complaints.Add($"request to another host: {request.Url}");
        };
        return page;
    }

    [GeneratedRegex("^201", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CreatedStatus();
}
