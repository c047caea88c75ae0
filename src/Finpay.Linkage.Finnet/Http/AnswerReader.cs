using Finpay.Linkage.Finnet.Wire;

namespace Finpay.Linkage.Finnet.Http;

/// <summary>What an answer means, decided on the full 7-character code, never on HTTP 2xx (contract section 2).</summary>
internal static class AnswerReader
{
    public static UpgradeWidgetResult Interpret(WidgetAnswer answer, TimeSpan? retryAfter)
    {
        UpgradeWidgetOutcome? outcome =
            answer.Code == ResponseCode.Success ? UpgradeWidgetOutcome.WidgetIssued
            : answer.Code == ResponseCode.InProcess ? UpgradeWidgetOutcome.InProcess
            : answer.Code == ResponseCode.Rejected ? UpgradeWidgetOutcome.Rejected
            : answer.Code == ResponseCode.Approved ? UpgradeWidgetOutcome.Approved
            : null;
        if (outcome is null)
            throw Failure(answer, Classify(answer.Code), retryAfter);
        if (outcome == UpgradeWidgetOutcome.WidgetIssued && !IsUsable(answer.WidgetUrl))
            throw Failure(answer, FinnetFailure.Unclear, retryAfter);
        return new UpgradeWidgetResult
        {
            Outcome = outcome.Value,
            ResponseCode = answer.Code,
            ResponseMessage = answer.Message,
            WidgetUrl = outcome == UpgradeWidgetOutcome.WidgetIssued ? new Secret(answer.WidgetUrl!) : null,
            ExpiryTime = outcome == UpgradeWidgetOutcome.WidgetIssued ? FinnetTime.Read(answer.ExpiryTime) : null,
        };
    }

    // Unknown codes are classed by their HTTP digits; a 2xx or 3xx that is not documented may mean anything.
    private static FinnetFailure Classify(ResponseCode code) =>
        code == ResponseCode.DuplicateReference ? FinnetFailure.DuplicateReference
        : code.HttpStatus switch
        {
            429 or 503 => FinnetFailure.Busy,
            >= 400 and < 500 => FinnetFailure.Refused,
            _ => FinnetFailure.Unclear,
        };

    private static FinnetException Failure(WidgetAnswer answer, FinnetFailure failure, TimeSpan? retryAfter) => new(
        failure,
        failure == FinnetFailure.Unclear && answer.Code == ResponseCode.Success
            ? "Finnet answered 2000000 without a usable widgetUrl."
            : $"Finnet answered {answer.Code}.")
    {
        ResponseCode = answer.Code,
        ResponseMessage = answer.Message,
        RetryAfter = retryAfter,
    };

    private static bool IsUsable(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && FinnetOptionsValidator.IsHttpsOrLoopback(uri);
}
