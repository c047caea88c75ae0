using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>The same JSON, written as others write it: what a signature may have been made over in place of the bytes that came.</summary>
internal static partial class BodyVariants
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Relaxed) { WriteIndented = true };

    // .NET's own way escapes + as \u002B, and everything that is not ASCII.
    private static readonly (string Name, JsonSerializerOptions Options)[] Writers =
        [("escapedByDotNet", new()), ("indented", Indented), ("indentedByFour", new(Indented) { IndentSize = 4 }), ("reserialized", Relaxed)];

    /// <summary>The name of each and its hash, in lower-case hex; the received one first.</summary>
    public static IReadOnlyList<(string Name, string Hash)> Of(byte[] body)
    {
        var variants = new List<(string Name, string Hash)> { ("asReceived", Hash(body)), ("empty", Hash([])) };
        if (Utf8.IsValid(body))
        {
            var text = Encoding.UTF8.GetString(body);
            variants.AddRange(Texts(text).Select(one => (one.Name, Hash(Encoding.UTF8.GetBytes(one.Text)))));
        }

        return [.. variants.DistinctBy(one => one.Hash, StringComparer.Ordinal)];
    }

    private static IEnumerable<(string Name, string Text)> Texts(string received)
    {
        yield return ("withByteOrderMark", "\uFEFF" + received);
        var text = received.TrimStart('\uFEFF');
        yield return ("withoutByteOrderMark", text);
        yield return ("trimmed", text.Trim());
        yield return ("withLineEnd", text + "\n");
        yield return ("unixLineEnds", text.ReplaceLineEndings("\n"));
        yield return ("windowsLineEnds", text.ReplaceLineEndings("\r\n"));
        foreach (var one in Escapes(text))
            yield return one;
        if (Parse(text) is not { } json)
            yield break;
        var minified = Minify(text);
        yield return ("minified", minified);
        foreach (var (name, escaped) in Escapes(minified))
            yield return ("minified, " + name, escaped);
        foreach (var (name, options) in Writers)
        {
            if (Write(json, options) is { } written)
                yield return (name, written);
        }
    }

    private static IEnumerable<(string Name, string Text)> Escapes(string text)
    {
        var plain = SlashEscape().Replace(text, "${before}/");
        yield return ("slashesUnescaped", plain);
        var slashes = plain.Replace("/", "\\/", StringComparison.Ordinal);
        yield return ("slashesEscaped", slashes);
        yield return ("plusEscaped", text.Replace("+", "\\u002B", StringComparison.Ordinal));
        yield return ("plusUnescaped", text.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase));
        yield return ("numbersEscaped", Numbers(text));
        yield return ("numbersUnescaped", NumberEscape().Replace(text, match => Character(match.Groups["hex"].Value) is { } character ? match.Groups["before"].Value + character : match.Value));
        // PHP's way.
        yield return ("slashesAndNumbersEscaped", Numbers(slashes));
    }

    private static string Numbers(string text) => string.Concat(text.Select(character => character < 128 ? character.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")));

    // Not what must stay escaped inside of a JSON string.
    private static char? Character(string hex) =>
        (char)int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var character && character >= ' ' && character is not ('"' or '\\') ? character : null;

    /// <summary>Without the white space outside of strings, all else as it stands.</summary>
    private static string Minify(string text)
    {
        var minified = new StringBuilder(text.Length);
        var (inString, escaped) = (false, false);
        foreach (var character in text)
        {
            if (!inString && character is ' ' or '\t' or '\r' or '\n')
                continue;
            minified.Append(character);
            (inString, escaped) = (character == '"' && !escaped ? !inString : inString, character == '\\' && inString && !escaped);
        }

        return minified.ToString();
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Write(JsonNode json, JsonSerializerOptions options)
    {
        try
        {
            return json.ToJsonString(options);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair can be escaped, but not written again.
            return null;
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    [GeneratedRegex(@"(?<!\\)(?<before>(\\\\)*)\\/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SlashEscape();

    [GeneratedRegex(@"(?<!\\)(?<before>(\\\\)*)\\u(?<hex>[0-9a-fA-F]{4})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberEscape();
}
