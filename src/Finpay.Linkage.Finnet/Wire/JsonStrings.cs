using System.Buffers;
using System.Globalization;
using System.Text;

namespace Finpay.Linkage.Finnet;

/// <summary>
/// Works on the bytes of JSON texts without parsing them. A string begins and ends with a quotation mark; inside it, a backslash and the
/// byte after it belong together. A parser sees the same strings in everything that it accepts.
/// </summary>
internal static class JsonStrings
{
    private const int EscapeLength = 6; // \uD83D
    private const string Replacement = "\uFFFD";

    /// <summary>
    /// Makes strings readable: half a surrogate pair and bytes that are not UTF-8 become U+FFFD (or what <paramref name="fallback"/> reads
    /// in those bytes), raw control characters are escaped. Nothing outside of strings changes, and no string ends elsewhere.
    /// </summary>
    public static ReadOnlyMemory<byte> Repair(ReadOnlyMemory<byte> json, Encoding? fallback = null)
    {
        var bytes = json.Span;
        ArrayBufferWriter<byte>? repaired = null;
        var (inString, copied, length) = (false, 0, 0);
        for (var at = 0; at < bytes.Length; at += length)
        {
            length = 1;
            if (bytes[at] == '"')
                inString = !inString;
            if (!inString || ReadCharacter(bytes[at..], fallback, out length) is not { } replacement)
                continue;
            repaired ??= new ArrayBufferWriter<byte>(bytes.Length);
            repaired.Write(bytes[copied..at]);
            repaired.Write(Encoding.UTF8.GetBytes(replacement));
            copied = at + length;
        }

        if (repaired is null)
            return json;
        repaired.Write(bytes[copied..]);
        return repaired.WrittenMemory;
    }

    /// <summary>Removes blanks, tabs and line ends outside of strings.</summary>
    /// <returns>Null when the last string does not end.</returns>
    public static byte[]? Minify(ReadOnlySpan<byte> json)
    {
        var minified = new byte[json.Length];
        var (inString, length) = (false, 0);
        for (var at = 0; at < json.Length; at++)
        {
            var current = json[at];
            if (current == '"')
                inString = !inString;
            if (!inString && current is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            minified[length++] = current;
            if (inString && current == '\\' && at + 1 < json.Length)
                minified[length++] = json[++at];
        }

        return inString ? null : minified[..length];
    }

    /// <returns>What has to stand in place of the next character of a string; null when it can stay.</returns>
    private static string? ReadCharacter(ReadOnlySpan<byte> bytes, Encoding? fallback, out int length)
    {
        length = 1;
        if (bytes[0] < ' ')
            return string.Create(CultureInfo.InvariantCulture, $"\\u{bytes[0]:x4}");
        if (bytes[0] == '\\')
            return ReadEscape(bytes, out length);
        if (bytes[0] < 0x80 || Rune.DecodeFromUtf8(bytes, out _, out length) == OperationStatus.Done)
            return null;
        return fallback?.GetString(bytes[..length]) ?? Replacement;
    }

    private static string? ReadEscape(ReadOnlySpan<byte> bytes, out int length)
    {
        length = Math.Min(2, bytes.Length);
        if (!TryReadUnit(bytes, out var unit))
            return null;
        length = EscapeLength;
        if (!char.IsSurrogate(unit))
            return null;
        if (!char.IsHighSurrogate(unit) || !TryReadUnit(bytes[EscapeLength..], out var low) || !char.IsLowSurrogate(low))
            return Replacement;
        length += EscapeLength;
        return null;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> bytes, out char unit)
    {
        var isEscape = bytes.Length >= EscapeLength && bytes[..2].SequenceEqual("\\u"u8);
        var isUnit = ushort.TryParse(
            isEscape ? bytes[2..EscapeLength] : [], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number);
        unit = (char)number;
        return isUnit;
    }
}
