namespace Finpay.Linkage.Finnet;

/// <summary>Reads the widget service's answer. The full 7-digit code decides, never HTTP 2xx (docs/finnet-contract.md).</summary>
internal static class WidgetAnswer
{
    /// <returns>Null when the body has no readable code.</returns>
    public static FinnetAnswer? Read(ReadOnlyMemory<byte> body, TimeSpan? retryAfter, string zone) => TolerantJson.Read(body, root =>
    {
        if (!ResponseCode.TryParse(TolerantJson.Text(root, "responseCode"), out var code))
            return null;
        var answer = new FinnetAnswer { Kind = KindOf(code), ResponseCode = code, ResponseMessage = TolerantJson.Message(root) };
        if (!answer.IsResult)
            return answer with { Reason = $"Finnet answered {code}.", RetryAfter = retryAfter };
        if (TolerantJson.Text(root, "widgetUrl")?.Trim() is { } url && IsUsable(url))
        {
            var expiry = FinnetTime.ReadExpiry(TolerantJson.Text(root, "expiryTime"), zone);
            return answer with { WidgetUrl = new Secret(url), ExpiryTime = expiry };
        }

        if (answer.Kind != FinnetAnswerKind.WidgetIssued)
            return answer;
        var reason = $"Finnet answered {code} without a usable widgetUrl.";
        return answer with { Kind = FinnetAnswerKind.Unclear, Reason = reason, RetryAfter = retryAfter };
    });

    // A result is one of four whole codes: with other service digits it is another service's. An undocumented 2xx or 3xx may mean anything.
    private static FinnetAnswerKind KindOf(ResponseCode code) =>
        code == ResponseCode.Success ? FinnetAnswerKind.WidgetIssued
        : code == ResponseCode.InProcess ? FinnetAnswerKind.InProcess
        : code == ResponseCode.Rejected ? FinnetAnswerKind.Rejected
        : code == ResponseCode.Approved ? FinnetAnswerKind.Approved
        : code.IsDuplicateReference ? FinnetAnswerKind.DuplicateReference
        : code.HttpStatus switch
        {
            429 or 503 => FinnetAnswerKind.Busy,
            >= 400 and < 500 => FinnetAnswerKind.Refused,
            _ => FinnetAnswerKind.Unclear,
        };

    // Uri takes line ends, and a merchant may put the URL into a header.
    private static bool IsUsable(string url) =>
        !url.Any(char.IsControl) && Uri.TryCreate(url, UriKind.Absolute, out var uri) && FinnetOptionsValidator.IsHttpsOrLoopback(uri);
}
