using System.Web;

namespace Finpay.Linkage.EndToEnd.Tests;

/// <summary>The customer who opens the widget.</summary>
internal static class Customer
{
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
