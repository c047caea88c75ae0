using System.Net;
using System.Text.Json.Nodes;
using Finpay.Linkage.EndToEnd.Tests.StandIn;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>The sandbox console: what it shows by itself, and what a click does.</summary>
public sealed class ConsoleTests : BrowserTest
{
    private const string Reference = "202411011441000012";

    [ChromiumFact]
    public async Task A_Request_Appears_Without_Reload_And_Opens_To_Clear_Fields_And_Photos()
    {
        var page = await OpenConsoleAsync();
        await Expect(page.GetByText("Nothing yet.")).ToBeVisibleAsync();
        await page.EvaluateAsync("window.neverReloaded = true");

        using var created = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());

        var row = Row(page, Reference);
        await Expect(row).ToContainTextAsync("6281295288912");
        await Expect(row).ToContainTextAsync("person");
        await Expect(row).ToContainTextAsync("2000000");
        await Expect(page.Locator("#status")).ToHaveTextAsync($"A request arrived: {Reference}, answered 2000000.");
        await row.Locator("summary").First.ClickAsync();
        foreach (var shown in new[]
        {
            "3273012501120007", "Siti Aminah", "budi.santoso@email.com", "(matches)", "None: the request follows the contract.",
            "\"widgetUrl\"",
        })
            await Expect(row).ToContainTextAsync(shown);
        await Expect(row.Locator("pre").First).ToContainTextAsync(" characters, sha256 ");
        await Expect(row.GetByRole(AriaRole.Img)).ToHaveCountAsync(2);
        foreach (var image in await row.GetByRole(AriaRole.Img).AllAsync())
        {
            await Expect(image).ToHaveJSPropertyAsync("complete", true);
            Assert.True(await image.EvaluateAsync<int>("image => image.naturalWidth") > 100);
        }

        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded"));
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task What_Is_Opened_And_Focused_Stays_So_When_Something_Else_Arrives()
    {
        var page = await OpenConsoleAsync();
        using var first = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        var row = Row(page, Reference);
        await row.Locator("summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(row).ToContainTextAsync("Siti Aminah");

        using var second = await Sandbox.CreateAsync("""{ "phoneNo": "081295288999", "partnerReferenceNo": "202411011441000099" }""");

        await Expect(page.Locator(".reference-row").First).ToContainTextAsync("202411011441000099");
        await Expect(row).ToContainTextAsync("Siti Aminah");
        await Expect(row.Locator("summary").First).ToBeFocusedAsync();
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_Scenario_Queued_By_Click_Makes_The_Next_Create_A_502()
    {
        var page = await OpenConsoleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Queue 0021" }).ClickAsync();
        await Expect(page.Locator("#queue")).ToContainTextAsync("general-error for the next request");
        using var refused = await Sandbox.CreateAsync("""{ "phoneNo": "081295288912" }""");

        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        await Expect(page.GetByText("Empty.")).ToBeVisibleAsync();
        await Expect(page.Locator(".reference-row")).ToContainTextAsync("5000000");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_Scenario_Can_Be_Queued_For_One_Phone_And_Cleared_Again()
    {
        var page = await OpenConsoleAsync();
        var phone = page.GetByLabel("Only for this phone");

        await phone.FillAsync("0812");
        await page.GetByRole(AriaRole.Button, new() { Name = "Queue 0025" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("A mobile number, 628… or 08…, please.");
        await Expect(phone).ToBeFocusedAsync();
        await phone.FillAsync("081295288912");
        await page.GetByRole(AriaRole.Button, new() { Name = "Queue 0025" }).ClickAsync();
        await Expect(page.Locator("#queue")).ToContainTextAsync("for 6281295288912");

        await page.GetByRole(AriaRole.Button, new() { Name = "Clear the queue" }).ClickAsync();
        await Expect(page.Locator("#queue li")).ToHaveCountAsync(0);
        using var created = await Sandbox.CreateAsync("""{ "phoneNo": "081295288912" }""");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_Click_On_The_Clock_Makes_A_Due_Retry_Go_Out()
    {
        var page = await OpenAsync();
        await using var standIn = await RunningStandIn.StartAsync();
        await page.GotoAsync(standIn.Client.BaseAddress!.ToString());
        standIn.Merchant.Status = 503;
        using var decided = await standIn.DecideAsync("approve", (await standIn.AskForAsync("6281295288912")).WidgetUrl!);
        await page.Locator(".reference-row > summary").ClickAsync();
        var notification = page.GetByRole(AriaRole.Article);
        await Expect(notification).ToContainTextAsync("Next attempt at");
        await Expect(notification.GetByText("HTTP 503")).ToHaveCountAsync(1);

        standIn.Merchant.Status = 200;
        await page.GetByRole(AriaRole.Button, new() { Name = "+ 1 min" }).ClickAsync();

        await Expect(notification.GetByText("HTTP 200")).ToBeVisibleAsync();
        await Expect(notification.GetByText("delivered")).ToBeVisibleAsync();
        await Expect(notification.GetByText("Next attempt at")).ToBeHiddenAsync();
        await Expect(page.GetByText("1 min ahead of real time")).ToBeVisibleAsync();
        Assert.Equal(2, standIn.Merchant.Received.Count);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_Session_Shows_Its_State_And_Leads_To_Its_Widget_Page()
    {
        var page = await OpenConsoleAsync();
        using var created = await Sandbox.CreateAsync(RunningSandbox.DocumentedRequest());
        var session = Row(page, Reference);
        await Expect(session).ToContainTextAsync("widget open");

        await session.Locator("summary").First.ClickAsync();
        await session.GetByRole(AriaRole.Link, new() { Name = $"Widget page of {Reference}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Approved" }).WaitForAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());

        await Expect(session).ToContainTextAsync("widget approved");
        await Expect(session).ToContainTextAsync("merchant told");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Planted_Markup_Stays_Text()
    {
        const string Planted = "<img src=x onerror=\"window.planted=1\">";
        var page = await OpenConsoleAsync();
        var request = JsonNode.Parse(RunningSandbox.DocumentedRequest())!;
        request["personalData"]!["biologicalMotherName"] = Planted;
        using var created = await Sandbox.CreateAsync(request.ToJsonString());
        var row = Row(page, Reference);
        await row.Locator("summary").First.ClickAsync();
        await Expect(row.GetByText(Planted, new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = $"Widget page of {Reference}" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox).FillAsync(Planted);
        await page.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Rejected" }).WaitForAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());

        await row.Locator("summary").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync(Planted);
        await Expect(row.Locator(".session")).ToContainTextAsync(Planted);
        await page.GetByRole(AriaRole.Searchbox).FillAsync(Planted);
        await Expect(row).ToBeVisibleAsync();
        await Expect(page.Locator("img[src='x']")).ToHaveCountAsync(0);
        Assert.True(await page.EvaluateAsync<bool>("window.planted === undefined"));
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task One_Row_Ties_A_Reference_Together_And_The_Search_Finds_It()
    {
        var page = await OpenAsync();
        await using var standIn = await RunningStandIn.StartAsync();
        await page.GotoAsync(standIn.Client.BaseAddress!.ToString());
        var first = await standIn.AskAsync(WidgetBody.Full);
        await standIn.AskAsync(WidgetBody.Full);
        using var rejected = await standIn.DecideAsync("reject", first.WidgetUrl!, "Foto buram");
        await standIn.AskForAsync("081295288913", "202411011441000013");
        using var elsewhere = await standIn.Client.PostAsync("/api/v1.1/upgrade-account-widget", content: null);
        var rows = page.Locator(".reference-row");
        await Expect(rows).ToHaveCountAsync(3);

        var row = Row(page, Reference);
        foreach (var shown in new[]
        {
            "2024-11-01 13:00:00 WIB", "6281295288912", "2 requests", "4090001", "widget rejected", "merchant told",
        })
            await Expect(row.Locator("summary").First).ToContainTextAsync(shown);
        await row.Locator("summary").First.ClickAsync();
        await Expect(row.Locator("details.row")).ToHaveCountAsync(2);
        await Expect(row.Locator(".session")).ToContainTextAsync("Foto buram");
        await Expect(row.GetByRole(AriaRole.Article)).ToContainTextAsync("delivered");
        await Expect(row.GetByText("the opposite result, with a guessed token in the path: must be refused")).ToBeVisibleAsync();

        var search = page.GetByRole(AriaRole.Searchbox);
        foreach (var (text, found) in new[]
        {
            ("441000013", 1), ("0812952889", 2), ("62812952889", 2), ("rejected", 1), ("2000000", 2), ("HTTP 404", 1),
            ("buram 4090001", 1), ("buram open", 0),
        })
        {
            await search.FillAsync(text);
            await Expect(rows).ToHaveCountAsync(found);
            await Expect(page.GetByText("Nothing fits this search.")).ToBeVisibleAsync(new() { Visible = found == 0 });
        }

        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task An_Hour_Forward_Warns_First_And_Can_Be_Undone()
    {
        var page = await OpenAsync();
        await using var standIn = await RunningStandIn.StartAsync();
        await page.GotoAsync(standIn.Client.BaseAddress!.ToString());
        await standIn.AskAsync(WidgetBody.Full);
        var row = Row(page, Reference);
        await Expect(row).ToContainTextAsync("widget open");
        var warning = page.GetByRole(AriaRole.Dialog);

        await page.GetByRole(AriaRole.Button, new() { Name = "+ 1 h" }).ClickAsync();
        await Expect(warning).ToContainTextAsync("Every open widget expires (1 now)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(warning).ToBeHiddenAsync();
        await Expect(page.GetByText("real time", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "+ 1 h" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run it forward" }).ClickAsync();
        await Expect(row).ToContainTextAsync("widget expired");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo: back to real time" }).ClickAsync();

        await Expect(row).ToContainTextAsync("widget open");
        await Expect(page.GetByText("real time", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_Phone_Is_Forgotten_By_Click()
    {
        var page = await OpenAsync();
        await using var standIn = await RunningStandIn.StartAsync();
        await page.GotoAsync(standIn.Client.BaseAddress!.ToString());
        using var approved = await standIn.DecideAsync("approve", (await standIn.AskAsync(WidgetBody.Full)).WidgetUrl!);
        await standIn.AskForAsync("6281295288913", "202411011441000013");
        var row = Row(page, Reference);

        await row.Locator("summary").First.ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Forget this phone" }).ClickAsync();

        await Expect(page.Locator("#status")).ToHaveTextAsync("6281295288912 is forgotten.");
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.Locator(".reference-row")).ToHaveCountAsync(1);
        Assert.Equal("2000000", (await standIn.AskAsync(WidgetBody.Full)).Code);
        Assert.Empty(Complaints);
    }

    private static ILocator Row(IPage page, string text) => page.Locator(".reference-row", new() { HasText = text });

    private async Task<IPage> OpenConsoleAsync()
    {
        var page = await OpenAsync();
        await page.GotoAsync(Sandbox.Finnet.BaseAddress!.ToString());
        return page;
    }
}
