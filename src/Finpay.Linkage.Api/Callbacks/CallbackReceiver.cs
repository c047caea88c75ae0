using System.Globalization;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Logging;
using Microsoft.AspNetCore.Http.Features;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Takes a callback from the first byte to the answer.</summary>
internal sealed partial class CallbackReceiver(
    CallbackAuthenticator authenticator, FailedCallbacks failed, InboxStore inbox, IOptions<NotificationOptions> options,
    IOptions<FinnetOptions> finnet, ILogger<CallbackReceiver> logger)
{
    private const int MaxExternalIdLength = 64;

    private static readonly string[] RefusedMediaTypes = ["application/x-www-form-urlencoded", "multipart/", "application/xml", "text/xml"];

    public async Task<CallbackReply> ReceiveAsync(HttpContext context, string? token)
    {
        var request = context.Request;
        var caller = new CallbackCaller(token, context.Connection.RemoteIpAddress, ReceivedPath(context), request.Headers);

        // 1. Checks that need no body. We do not read the body of a caller that fails here.
        if (authenticator.CheckWithoutBody(caller) is { } early)
            return Refuse(context, early, CallbackReply.Unauthorized);
        var isRefusedType = IsRefused(request.ContentType);
        if (isRefusedType && !authenticator.NeedsBody)
            return CallbackReply.UnsupportedMediaType;

        // 2. The body, up to its limit. Until its signature is checked, the caller may be anybody.
        var body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes);
        if (body is null && authenticator.NeedsBody)
            return Refuse(context, new(CallbackAuthentication.SnapSignature, CheckReason.BodyTooLarge), CallbackReply.TooLarge);
        if (body is null)
            return CallbackReply.TooLarge;

        // 3. All checks, over the bytes as they were received.
        var verdict = authenticator.Check(caller, body);
        if (verdict.Failure is { } failure)
            return Refuse(context, failure, CallbackReply.Unauthorized);
        if (isRefusedType)
            return CallbackReply.UnsupportedMediaType;
        foreach (var check in verdict.Observed.Where(check => !check.Passed))
            LogObserved(check.Check, check.Reason!);

        // 4. What it says.
        var problem = KycNotificationReader.Read(body, out var notification, out var field);
        var reply = notification is null ? CallbackReply.For(problem, field)
            : notification.MerchantId != finnet.Value.MerchantId ? CallbackReply.InvalidMerchant
            : CallbackReply.Taken;

        // 5. One transaction: the notification, once, and the change of status that it causes.
        var externalId = request.Headers["X-EXTERNAL-ID"].FirstOrDefault();
        var stored = await inbox.StoreAsync(body, notification, new NotificationEvidence
        {
            Passed = verdict.Passed,
            Observed = verdict.Observed.Count > 0 ? verdict.Observed : null,
            Stale = verdict.Stale ? true : null,
            ExternalId = externalId is { Length: > MaxExternalIdLength } ? externalId[..MaxExternalIdLength] : externalId,
            Problem = reply == CallbackReply.Taken ? null : $"{reply.ResponseCode} {reply.ResponseMessage}",
        });

        // 6. It is on disk: the answer.
        var note = RequestNote.Of(context);
        note.PartnerReferenceNo = notification is null ? null : LogText.Escape(notification.PartnerReferenceNo);
        note.Outcome = $"{notification?.Outcome.ToString() ?? "unreadable"}, {stored.Disposition}, delivery {stored.Deliveries}";
        if (reply != CallbackReply.Taken)
            LogInvalid(stored.Id, reply.ResponseCode, stored.Deliveries);
        // The result counts all the same (docs/finnet-contract.md, section 4); somebody should look at it.
        if (stored.PhoneMatches == false)
            LogOtherPhone(stored.Id, note.PartnerReferenceNo!);
        return reply;
    }

    // Only a caller that failed a check is ever limited.
    private CallbackReply Refuse(HttpContext context, CallbackFailure failure, CallbackReply reply)
    {
        if (failed.Count(context.Connection.RemoteIpAddress, failure) is not { } wait)
            return reply;
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return CallbackReply.TooManyRequests;
    }

    // As it was received: a path that is decoded and encoded again need not be the one that was signed.
    private static string ReceivedPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return target is ['/', ..] ? target.Split('?', 2)[0] : (context.Request.PathBase + context.Request.Path).ToUriComponent();
    }

    // JSON is taken under any other Content-Type.
    private static bool IsRefused(string? contentType) =>
        contentType is not null
        && Array.Exists(RefusedMediaTypes, type => contentType.TrimStart().StartsWith(type, StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning,
        Message = "Authentic callback kept as invalid {NotificationId}: answered {ResponseCode}, delivery {Deliveries}")]
    private partial void LogInvalid(string notificationId, string responseCode, long deliveries);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Warning,
        Message = "Authentic callback: the observed check {Check} would not have passed ({Reason})")]
    private partial void LogObserved(string check, string reason);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning,
        Message = "Authentic notification {NotificationId} names another phone than the record of {PartnerReferenceNo}")]
    private partial void LogOtherPhone(string notificationId, string partnerReferenceNo);
}
