using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>The operators' console: the way in, what each page shows, and what it says when something fails.</summary>
public sealed class OpsPageTests : OpsTest
{
    [ChromiumFact]
    public async Task A_Wrong_Key_Is_Refused_And_The_Right_One_Stays_In_Its_Tab()
    {
        var page = await OpenOpsAsync("audit");
        // The second can't be sent at all.
        foreach (var wrong in new[] { "a-wrong-key", "ключ" })
        {
            await EnterAsync(page, wrong);
            await SaysAsync(page, "The key is wrong");
        }

        await Expect(page.GetByLabel("API key of an operator")).ToBeFocusedAsync();
        Assert.Null(await page.EvaluateAsync<string?>("sessionStorage.getItem('linkage-ops-key')"));

        await EnterAsync(page, Sandbox.DemoApiKey);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Audit", Level = 1 })).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Audit", Level = 1 })).ToBeVisibleAsync();
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(AddressOf("audit"));
        await Expect(other.GetByLabel("API key of an operator")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("Object.values(localStorage).filter(value => value !== 'en').length"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await SaysAsync(page, "You are signed out.");
        Assert.Null(await page.EvaluateAsync<string?>("sessionStorage.getItem('linkage-ops-key')"));
        Assert.DoesNotContain(Addresses, address => address.Contains(Sandbox.DemoApiKey, StringComparison.Ordinal));
    }

    [ChromiumFact]
    public async Task An_Address_That_Is_No_Encoding_Is_Not_Found()
    {
        var page = await SignInAsync("audit");

        await page.EvaluateAsync("location.hash = '#/upgrades/%'");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "That did not work" })).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task The_Overview_Shows_What_Waits_And_Leads_To_It()
    {
        var page = await SignInAsync();
        await CreateAsync();
        await NotifyAsync("KYC Approved");
        await NotifyAsync("KYC Approved", "unknown-reference");

        await GoAsync(page, "overview?range=24h", "Overview");

        await Expect(page.Locator(".tiles li", new() { HasText = "orphan" })).ToContainTextAsync("1");
        await Expect(page.Locator(".totals")).ToContainTextAsync("created 1");
        await Expect(page.Locator(".totals")).ToContainTextAsync("approved 1");
        await Expect(page.Locator(".chart canvas")).ToHaveCountAsync(2);
        await Expect(page.Locator("#health")).ToHaveTextAsync("ready");
        await Expect(page.Locator("#zone")).ToContainTextAsync("GMT");
        await page.GetByText("The same as a table").ClickAsync();
        await Expect(page.Locator("details tbody tr")).ToHaveCountAsync(24);
        await page.Locator(".tiles li", new() { HasText = "orphan" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("main tbody tr")).ToContainTextAsync("unknown-reference");
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Upgrades_Are_Filtered_Paged_And_Found_By_Phone_Without_The_Phone_In_An_Address()
    {
        var page = await SignInAsync("upgrades");
        await Expect(page.GetByText("Nothing here.")).ToBeVisibleAsync();
        for (var number = 1; number <= 5; number++)
            await CreateAsync($"20241101144100000{number}", $"628129528890{number}");
        await NotifyAsync("KYC Rejected", "202411011441000002");

        var rows = page.Locator("main tbody tr");
        await GoAsync(page, "upgrades?limit=2", "Upgrades");
        await Expect(rows).ToHaveCountAsync(2);
        var more = page.GetByRole(AriaRole.Button, new() { Name = "More" });
        await more.ClickAsync();
        await more.ClickAsync();
        await Expect(rows).ToHaveCountAsync(5);
        await Expect(more).ToBeHiddenAsync();

        await page.GetByLabel("status").SelectOptionAsync("rejected");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        Assert.EndsWith("#/upgrades?status=rejected", page.Url, StringComparison.Ordinal);

        await page.Keyboard.PressAsync("/");
        var reference = page.GetByLabel("Reference");
        await Expect(reference).ToBeFocusedAsync();
        await reference.FillAsync("081295288903");
        await page.Keyboard.PressAsync("Enter");
        await SaysAsync(page, "looks like a phone number");
        await page.GetByLabel("Phone number").FillAsync("0812-9528-8903");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Upgrades of this phone" })).ToBeVisibleAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("202411011441000003");

        await reference.FillAsync("202411011441000004");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "202411011441000004" })).ToBeFocusedAsync();
        Assert.DoesNotContain(Addresses.Append(page.Url), address => address.Contains("8903", StringComparison.Ordinal));
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Markup_In_A_Notification_Is_Text()
    {
        const string Planted = "<img src=x onerror=window.planted=1><script>window.planted=1</script>";
        var page = await SignInAsync();
        await CreateAsync();
        await NotifyAsync("KYC Perhaps", message: Planted);
        using var broken = await Sandbox.NotifyAsync($"{Planted} is no JSON");

        foreach (var disposition in new[] { "unknownOutcome", "invalid" })
        {
            await GoAsync(page, $"inbox?disposition={disposition}", "Inbox");
            await page.Locator("main tbody a").ClickAsync();
            await Expect(page.Locator("pre")).ToContainTextAsync(Planted);
        }

        await Expect(page.GetByText("Evidence")).ToBeVisibleAsync();
        await GoAsync(page, $"upgrades/{Reference}", Reference);
        await Expect(page.Locator("main img, main script")).ToHaveCountAsync(0);
        Assert.True(await page.EvaluateAsync<bool>("window.planted === undefined"));
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Everything_Fits_A_Phone_In_Both_Languages()
    {
        var page = await SignInAsync(width: 375);
        await CreateAsync();
        await NotifyAsync("KYC Rejected", message: new string('x', 300));
        await NotifyAsync("KYC Perhaps");
        await Sandbox.SettleAsync();
        foreach (var language in new[] { "EN", "ID" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = language, Exact = true }).ClickAsync();
            await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", language == "EN" ? "en" : "id");
            foreach (var (to, opens) in new[]
            {
                ("overview", false), ("upgrades", true), ("upgrades?overdue=true", false), ("inbox", true), ("events", true),
                ("audit", false),
            })
            {
                await page.GotoAsync(AddressOf(to));
                await Expect(page.Locator("main:not([aria-busy]) section").First).ToBeVisibleAsync();
                await FitsAsync(to);
                if (!opens)
                    continue;
                await page.Locator("main tbody a").First.ClickAsync();
                await Expect(page.Locator("main:not([aria-busy]) dl").First).ToBeVisibleAsync();
                await FitsAsync($"one of {to}");
            }
        }

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Ringkasan" })).ToBeVisibleAsync();
        Assert.Empty(Complaints);

        async Task FitsAsync(string where) =>
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 375, $"{where} is too wide.");
    }

    [ChromiumFact]
    public async Task A_Failure_Says_What_To_Do()
    {
        var page = await SignInAsync("inbox");
        var wait = new Dictionary<string, string> { ["Retry-After"] = "7" };
        var answer = new RouteFulfillOptions { Status = 503, Headers = wait, Body = "{}" };
        await page.RouteAsync("**/v1/kyc-notifications*", route => route.FulfillAsync(answer));
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service can't answer now. Try again in 7 s.");
        answer.Status = 429;
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many calls.");

        await page.UnrouteAllAsync();
        await page.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No connection to the service.");
        await page.Context.SetOfflineAsync(false);
        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByText("Nothing here.")).ToBeVisibleAsync();

        await page.GotoAsync(AddressOf("upgrades/no-such-reference"));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no such upgrade");
        await page.GotoAsync(AddressOf("upgrades?status=nonsense"));
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("status must be one of");

        await page.RouteAsync("**/health/ready", route => route.FulfillAsync(
            new() { Status = 503, Body = """{"status":"unhealthy","notReady":["writes"]}""" }));
        await page.RouteAsync("**/v1/audit*", route => route.FulfillAsync(new() { Status = 401, Body = "{}" }));
        await page.GetByRole(AriaRole.Button, new() { Name = "EN", Exact = true }).ClickAsync();
        await Expect(page.Locator("#health")).ToHaveTextAsync("not ready: writes");
        await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).ClickAsync();
        await SaysAsync(page, "The key is wrong, or not known any more.");
        await Expect(page.GetByLabel("API key of an operator")).ToBeFocusedAsync();
    }
}
