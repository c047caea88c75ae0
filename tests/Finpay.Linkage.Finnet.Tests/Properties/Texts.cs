using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Finpay.Linkage.Finnet.Tests.Properties;

/// <summary>Texts of every script, with many of the characters that encoders get wrong.</summary>
internal static class Texts
{
    private static readonly Gen<Rune> Rune = Gen.Frequency(
        (8, Gen.Choose(' ', '~').Select(value => new Rune(value))),
        (4, Gen.Elements(
            "+/=\"'\\<>&%{}[]:,\u00A0\u2028\u2029\uFEFF\u200F\u202E\u200D\0\t\r\n\u001F\u007F\uFFFD\uFFFF".EnumerateRunes().ToArray())),
        (2, Gen.Choose(0x00C0, 0x024F).Select(value => new Rune(value))), // Latin
        (2, Gen.Choose(0x05D0, 0x06FF).Select(value => new Rune(value))), // right to left
        (2, Gen.Choose(0x4E00, 0x9FFF).Select(value => new Rune(value))), // three bytes
        (2, Gen.Choose(0x1F300, 0x1FAFF).Select(value => new Rune(value))), // four bytes: emoji
        (1, Gen.Choose(0, 0x10FFFF).Where(System.Text.Rune.IsValid).Select(value => new Rune(value))));

    /// <summary>Any text without lone surrogates.</summary>
    public static Gen<string> Any { get; } = Rune.ListOf().Select(Text);

    /// <summary>The same, but not empty.</summary>
    public static Gen<string> NotEmpty { get; } = Any.Where(text => text.Length > 0);

    /// <summary>The same, without control characters.</summary>
    public static Gen<string> Printable { get; } = NotEmpty.Where(text => !text.Any(char.IsControl));

    /// <summary>The same, but not only white space.</summary>
    public static Gen<string> NotBlank { get; } = Any.Where(text => !string.IsNullOrWhiteSpace(text));

    /// <summary>Any UTF-16, well formed or not.</summary>
    public static Gen<string> Wild { get; } = Gen.OneOf(
        Any,
        Gen.OneOf(Gen.Choose(0xD800, 0xDFFF), Gen.Choose(0, 0xFFFF), Gen.Choose('0', 'z')).ListOf()
            .Select(units => new string([.. units.Select(unit => (char)unit)])));

    public static Gen<string> Digits(int least, int most) => OfLength(Gen.Choose('0', '9').Select(digit => new Rune(digit)), least, most);

    public static Gen<string> Ascii(int length) => OfLength(Gen.Choose(0, 127).Select(value => new Rune(value)), length, length);

    /// <summary>A text without lone surrogates of this many UTF-16 units.</summary>
    public static Gen<string> Units(int least, int most) =>
        from length in Gen.Choose(least, most)
        from runes in Rune.ArrayOf(length)
        select Cut(Text(runes), length);

    private static Gen<string> OfLength(Gen<Rune> rune, int least, int most) =>
        from length in Gen.Choose(least, most)
        from runes in rune.ArrayOf(length)
        select Text(runes);

    private static string Text(IEnumerable<Rune> runes) => string.Concat(runes);

    // Half of a surrogate pair is replaced by a character of one unit.
    private static string Cut(string text, int length) =>
        char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] + "+" : text[..length];
}
