using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Finpay.Linkage.Finnet;

/// <summary>Personal data that the widget shows already filled in; only what is present is sent.</summary>
public sealed record UpgradePersonalData
{
    /// <summary>The number of the family card; sent encrypted.</summary>
    public FamilyCardNumber? KkNumber { get; init; }

    /// <summary>The mother's maiden name; sent encrypted, as UTF-8.</summary>
    public Secret? BiologicalMotherName { get; init; }

    /// <summary>The citizenship.</summary>
    public Nationality? Nationality { get; init; }

    /// <summary>The e-mail address.</summary>
    public Secret? Email { get; init; }
}

/// <summary>
/// The number of a family card (Kartu Keluarga): 16 digits (6 area, 6 date, 4 serial), without a check digit.
/// Masked: only <see cref="Reveal"/> shows it.
/// </summary>
/// <remarks>Source: Upgrade Account Widget, <c>personalData.kkNumber</c> (at most 16 characters before encryption).</remarks>
[DebuggerDisplay("***")]
public sealed class FamilyCardNumber
{
    /// <summary>The number of digits.</summary>
    public const int Length = 16;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string digits;

    private FamilyCardNumber(string digits) => this.digits = digits;

    /// <summary>Reads a family card number, as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">It has not 16 digits; the message has none of them.</exception>
    public static FamilyCardNumber Parse(string text) =>
        TryParse(text, out var number) ? number : throw new FormatException("A family card number has 16 digits.");

    /// <summary>Reads a family card number: 16 ASCII digits. Blanks, dashes, dots, brackets and invisible marks do not count.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FamilyCardNumber? number)
    {
        var compact = WrittenNumber.Compact(text ?? "");
        number = compact.Length == Length && !compact.AsSpan().ContainsAnyExceptInRange('0', '9') ? new FamilyCardNumber(compact) : null;
        return number is not null;
    }

    /// <summary>The 16 digits. Personal data: never log them.</summary>
    public string Reveal() => digits;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;
}

/// <summary>Citizenship as Finnet names it: <c>WNI</c> or <c>WNA</c>.</summary>
public enum Nationality
{
    /// <summary>Warga Negara Indonesia, an Indonesian citizen.</summary>
    Wni,

    /// <summary>Warga Negara Asing, a foreign citizen.</summary>
    Wna,
}

/// <summary>Reads and writes <see cref="Nationality"/>.</summary>
public static class Nationalities
{
    /// <summary>
    /// Reads <c>WNI</c> or <c>WNA</c>, and <c>ID</c>, <c>IDN</c>, <c>Indonesia</c> for WNI, in any case.
    /// The sample in Finnet's documentation says <c>ID</c>.
    /// </summary>
    public static bool TryParse(string? text, out Nationality nationality)
    {
        (var known, nationality) = text?.ToUpperInvariant() switch
        {
            "WNI" or "ID" or "IDN" or "INDONESIA" => (true, Nationality.Wni),
            "WNA" => (true, Nationality.Wna),
            _ => (false, default),
        };
        return known;
    }

    /// <summary>The word on the wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is neither of the two.</exception>
    public static string ToWire(this Nationality nationality) => nationality switch
    {
        Nationality.Wni => "WNI",
        Nationality.Wna => "WNA",
        _ => throw new ArgumentOutOfRangeException(nameof(nationality)),
    };
}
