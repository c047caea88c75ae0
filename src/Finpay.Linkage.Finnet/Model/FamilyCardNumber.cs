using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Finpay.Linkage.Finnet;

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

    /// <summary>Reads a family card number: exactly 16 ASCII digits.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FamilyCardNumber? number)
    {
        number = text is { Length: Length } && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? new FamilyCardNumber(text) : null;
        return number is not null;
    }

    /// <summary>The 16 digits. Personal data: never log them.</summary>
    public string Reveal() => digits;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Secret.Mask;
}
