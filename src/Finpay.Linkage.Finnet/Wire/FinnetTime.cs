using System.Globalization;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's times. Without a zone they are WIB, UTC+7 all year (docs/finnet-contract.md).</summary>
internal static class FinnetTime
{
    // Before F the point may be missing too.
    private static readonly string[] Formats = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFFF"];
    private static readonly string[] FormatsWithOffset = Array.ConvertAll(Formats, format => format + "zzz");

    public static TimeSpan WibOffset { get; } = TimeSpan.FromHours(7);

    /// <summary>SNAP's X-TIMESTAMP: <c>yyyy-MM-ddTHH:mm:sszzz</c> in WIB, 25 characters.</summary>
    public static string WriteTimestamp(DateTimeOffset time) =>
        time.ToOffset(WibOffset).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Reads <c>yyyy-MM-dd HH:mm:ss</c> (WIB) and ISO 8601 with or without an offset.</summary>
    /// <returns>Null for anything else.</returns>
    public static DateTimeOffset? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var trimmed = text.Trim();
        if (trimmed[^1] is 'Z' or 'z')
            trimmed = trimmed[..^1] + "+00:00";
        if (DateTimeOffset.TryParseExact(trimmed, FormatsWithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact))
            return exact;
        return DateTime.TryParseExact(trimmed, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            && local > DateTime.MinValue.AddDays(1)
            ? new DateTimeOffset(local, WibOffset)
            : null;
    }
}
