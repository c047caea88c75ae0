using System.Security.Cryptography;
using System.Text;
using Finpay.Linkage.Finnet.Tests.Support;

namespace Finpay.Linkage.Finnet.Tests.Wire;

/// <summary>
/// Finnet's published samples, pinned. They are evidence of what Finnet writes, mistakes included: the ellipses, <c>kysMessage</c>,
/// <c>"nationality": "ID"</c> and the illegal trailing comma are Finnet's. Correcting one silently removes a tolerance from every test
/// that uses it, so a sample changes only when Finnet publishes another one.
/// </summary>
public sealed class SampleTests
{
    public static TheoryData<string, byte[], string> Samples => new()
    {
        { "widget-request", Sample.WidgetRequest, "4E2BED86EC75A9D4343343C25FD0C5FD4697C084E5A9732E5D102F1DF167BC24" },
        { "widget-response", Sample.WidgetResponse, "0EC34C780036FA844619FB6C461362885692753FDADE7E0CC5AE916D64FEF918" },
        { "notification-request", Sample.NotificationRequest, "E39A485F891E730631C3B39738BB0D043107DD3452294539E7B8CB3ED2FA9C64" },
        { "notification-response", Sample.NotificationResponse, "4BA5FC853F908F7857DFFECA1482A2C6862ABF8A982745E50F1ED6EFD3559611" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_Sample_Is_Letter_For_Letter_What_Finnet_Published(string name, byte[] sample, string sha256) =>
        Assert.Equal((name, sha256), (name, Convert.ToHexString(SHA256.HashData(sample))));

    [Fact]
    public void Finnets_Mistakes_Are_Still_In_The_Samples()
    {
        Assert.Contains("kysMessage", Encoding.UTF8.GetString(Sample.NotificationRequest), StringComparison.Ordinal);
        Assert.Contains("because…\"", Encoding.UTF8.GetString(Sample.NotificationRequest), StringComparison.Ordinal);
        Assert.Contains("successfully\",\n}", Encoding.UTF8.GetString(Sample.NotificationResponse), StringComparison.Ordinal);
        Assert.Contains("AAQSkZJRgABAQ...\"", Encoding.UTF8.GetString(Sample.WidgetRequest), StringComparison.Ordinal);
        Assert.Contains("\"nationality\": \"ID\"", Encoding.UTF8.GetString(Sample.WidgetRequest), StringComparison.Ordinal);
    }
}
