using System.Globalization;

namespace Finpay.Linkage.Sandbox.Snap;

/// <summary>X-TIMESTAMP and Jakarta's day, in real time, because the API does not use the sandbox's clock.</summary>
internal static class SnapTime
{
    public static readonly TimeSpan Jakarta = TimeSpan.FromHours(7);

    private const string Layout = "yyyy-MM-dd'T'HH:mm:sszzz";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static DateTimeOffset? Read(string value) =>
        DateTimeOffset.TryParseExact(value, Layout, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && time.Offset == Jakarta
        && value == time.ToString(Layout, CultureInfo.InvariantCulture)
            ? time
            : null;

    public static string? Format(string value) => Read(value) is null ? "must be yyyy-MM-ddTHH:mm:ss+07:00, 25 characters" : null;

    /// <summary>Why a well-formed time is refused; null if it is right.</summary>
    public static string? Staleness(string value, DateTimeOffset now) =>
        (Read(value)!.Value - now).Duration() <= Tolerance
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"is more than 5 minutes from {now.ToOffset(Jakarta):yyyy-MM-dd'T'HH:mm:sszzz}");

    public static DateOnly Day(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(Jakarta).DateTime);
}
