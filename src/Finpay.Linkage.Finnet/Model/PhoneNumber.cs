using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// An Indonesian mobile number in the form that is sent to Finnet: <c>628…</c>, 10 to 15 digits.
/// The forms 08…, 8…, 62…, +62… and 0062… of one number are equal, and so is 62 with the 0 left in, as in <c>+62 (0)8…</c>. Blanks,
/// dashes, dots, brackets and invisible marks do not count. Masked: only <see cref="Reveal"/> shows the digits.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, field <c>phoneNo</c> (62xx or 08xx, 10–15 characters).</remarks>
[DebuggerDisplay("***")]
public sealed record PhoneNumber
{
    /// <summary>The fewest digits, country code included.</summary>
    public const int MinLength = 10;

    /// <summary>The most digits, country code included.</summary>
    public const int MaxLength = 15;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string digits;

    private PhoneNumber(string digits) => this.digits = digits;

    /// <summary>Reads a number in any of its forms.</summary>
    /// <exception cref="FormatException">It is not an Indonesian mobile number; the message has none of its digits.</exception>
    public static PhoneNumber Parse(string text) => TryParse(text, out var phone) ? phone
        : throw new FormatException("Not an Indonesian mobile number of 10 to 15 digits.");

    /// <summary>Reads a number in any of its forms.</summary>
    /// <returns><see langword="false"/> when it is not an Indonesian mobile number of 10 to 15 digits.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? phone)
    {
        var canonical = ToInternational(text ?? "");
        phone = IsMobile(canonical) ? new PhoneNumber(canonical) : null;
        return phone is not null;
    }

    /// <summary>
    /// Returns the <c>628…</c> form when <paramref name="text"/> is such a number, otherwise the trimmed text: Finnet's notifications also
    /// have numbers of other countries (<c>60…</c>). Idempotent, and defined for every text.
    /// </summary>
    internal static string Canonicalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var trimmed = text.Trim();
        var canonical = ToInternational(trimmed);
        return IsMobile(canonical) ? canonical : trimmed;
    }

    /// <summary>The digits, <c>628…</c>. Personal data: never log them.</summary>
    public string Reveal() => digits;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;

    private static string ToInternational(string text)
    {
        var compact = WrittenNumber.Compact(text);
        var national = compact switch
        {
            ['+', '6', '2', ..] => compact[3..],
            ['0', '0', '6', '2', ..] => compact[4..],
            ['6', '2', ..] => compact[2..],
            _ => compact,
        };
        return "62" + (national.StartsWith('0') ? national[1..] : national);
    }

    private static bool IsMobile(string text) =>
        text.Length is >= MinLength and <= MaxLength
        && text.StartsWith("628", StringComparison.Ordinal)
        && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}

/// <summary>Numbers as people write and copy them.</summary>
internal static class WrittenNumber
{
    /// <summary>Leaves out blanks, dashes, dots, brackets and invisible marks, such as those that set the direction of the text.</summary>
    public static string Compact(string text) =>
        new(Array.FindAll(text.ToCharArray(), character => !IsSeparator(character)));

    private static bool IsSeparator(char character) => character is '.' or '\u2212' || char.IsWhiteSpace(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.Format;
}
