using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>Photos that the customer takes in the widget.</summary>
public sealed class WidgetPhotoTests : ShopTest
{
    [ChromiumFact]
    public async Task A_Photo_That_Was_Not_Sent_Is_Taken_In_The_Widget()
    {
        var page = await OpenWidgetAsync("""{ "phoneNo": "081295288912" }""");
        var input = page.GetByLabel("KTP: take a photo", new() { Exact = true });
        await Assertions.Expect(input).ToHaveAttributeAsync("capture", "environment");

        await input.SetInputFilesAsync(Ktp);
        await Assertions.Expect(page.Locator("#photo-ktp img")).ToBeVisibleAsync();
        await page.Locator("#photo-ktp button").ClickAsync();

        await Assertions.Expect(page.Locator("#photo-ktp .badge")).ToHaveTextAsync("taken here");
        Assert.Equal(
            1, await page.EvaluateAsync<int>("[...document.images].filter(image => image.complete && image.naturalWidth > 100).length"));
        await Assertions.Expect(page.Locator("#photo-selfie .badge")).ToHaveTextAsync("still missing");
        var approve = page.GetByRole(AriaRole.Button, new() { Name = "Approve" });
        await Assertions.Expect(approve).ToBeDisabledAsync();

        await page.GetByLabel("Selfie holding the KTP: take a photo").SetInputFilesAsync(Selfie);
        await page.Locator("#photo-selfie button").ClickAsync();
        await Assertions.Expect(approve).ToBeEnabledAsync();
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task Only_An_Editable_Photo_Can_Be_Replaced_And_Only_By_A_Photo()
    {
        var page = await OpenWidgetAsync(RunningSandbox.DocumentedRequest());
        Assert.Equal(0, await page.Locator("#photo-ktp form").CountAsync());
        var input = page.GetByLabel("Selfie holding the KTP: replace the photo");

        await input.SetInputFilesAsync(
            new FilePayload { Name = "selfie.png", MimeType = "image/png", Buffer = Encoding.ASCII.GetBytes("GIF89a") });
        await ClickAsync(page, "Use this photo");

        await Assertions.Expect(input).ToBeFocusedAsync();
        await Assertions.Expect(input).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator("#error-selfie")).ToHaveTextAsync("The file must be a JPEG or PNG photo.");

        await input.SetInputFilesAsync(Selfie);
        await ClickAsync(page, "Use this photo");
        await Assertions.Expect(page.Locator("#photo-selfie .badge")).ToHaveTextAsync("taken here");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task The_Language_Switch_Of_The_Widget_Is_Remembered()
    {
        var page = await OpenWidgetAsync(RunningSandbox.DocumentedRequest());

        await ClickAsync(page, "Bahasa Indonesia");
        await HeadingAsync(page, "Verifikasi identitas Anda");
        Assert.Equal("id", await page.Locator("html").GetAttributeAsync("lang"));

        await page.GotoAsync(ShopUrl);
        await HeadingAsync(page, "Upgrade ke Premium");
        Assert.Empty(Complaints);
    }

    private async Task<IPage> OpenWidgetAsync(string request)
    {
        var page = await OpenAsync();
        using var created = await Sandbox.CreateAsync(request);
        await page.GotoAsync((string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["widgetUrl"]!);
        return page;
    }
}
