using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>Finnet's answer as far as it can be read: unknown members and trailing commas are tolerated, a numeric code is read as its digits.</summary>
internal sealed record WidgetAnswer(ResponseCode Code, string Message, string? WidgetUrl, string? ExpiryTime)
{
    /// <summary>The longest responseMessage of the contract; a longer one is cut.</summary>
    public const int MaxMessageLength = 150;

    private static readonly JsonDocumentOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out WidgetAnswer? answer)
    {
        answer = null;
        try
        {
            using var document = JsonDocument.Parse(SkipByteOrderMark(body), Tolerant);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !ResponseCode.TryParse(Text(root, "responseCode"), out var code))
                return false;
            var message = Text(root, "responseMessage") ?? "";
            answer = new WidgetAnswer(
                code,
                Cut(message),
                Text(root, "widgetUrl"),
                Text(root, "expiryTime"));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a member's name with a lone surrogate.
            return false;
        }
    }

    // Never between the two halves of one character.
    private static string Cut(string message) =>
        message.Length <= MaxMessageLength ? message
        : char.IsHighSurrogate(message[MaxMessageLength - 1]) ? message[..(MaxMessageLength - 1)]
        : message[..MaxMessageLength];

    private static string? Text(JsonElement root, string name)
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
