using System.Web;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The customer who opens the widget.</summary>
internal static class Customer
{
    /// <summary>The two photos without which nobody is approved, as a member of a create.</summary>
    public const string Photos = $$$"""
        "images":{"ktp":{"base64":"{{{Pixel}}}","isEditable":false},"selfie":{"base64":"{{{Pixel}}}","isEditable":true}}
        """;

    private const string Pixel =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==";

    public static async Task ApproveAsync(string widgetUrl)
    {
        var widget = new Uri(widgetUrl);
        var fields = HttpUtility.ParseQueryString(widget.Query);
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent([new("phone", fields["phone"]!), new("uuid", fields["uuid"]!)]);
        using var response = await client.PostAsync(new Uri(widget.GetLeftPart(UriPartial.Path) + "/approve"), form);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
    }
}
