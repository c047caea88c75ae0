using System.Globalization;

namespace Finpay.Linkage.Api.Upgrades;

/// <summary>
/// Unicode's form NFC, for the basic plane: without ICU, which the service does not bring, string.Normalize changes nothing.
/// Nfc.txt has Unicode's data: «from-to=class» are marks, «whole:parts» is composed again, «whole!parts» is not.
/// </summary>
internal static class Nfc
{
    private static readonly Dictionary<char, byte> Classes = [];
    private static readonly Dictionary<char, string> Parts = [];
    private static readonly Dictionary<(char, char), char> Wholes = [];

    static Nfc()
    {
        foreach (var entry in Embedded.Text("Nfc.txt").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var at = entry.IndexOfAny(['=', ':', '!']);
            if (entry[at] == '=')
            {
                var range = entry[..at].Split('-').Select(Hex).ToArray();
                for (var mark = range[0]; mark <= range[1]; mark++)
                    Classes[mark] = byte.Parse(entry[(at + 1)..], CultureInfo.InvariantCulture);
                continue;
            }

            var (whole, parts) = (Hex(entry[..at]), string.Concat(entry[(at + 1)..].Split('+').Select(Hex)));
            Parts[whole] = parts;
            if (entry[at] == ':')
                Wholes[(parts[0], parts[1])] = whole;
        }
    }

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
            return text;
        var found = new List<char>();
        foreach (var character in text)
            Decompose(character, found);
        for (var end = 1; end < found.Count; end++)
        {
            for (var at = end; at > 0 && ClassOf(found[at]) != 0 && ClassOf(found[at - 1]) > ClassOf(found[at]); at--)
                (found[at - 1], found[at]) = (found[at], found[at - 1]);
        }

        return Compose(found);
    }

    private static void Decompose(char character, List<char> into)
    {
        if (Parts.TryGetValue(character, out var parts))
        {
            foreach (var part in parts)
                Decompose(part, into);
        }
        else if (character is >= '\uAC00' and <= '\uD7A3') // a Korean syllable: lead, vowel, trail
        {
            var index = character - 0xAC00;
            into.AddRange([(char)(0x1100 + (index / 588)), (char)(0x1161 + (index / 28 % 21))]);
            if (index % 28 != 0)
                into.Add((char)(0x11A7 + (index % 28)));
        }
        else
        {
            into.Add(character);
        }
    }

    private static string Compose(List<char> parts)
    {
        var result = new List<char>();
        var starter = -1;
        var last = -1; // the class of the part between, or -1 when there is none
        foreach (var part in parts)
        {
            var own = ClassOf(part);
            if (starter >= 0 && last < own && Join(result[starter], part) is { } whole)
            {
                result[starter] = whole;
                continue;
            }

            (starter, last) = own == 0 ? (result.Count, -1) : (starter, own);
            result.Add(part);
        }

        return string.Concat(result);
    }

    private static char? Join(char first, char second) => (first, second) switch
    {
        ( >= '\u1100' and <= '\u1112', >= '\u1161' and <= '\u1175') => (char)(0xAC00 + (((first - 0x1100) * 21) + second - 0x1161) * 28),
        ( >= '\uAC00' and <= '\uD7A3', > '\u11A7' and <= '\u11C2') when (first - 0xAC00) % 28 == 0 => (char)(first + second - 0x11A7),
        _ => Wholes.TryGetValue((first, second), out var whole) ? whole : null,
    };

    private static byte ClassOf(char character) => Classes.GetValueOrDefault(character);

    private static char Hex(string text) => (char)ushort.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
