using System.Globalization;
using System.Text.RegularExpressions;

namespace Finpay.Linkage.Finnet;

/// <summary>Finnet's times (docs/finnet-contract.md).</summary>
internal static partial class FinnetTime
{
    /// <summary>WIB, UTC+7 all year: the zone of a time that names none, unless a setting says otherwise.</summary>
    public const string Wib = "+07:00";

    // From 2001 to 5138, both in seconds and in milliseconds.
    private const decimal FirstEpoch = 1_000_000_000;
    private const decimal EndOfEpochs = 100_000_000_000;

    public static TimeSpan WibOffset { get; } = TimeSpan.FromHours(7);

    /// <summary>SNAP's X-TIMESTAMP: <c>yyyy-MM-ddTHH:mm:sszzz</c> in WIB, 25 characters.</summary>
    public static string WriteTimestamp(DateTimeOffset time) =>
        time.ToOffset(WibOffset).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Whether a text is an offset as <c>+07:00</c>.</summary>
    public static bool IsZone(string? text) => text is { Length: 6 } && text[0] is '+' or '-'
        && DateTimeOffset.TryParseExact("2000-01-01" + text, "yyyy-MM-ddzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Reads <c>yyyy-MM-dd HH:mm:ss</c> and ISO 8601 of any precision; without an offset it is WIB.</summary>
    /// <returns>Null for anything else.</returns>
    public static DateTimeOffset? Read(string? text) => text?.Trim() is [_, _, _, _, '-', ..] iso ? ReadExpiry(iso, Wib) : null;

    /// <summary>
    /// Reads an expiryTime: <c>yyyy-MM-dd HH:mm:ss</c>, ISO 8601 of any precision, <c>yyyy/MM/dd</c> and <c>dd-MM-yyyy</c> with or
    /// without a time of day, and seconds or milliseconds since 1970.
    /// </summary>
    /// <param name="text">What Finnet sent.</param>
    /// <param name="zone">The offset of a time that names none, as <c>+07:00</c>.</param>
    /// <returns>Null for anything else.</returns>
    public static DateTimeOffset? ReadExpiry(string? text, string zone)
    {
        var trimmed = (text ?? "").Trim();
        if (Calendar().Match(trimmed) is not { Success: true } match)
            return ReadEpoch(trimmed);
        string Part(string name, string absent) => match.Groups[name] is { Success: true } group ? group.Value : absent;
        var fraction = Part("fraction", "0");
        var offset = Part("zone", "") switch
        {
            "" => zone,
            "Z" or "z" => "+00:00",
            _ => $"{Part("hours", "")}:{Part("minutes", "00")}",
        };
        var written = $"{Part("y", "")}-{Part("m", "")}-{Part("d", "")}T{Part("h", "00")}:{Part("min", "00")}:{Part("s", "00")}"
            + $".{fraction[..Math.Min(fraction.Length, 7)]}{offset}";
        const string format = "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz";
        return DateTimeOffset.TryParseExact(written, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : ReadEpoch(trimmed);
    }

    private static DateTimeOffset? ReadEpoch(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return null;
        var seconds = number < EndOfEpochs ? number : number / 1000;
        return seconds is >= FirstEpoch and < EndOfEpochs
            ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;
    }

    [GeneratedRegex(
        """
        ^((?<y>[0-9]{4})(?<sep>[-/]?)(?<m>[0-9]{2})\k<sep>(?<d>[0-9]{2})|(?<d>[0-9]{2})(?<sep>[-/])(?<m>[0-9]{2})\k<sep>(?<y>[0-9]{4}))
        (([Tt]|[ ]+)?(?<h>[0-9]{2}):?(?<min>[0-9]{2})(:?(?<s>[0-9]{2})([.,](?<fraction>[0-9]+))?)?
        [ ]?(?<zone>[Zz]|(?<hours>[+-][0-9]{2}):?(?<minutes>[0-9]{2})?)?)?\z
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Calendar();
}
