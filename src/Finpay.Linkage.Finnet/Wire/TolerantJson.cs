using System.Text.Json;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>Reads Finnet's answers: unknown members, trailing commas, comments and a byte order mark are tolerated, a number is read as its digits.</summary>
internal static class TolerantJson
{
    /// <summary>The longest responseMessage of the contract; a longer one is cut.</summary>
    public const int MaxMessageLength = 150;

    private static readonly JsonDocumentOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>What <paramref name="read"/> makes of the object; null when the body is no JSON object.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(SkipByteOrderMark(body), Tolerant);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a member's name with a lone surrogate.
            return null;
        }
    }

    /// <summary>A member that is a text or a number; null for everything else.</summary>
    public static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    /// <summary>Finnet's words, cut to what the contract allows.</summary>
    public static string Message(JsonElement root) => Cut(Text(root, "responseMessage") ?? "");

    // Never between the two halves of one character.
    private static string Cut(string message) =>
        message.Length <= MaxMessageLength ? message
        : char.IsHighSurrogate(message[MaxMessageLength - 1]) ? message[..(MaxMessageLength - 1)]
        : message[..MaxMessageLength];

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Not UTF-8, or a lone surrogate: no text, as if it were absent. A message in another encoding must not hide the code.
            return null;
        }
    }

    private static ReadOnlyMemory<byte> SkipByteOrderMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
