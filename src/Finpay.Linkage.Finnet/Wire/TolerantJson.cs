using System.Text.Json;

namespace Finpay.Linkage.Finnet;

/// <summary>Reads what Finnet sends. Unknown members, trailing commas, comments, a byte order mark and numbers as texts are fine.</summary>
internal static class TolerantJson
{
    /// <summary>The contract's limit for responseMessage; a longer one is cut.</summary>
    public const int MaxMessageLength = 150;

    public static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <returns>What <paramref name="read"/> makes of the object; null when the body is not a JSON object.</returns>
    public static T? Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(SkipByteOrderMark(body), Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a member, whose name may be in any case.</summary>
    /// <returns>A text or a number; null for everything else, and for a member that is there twice with different values.</returns>
    public static string? Text(JsonElement root, string name)
    {
        string? text = null;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null
                || !name.Equals(Readable(() => member.Name), StringComparison.OrdinalIgnoreCase))
                continue;
            var value = member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetRawText() : Readable(member.Value.GetString);
            if (value is null || (text is not null && text != value))
                return null;
            text = value;
        }

        return text;
    }

    /// <summary>
    /// Reads a text. One that is not UTF-8 or has a lone surrogate counts as absent, so that a message in another encoding does not hide
    /// the code.
    /// </summary>
    /// <returns>Null also for a value that is not a text.</returns>
    public static string? Readable(Func<string?> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <returns>Finnet's words, cut to the contract's limit, but no surrogate pair in two.</returns>
    public static string Message(JsonElement root)
    {
        var message = Text(root, "responseMessage") ?? "";
        return message.Length <= MaxMessageLength ? message
            : char.IsHighSurrogate(message[MaxMessageLength - 1]) ? message[..(MaxMessageLength - 1)]
            : message[..MaxMessageLength];
    }

    public static ReadOnlyMemory<byte> SkipByteOrderMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
