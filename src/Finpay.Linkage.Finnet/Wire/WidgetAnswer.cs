using System.Diagnostics.CodeAnalysis;

namespace Finpay.Linkage.Finnet.Wire;

/// <summary>The widget service's answer as far as it can be read.</summary>
internal sealed record WidgetAnswer(ResponseCode Code, string Message, string? WidgetUrl, string? ExpiryTime)
{
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out WidgetAnswer? answer)
    {
        answer = TolerantJson.Read(body, root => ResponseCode.TryParse(TolerantJson.Text(root, "responseCode"), out var code)
            ? new WidgetAnswer(code, TolerantJson.Message(root), TolerantJson.Text(root, "widgetUrl"), TolerantJson.Text(root, "expiryTime"))
            : null);
        return answer is not null;
    }
}
