using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Finpay.Linkage.Tool.Diagnose;

/// <summary>The same JSON, as other programs write it: what may have been signed in place of the bytes that were received.</summary>
internal static partial class BodyVariants
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<(string Name, string Text)> Of(byte[] body)
    {
        if (!Utf8.IsValid(body))
            return [("empty", "")];
        var received = Encoding.UTF8.GetString(body);
        var text = received.TrimStart('\uFEFF');
        var minified = Blank().Replace(text, "${string}");
        return
        [
            ("empty", ""),
            ("withByteOrderMark", "\uFEFF" + received),
            ("withoutByteOrderMark", text),
            ("trimmed", text.Trim()),
            ("withLineEnd", text + "\n"),
            ("unixLineEnds", text.ReplaceLineEndings("\n")),
            ("windowsLineEnds", text.ReplaceLineEndings("\r\n")),
            .. Escapes(text),
            ("minified", minified),
            .. Escapes(minified).Select(one => ("minified, " + one.Name, one.Text)),
            .. Reserialized(text),
        ];
    }

    private static IEnumerable<(string Name, string Text)> Escapes(string text)
    {
        var plain = text.Replace("\\/", "/", StringComparison.Ordinal);
        var slashes = plain.Replace("/", "\\/", StringComparison.Ordinal);
        return
        [
            ("slashesUnescaped", plain),
            ("slashesEscaped", slashes),
            ("plusEscaped", text.Replace("+", "\\u002B", StringComparison.Ordinal)),
            ("plusUnescaped", text.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase)),
            ("numbersEscaped", EscapeNumbers(text)),
            ("numbersUnescaped", NumberEscape().Replace(text, Unescape)),
            // PHP does both.
            ("slashesAndNumbersEscaped", EscapeNumbers(slashes)),
        ];
    }

    private static string EscapeNumbers(string text) =>
        string.Concat(text.Select(one => one < 128 ? $"{one}" : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}")));

    // Control characters, quotes and backslashes must stay escaped in a JSON string.
    private static string Unescape(Match match)
    {
        var character = (char)int.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return character >= ' ' && character is not ('"' or '\\') ? $"{character}" : match.Value;
    }

    private static IEnumerable<(string Name, string Text)> Reserialized(string text)
    {
        try
        {
            // .NET by default escapes + as \u002B, and everything that is not ASCII.
            return JsonNode.Parse(text) is { } json
                ? [("escapedByDotNet", json.ToJsonString()), ("reserialized", json.ToJsonString(Relaxed))]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // It is no JSON, or has half a surrogate pair, which can't be written again.
            return [];
        }
    }

    // A string as a whole, so that only blanks outside of strings are taken away.
    [GeneratedRegex("""(?<string>"(\\.|[^"\\])*"?)|[ \t\r\n]+""", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Blank();

    [GeneratedRegex(@"\\u[0-9a-fA-F]{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberEscape();
}
