namespace Finpay.Linkage.Finnet.Tests.Support;

/// <summary>Finnet's published samples, as the bytes they are.</summary>
internal static class Sample
{
    public static byte[] WidgetRequest => Read("widget-request.json");
    public static byte[] WidgetResponse => Read("widget-response.json");
    public static byte[] NotificationRequest => Read("notification-request.json");
    public static byte[] NotificationResponse => Read("notification-response.json");

    private static byte[] Read(string name)
    {
        using var stream = typeof(Sample).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
