using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>The widget page and Swagger, in a browser.</summary>
public sealed partial class WidgetAndSwaggerTests : BrowserTest
{
    private const string Reference = "202411011441000012";

    [ChromiumFact]
    public async Task The_Widget_Shows_What_Was_Prefilled_And_Approving_There_Makes_The_Customer_Premium()
    {
        var page = await OpenAsync();
        using var created = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        var widgetUrl = (string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!;

        await page.GotoAsync(widgetUrl);
        var text = await page.InnerTextAsync("body");
        foreach (var shown in new[]
        {
            "6281295288912", "3273012501120007", "Siti Aminah", "WNI", "budi.santoso@email.com", "read-only", "editable",
        })
            Assert.Contains(shown, text, StringComparison.Ordinal);
        Assert.Equal(
            2, await page.EvaluateAsync<int>("[...document.images].filter(image => image.complete && image.naturalWidth > 100).length"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Approved" }).WaitForAsync();
        await Sandbox.SettleAsync();
        Assert.Equal("approved", (string)(await Sandbox.ReadAsync(Reference))["status"]!);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Rejecting_There_Hands_The_Typed_Reason_Through()
    {
        var page = await OpenAsync();
        using var created = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        await page.GotoAsync((string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!);

        await page.GetByRole(AriaRole.Textbox).FillAsync("Foto KTP <b>buram</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Rejected" }).WaitForAsync();
        await Sandbox.SettleAsync();

        var upgrade = await Sandbox.ReadAsync(Reference);
        Assert.Equal("rejected", (string)upgrade["status"]!);
        Assert.Equal("Foto KTP <b>buram</b>", (string)upgrade["history"]![1]!["message"]!);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Swagger_Tries_Out_The_Documented_Request_With_The_Demo_Key()
    {
        var page = await OpenAsync();
        await page.GotoAsync($"{Sandbox.ApiUrl}/swagger/index.html");

        await page.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).First.ClickAsync();
        await page.Locator("#api_key_value").FillAsync(Sandbox.DemoApiKey);
        await page.Locator(".auth-container", new() { Has = page.Locator("#api_key_value") }).Locator("button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).First.ClickAsync();

        var operation = page.Locator("[id$='-createAccountUpgrade']");
        await operation.Locator(".opblock-summary").ClickAsync();
        await operation.Locator(".opblock-section-request-body .examples-select-element").First
            .SelectOptionAsync(new SelectOptionValue { Value = "documented" });
        await operation.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();

        await operation.Locator(".live-responses-table .response-col_status").GetByText(CreatedStatus()).WaitForAsync();
        Assert.Equal("widgetIssued", (string)(await Sandbox.ReadAsync(Reference))["status"]!);
        Assert.Empty(Complaints);
    }

    [GeneratedRegex("^201", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CreatedStatus();
}
