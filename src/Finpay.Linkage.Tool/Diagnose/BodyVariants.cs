using System.Globalization;
using System.Security.Cryptography;
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

    // .NET by default escapes + as \u002B, and everything that is not ASCII.
    private static readonly (string Name, JsonSerializerOptions Options)[] Writers =
    [
        ("escapedByDotNet", new()),
        ("indented", new(Relaxed) { WriteIndented = true }),
        ("indentedByFour", new(Relaxed) { WriteIndented = true, IndentSize = 4 }),
        ("reserialized", Relaxed),
    ];

    /// <summary>Each by its name and hash, in lower-case hex; the received one first.</summary>
    public static IReadOnlyList<(string Name, string Hash)> Of(byte[] body)
    {
        var texts = Utf8.IsValid(body) ? Texts(Encoding.UTF8.GetString(body)) : [];
        (string Name, byte[] Bytes)[] all =
            [("asReceived", body), ("empty", []), .. texts.Select(one => (one.Name, Encoding.UTF8.GetBytes(one.Text)))];
        return
        [
            .. all.Select(one => (one.Name, Hash: Convert.ToHexStringLower(SHA256.HashData(one.Bytes))))
                .DistinctBy(one => one.Hash, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<(string Name, string Text)> Texts(string received)
    {
        var text = received.TrimStart('\uFEFF');
        var minified = Blank().Replace(text, "${string}");
        return
        [
            ("withByteOrderMark", "\uFEFF" + received),
            ("withoutByteOrderMark", text),
            ("trimmed", text.Trim()),
            ("withLineEnd", text + "\n"),
            ("unixLineEnds", text.ReplaceLineEndings("\n")),
            ("windowsLineEnds", text.ReplaceLineEndings("\r\n")),
            .. Escapes(text),
            ("minified", minified),
            .. Escapes(minified).Select(one => ("minified, " + one.Name, one.Text)),
            .. Rewritten(text),
        ];
    }

    private static IEnumerable<(string Name, string Text)> Escapes(string text)
    {
        var plain = SlashEscape().Replace(text, "${before}/");
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
        var character = (char)int.Parse(match.Groups["hex"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return character >= ' ' && character is not ('"' or '\\') ? match.Groups["before"].Value + character : match.Value;
    }

    private static List<(string Name, string Text)> Rewritten(string text)
    {
        var written = new List<(string Name, string Text)>();
        try
        {
            var tolerant = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            if (JsonNode.Parse(text, documentOptions: tolerant) is { } json)
                written.AddRange(Writers.Select(writer => (writer.Name, json.ToJsonString(writer.Options))));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // It is no JSON, or has half a surrogate pair, which can't be written again.
        }

        return written;
    }

    // A string as a whole, so that only blanks outside of strings are taken away.
    [GeneratedRegex("""(?<string>"(\\.|[^"\\])*"?)|[ \t\r\n]+""", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blank();

    [GeneratedRegex(@"(?<!\\)(?<before>(\\\\)*)\\/", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SlashEscape();

    [GeneratedRegex(@"(?<!\\)(?<before>(\\\\)*)\\u(?<hex>[0-9a-fA-F]{4})", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberEscape();

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline;
}
