using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Finpay.Linkage.Sandbox.Judging;

namespace Finpay.Linkage.Sandbox.Requests;

/// <summary>A recorded request as it is shown: shortened images, decrypted fields, all problems, the answer.</summary>
internal static partial class RequestView
{
    private const int LongestShown = 256;
    private const int LongestText = 16 * 1024;

    public static object Of(RecordedRequest request, bool full) => new
    {
        time = request.Time,
        method = request.Method,
        path = request.Path,
        headers = request.Headers,
        bodyLength = request.BodyLength,
        body = request.Body is null ? null : Shortened(request.Body),
        bodyBase64 = full && request.Body is not null ? Convert.ToBase64String(request.Body) : null,
        decrypted = new
        {
            merchantPass = request.Verdict.MerchantPass,
            kkNumber = request.Verdict["personalData.kkNumber"],
            biologicalMotherName = request.Verdict["personalData.biologicalMotherName"],
        },
        problems = request.Verdict.Problems,
        scenario = request.Scenario,
        answer = request.Answer,
    };

    /// <summary>One request, opened in the console.</summary>
    public static object Opened(RecordedRequest request) => new
    {
        request.Id,
        request.Headers,
        request.BodyLength,
        text = request.Body is null ? null : AsItCame(request.Body),
        fields = request.Verdict.Values
            .Where(v => v.Key is not "merchantPass" && !v.Key.EndsWith(".base64", StringComparison.Ordinal))
            .Select(v => new { name = v.Key, v.Value, encrypted = FieldTable.All.Any(rule => rule.Path == v.Key && rule.Encrypted) }),
        request.Verdict.MerchantPass,
        images = request.Verdict.Values
            .Where(v => v.Key.EndsWith(".base64", StringComparison.Ordinal) && ImageData.TryRead(v.Value, out _, out _))
            .Select(v => v.Key.Split('.')[1]),
        request.Verdict.Problems,
        request.Answer,
    };

    // Works on the text, because a parser loses order, white space, escapes and duplicate members.
    private static string AsItCame(byte[] body)
    {
        var text = StringLiteral().Replace(Encoding.UTF8.GetString(body), match => $"\"{Short(match.Groups["inner"].Value)}\"");
        return text.Length <= LongestText
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text[..LongestText]}… ({text.Length} characters)");
    }

    private static JsonNode? Shortened(byte[] body)
    {
        try
        {
            var node = JsonNode.Parse(body);
            Shorten(node);

            // Half a surrogate pair can be parsed, but not written.
            _ = node?.ToJsonString();
            return node;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not JSON, or with a duplicate member, which a JsonNode can't hold: the text is shown unchanged.
            return JsonValue.Create(Short(Encoding.UTF8.GetString(body)));
        }
    }

    private static void Shorten(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                Shorten(item);
        }

        if (node is not JsonObject members)
            return;

        foreach (var (name, value) in members.ToList())
        {
            if (value is JsonValue leaf && leaf.TryGetValue(out string? text) && text.Length > LongestShown)
                members[name] = Short(text);
            else
                Shorten(value);
        }
    }

    private static string Short(string text)
    {
        if (text.Length <= LongestShown)
            return text;

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return string.Create(CultureInfo.InvariantCulture, $"{text[..40]}… ({text.Length} characters, sha256 {hash})");
    }

    [GeneratedRegex(
        "\"(?<inner>(?>[^\"\\\\]+|\\\\.)*)\"",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        1000)]
    private static partial Regex StringLiteral();
}
