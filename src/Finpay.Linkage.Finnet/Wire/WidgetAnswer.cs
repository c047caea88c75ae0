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
                message.Length > MaxMessageLength ? message[..MaxMessageLength] : message,
                Text(root, "widgetUrl"),
                Text(root, "expiryTime"));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid UTF-8 or a lone surrogate.
            return false;
        }
    }

    private static string? Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    private static ReadOnlyMemory<byte> SkipByteOrderMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
