using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Finpay.Linkage.Api.Tests.Fuzzing;

/// <summary>A JSON object as text: names and values are written unchanged, right or wrong.</summary>
internal sealed class FuzzMembers : List<(string Name, string Value)>
{
    private static readonly string[] OtherTypes =
    [
        "null", "true", "false", "0", "-0", "1e999", "-1e-999999", "1E400", "9223372036854775808", "-9223372036854775809", "0.1e1", "1e",
        "01", "+1", ".5", "NaN", "Infinity", "0x1F",
        "[]", "{}", "[null]", "[\"a\"]", "{\"a\":1}", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "undefined", "'a'", "\"\\x41\"",
        "\"unended", "[", "{", "",
    ];

    /// <summary>One change of the structure.</summary>
    /// <returns>Its kind.</returns>
    public string Change(FuzzRandom random)
    {
        if (Count == 0)
            return "nothing left";
        var at = random.Next(Count);
        var (name, value) = this[at];
        switch (random.Next(9))
        {
            case 0:
                RemoveAt(at);
                return "member removed";
            case 1:
                Insert(random.Next(Count + 1), (name, value));
                return "member twice";
            case 2:
                Insert(random.Next(Count + 1), (Spelled(name, random), random.Chance(50) ? value : this[random.Next(Count)].Value));
                return "member twice, other spelling";
            case 3:
                this[at] = (name, random.Of(OtherTypes));
                return "other type";
            case 4:
                var other = random.Next(Count);
                (this[at], this[other]) = ((name, this[other].Value), (this[other].Name, value));
                return "values exchanged";
            case 5:
                this[at] = (Spelled(name, random), value);
                return "other spelling";
            case 6:
                Insert(random.Next(Count + 1), ("\"x\"", Nested(random)));
                return "nested";
            case 7:
                this[at] = (name, Quote(Huge(random)));
                return "huge";
            default:
                Insert(random.Next(Count + 1), (Quote(Strange(random)), Quote(Strange(random))));
                return "unknown member";
        }
    }

    public override string ToString() => "{" + string.Join(',', this.Select(member => $"{member.Name}:{member.Value}")) + "}";

    public void Add(string name, string text) => Add((Quote(name), Quote(text)));

    public static string Quote(string text) => JsonSerializer.Serialize(text);

    /// <summary>Texts that often break software.</summary>
    public static string Strange(FuzzRandom random)
    {
        var text = new StringBuilder();
        for (var pieces = 1 + random.Next(4); pieces > 0; pieces--)
        {
            _ = random.Next(10) switch
            {
                0 => text.Append((char)random.Next(0x20)),
                1 => text.Append((char)(0x7F + random.Next(0x30))),
                2 => text.Append("\u202e\u2066\u200b\ufeff\u2028\u2029\u0085"[random.Next(7)]),
                3 => text.Append(char.ConvertFromUtf32(0x1F600 + random.Next(64))),
                4 => text.Append((char)(0x4E00 + random.Next(1000))),
                5 => text.Append("{0} {Name} %n '; DROP TABLE x; -- <a> ${x}".AsSpan(random.Next(20))),
                6 => text.Append('e').Append((char)(0x300 + random.Next(0x60))),
                7 => text.Append(random.Next(1_000_000)),
                8 => text.Append("\\u0041\\n\\"),
                _ => text.Append((char)('A' + random.Next(26)), 1 + random.Next(12)),
            };
        }

        return text.ToString();
    }

    private static string Huge(FuzzRandom random) => random.Next(3) switch
    {
        0 => new string('h', 1 + random.Next(60_000)),
        1 => new string('\u00e9', 1 + random.Next(20_000)),
        _ => string.Concat(Enumerable.Repeat(Strange(random), 1 + random.Next(500))),
    };

    private static string Nested(FuzzRandom random)
    {
        var depth = 1 + random.Next(random.Chance(50) ? 70 : 5_000);
        var open = random.Of(["[", "{\"a\":", "[{\"partnerReferenceNo\":"]);
        return string.Concat(Enumerable.Repeat(open, depth))
            + (random.Chance(50) ? "1" + string.Concat(Enumerable.Repeat(open == "[" ? "]" : open[0] == '{' ? "}" : "}]", depth)) : "");
    }

    private static string Spelled(string quoted, FuzzRandom random)
    {
        if (quoted.Length < 3)
            return quoted;
        var at = 1 + random.Next(quoted.Length - 2);
        return random.Next(4) switch
        {
            0 => quoted.ToUpperInvariant(),
            1 => quoted[..at] + string.Create(CultureInfo.InvariantCulture, $"\\u{(int)quoted[at]:x4}") + quoted[(at + 1)..],
            2 => quoted[..at] + char.ToUpperInvariant(quoted[at]) + quoted[(at + 1)..],
            _ => quoted[..at] + random.Of([" ", "\\u0000", "\u200b", "\\ud800", ""]) + quoted[at..],
        };
    }
}
