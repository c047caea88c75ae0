using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Finpay.Linkage.EndToEnd.Tests.Browser;

/// <summary>The API's field errors, beside the fields they are about.</summary>
public sealed class ShopFormTests : ShopTest
{
    [ChromiumFact]
    public async Task A_Family_Card_Number_Of_15_Digits_Is_Marked_And_One_Of_16_Goes_Through()
    {
        var page = await OpenShopAsync();
        await FillAsync(page, kk: "327301250112000");
        await SendAsync(page);

        await ExpectErrorAsync(page.GetByLabel("Family card (KK) number"), "The family card number has exactly 16 digits.");
        Assert.Equal(1, await page.Locator("[aria-invalid=true]").CountAsync());

        await page.GetByLabel("Family card (KK) number").FillAsync("3273012501120007");
        await SendAsync(page);
        await HeadingAsync(page, "Verify your identity");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task A_Photo_Can_Be_Removed_And_What_Is_Not_Said_Is_Not_Sent()
    {
        var page = await OpenShopAsync();
        await page.GetByLabel("Mobile number").FillAsync("081295288912");
        await page.GetByLabel("KTP photo", new() { Exact = true }).SetInputFilesAsync(Ktp);
        await page.GetByLabel("Selfie holding the KTP", new() { Exact = true }).SetInputFilesAsync(Selfie);
        await Assertions.Expect(page.Locator(".preview img:visible")).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the selfie holding the KTP" }).ClickAsync();

        await Assertions.Expect(page.Locator(".preview img:visible")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByText("No photo chosen")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#selfie")).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove the KTP photo" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Checkbox).CountAsync());
        await Assertions.Expect(page.GetByText("By continuing you agree that we pass these data")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Nationality")).ToHaveValueAsync("");
        await SendAsync(page);
        await HeadingAsync(page, "Verify your identity");

        var sent = (await Sandbox.Finnet.GetFromJsonAsync<JsonArray>("/sandbox/requests"))!.Single()!["body"]!;
        Assert.Equal(["ktp"], sent["images"]!.AsObject().Select(image => image.Key));
        Assert.False((bool)sent["images"]!["ktp"]!["isEditable"]!);
        Assert.Null(sent["personalData"]);
        Assert.Empty(Complaints);
    }

    [ChromiumFact]
    public async Task A_File_That_Is_No_Photo_Is_Marked_And_A_Photo_Goes_Through()
    {
        var page = await OpenShopAsync();
        await FillAsync(page);
        var photo = page.GetByLabel("KTP photo", new() { Exact = true });
        await photo.SetInputFilesAsync(
            new FilePayload { Name = "ktp.jpg", MimeType = "image/jpeg", Buffer = Encoding.ASCII.GetBytes("GIF89a is no JPEG") });
        await SendAsync(page);

        await ExpectErrorAsync(photo, "The KTP photo must be a JPEG or PNG of at most 1 MB.");

        await photo.SetInputFilesAsync(Ktp);
        await SendAsync(page);
        await HeadingAsync(page, "Verify your identity");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task Every_Wrong_Field_Is_Marked_And_The_First_Has_The_Focus()
    {
        var page = await OpenShopAsync();
        await page.GetByLabel("Family card (KK) number").FillAsync("12");
        await page.GetByLabel("E-mail").FillAsync("nobody");
        await SendAsync(page);

        await ExpectErrorAsync(
            page.GetByLabel("Mobile number"), "Enter an Indonesian mobile number of 10 to 15 digits, for example 081295288912.");
        Assert.Equal(3, await page.Locator("[aria-invalid=true]").CountAsync());
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Please correct the fields marked below.");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task A_Problem_That_Is_No_Fields_Is_Said_As_An_Alert()
    {
        var page = await OpenShopAsync();
        await page.RouteAsync("**/shop/api/orders", route => route.AbortAsync());
        await page.GetByLabel("Mobile number").FillAsync("081295288912");
        await SendAsync(page);

        await Assertions.Expect(page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The shop can't be reached. Check your connection and try again.");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Continue to verification" }))
            .ToHaveAttributeAsync("aria-disabled", "false");
    }

    [ChromiumFact]
    public async Task A_Photo_Larger_Than_The_Limit_Is_Made_Smaller_Before_It_Is_Sent()
    {
        var page = await OpenShopAsync();
        await FillAsync(page);
        // Noise does not compress: a PNG of 900 × 900 random pixels has more than 2 MB.
        var large = await page.EvaluateAsync<string>("""
            async () => {
              const canvas = Object.assign(document.createElement('canvas'), { width: 900, height: 900 });
              const context = canvas.getContext('2d');
              const image = context.createImageData(900, 900);
              for (let i = 0; i < image.data.length; i++)
                image.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
              context.putImageData(image, 0, 0);
              return canvas.toDataURL('image/png').split(',')[1];
            }
            """);
        var bytes = Convert.FromBase64String(large);
        Assert.True(bytes.Length > 1024 * 1024);
        await page.GetByLabel("Selfie holding the KTP", new() { Exact = true })
            .SetInputFilesAsync(new FilePayload { Name = "selfie.png", MimeType = "image/png", Buffer = bytes });
        await SendAsync(page);

        await HeadingAsync(page, "Verify your identity");
        Assert.Empty(Complaints);
    }

    private static async Task ExpectErrorAsync(ILocator field, string message)
    {
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(field).ToBeFocusedAsync();
        var error = $"error-{await field.GetAttributeAsync("name")}";
        Assert.Contains(error, await field.GetAttributeAsync("aria-describedby") ?? "", StringComparison.Ordinal);
        await Assertions.Expect(field.Page.Locator($"[id='{error}']")).ToHaveTextAsync(message);
    }
}
