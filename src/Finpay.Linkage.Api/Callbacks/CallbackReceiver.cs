using System.Globalization;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.Inbox;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Merchants;
using Finpay.Linkage.Api.Upgrades;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RequestDecompression;
using Microsoft.Net.Http.Headers;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Takes a callback from the first byte to the answer.</summary>
internal sealed partial class CallbackReceiver(
    CallbackAuthenticator authenticator, FailedCallbacks failed, InboxStore inbox, IRequestDecompressionProvider decompression,
    CallbackMetrics metrics, IOptions<NotificationOptions> options, MerchantRing merchants, ILogger<CallbackReceiver> logger)
{
    private const int MaxExternalIdLength = 64;

    private static readonly string[] RefusedMediaTypes = ["application/x-www-form-urlencoded", "multipart/", "application/xml", "text/xml"];

    public async Task<CallbackReply> ReceiveAsync(HttpContext context, string? token)
    {
        using var span = Spans.Start("callback");
        var request = context.Request;
        var caller = new CallbackCaller(token, context.Connection.RemoteIpAddress, ReceivedPath(context), request.Headers);

        // 1. Checks that need no body. We do not read the body of a caller that fails here.
        if (authenticator.CheckWithoutBody(caller) is { } early)
            return Refuse(context, early, CallbackReply.Unauthorized);

        // 2. The body, up to its limit. Until its signature is checked, the caller may be anybody.
        var (body, refusal) = await ReceiveBodyAsync(context);
        if (body is null && authenticator.NeedsBody)
            return Refuse(context, new(CallbackAuthentication.SnapSignature, CheckReason.BodyTooLarge), CallbackReply.TooLarge);

        // 3. All checks, over the bytes as they were received.
        var verdict = authenticator.Check(caller, body ?? []);
        if (verdict.Failure is { } failure)
            return Refuse(context, failure, CallbackReply.Unauthorized);
        if (body is null)
        {
            LogTooLarge(options.Value.MaxBodyBytes);
            return CallbackReply.TooLarge;
        }

        // 4. What it says.
        _ = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        var charset = HeaderUtilities.RemoveQuotes(type?.Charset ?? default).Value;
        var reading = refusal is null
            ? KycNotificationReader.Read(body, charset)
            : new KycNotificationReading { Problem = KycNotificationProblem.NotJson };
        var merchant = reading.MerchantId is { } merchantId ? merchants.FindById(merchantId) : null;
        // The token or the key of one merchant says nothing about another.
        if (merchant is not null && !verdict.Merchants.Contains(merchant))
            return Refuse(context, new(verdict.NarrowedBy, CheckReason.OtherMerchant), CallbackReply.Unauthorized);
        var (observed, isStale) = authenticator.Observe(caller, body, merchant is null ? verdict.Merchants : [merchant]);
        foreach (var check in observed.Where(check => !check.Passed))
            LogObserved(check.Check, check.Reason!);
        var reply = refusal ?? Judge(reading, merchant, request.ContentType);

        // 5. One transaction: the notification, once, and the change of status that it causes.
        var externalId = request.Headers["X-EXTERNAL-ID"].FirstOrDefault();
        var stored = await inbox.StoreAsync(body, reading, new NotificationEvidence
        {
            Passed = verdict.Passed,
            Observed = observed.Count > 0 ? observed : null,
            Stale = verdict.Stale || isStale ? true : null,
            ExternalId = externalId is { Length: > MaxExternalIdLength } ? externalId[..MaxExternalIdLength] : externalId,
            Charset = KycNotificationReader.IsLegacy(charset) ? charset : null,
            MerchantMatches = reading.MerchantId is null ? null : merchant is not null,
            Merchants = merchant is null && verdict.Merchants.Count < merchants.All.Count
                ? [.. verdict.Merchants.Select(one => one.Name)]
                : null,
            Problem = reply == CallbackReply.Taken ? null : $"{reply.ResponseCode} {reply.ResponseMessage}",
        });

        // 6. It is on disk: the answer.
        var note = RequestNote.Of(context);
        note.PartnerReferenceNo = reading.PartnerReferenceNo is { } reference ? LogText.Escape(reference) : null;
        note.Outcome = $"{reading.Notification?.Outcome.ToString() ?? "unreadable"}, {stored.Disposition}, delivery {stored.Deliveries}";
        metrics.Count(span, reply.ResponseCode, stored, merchant);
        if (reply != CallbackReply.Taken)
            LogInvalid(stored.Id, reply.ResponseCode, stored.Deliveries);
        else if (stored.Disposition is Disposition.UnknownOutcome or Disposition.Orphan or Disposition.Contradiction)
            LogNothingChanged(stored.Id, note.PartnerReferenceNo!, stored.Disposition, stored.Deliveries);
        // The result counts all the same (docs/finnet-contract.md, section 4); somebody should look at it.
        if (stored.PhoneMatches == false)
            LogOtherPhone(stored.Id, note.PartnerReferenceNo!);
        return reply;
    }

    private static CallbackReply Judge(KycNotificationReading reading, Merchant? merchant, string? contentType) => reading switch
    {
        { Problem: KycNotificationProblem.NotJson } when IsRefused(contentType) => CallbackReply.UnsupportedMediaType,
        { Problem: not KycNotificationProblem.None } => CallbackReply.For(reading.Problem, reading.Field),
        _ => merchant is null ? CallbackReply.InvalidMerchant : CallbackReply.Taken,
    };

    private async Task<(byte[]? Body, CallbackReply? Refusal)> ReceiveBodyAsync(HttpContext context)
    {
        try
        {
            return await ReadBodyAsync(context);
        }
        catch (BadHttpRequestException exception) when (!authenticator.NeedsBody)
        {
            LogUnfinished(exception.StatusCode);
            throw;
        }
    }

    /// <returns>The decoded body; the body as it came, with the answer, when it can't be decoded; null when it is too large.</returns>
    private async Task<(byte[]? Body, CallbackReply? Refusal)> ReadBodyAsync(HttpContext context)
    {
        var (request, limit, aborted) = (context.Request, options.Value.MaxBodyBytes, context.RequestAborted);
        var received = await RequestBody.ReadAsync(request, limit, aborted);
        var encoding = request.Headers.ContentEncoding.ToString();
        if (received is null || encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return (received, null);
        (request.Body, request.ContentLength) = (new MemoryStream(received), null);
        if (decompression.GetDecompressionStream(context) is not { } decoded)
            return (received, CallbackReply.UnsupportedMediaType);
        request.Body = decoded;
        try
        {
            return await RequestBody.ReadAsync(request, limit, aborted) is { } body ? (body, null) : (received, CallbackReply.TooLarge);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            return (received, CallbackReply.BadRequest);
        }
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

    // JSON is taken under these too: PHP's cURL, say, calls every body a form.
    private static bool IsRefused(string? contentType) =>
        contentType is not null
        && Array.Exists(RefusedMediaTypes, type => contentType.TrimStart().StartsWith(type, StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning,
        Message = "Authentic callback kept as invalid {NotificationId}: answered {ResponseCode}, delivery {Deliveries}")]
    private partial void LogInvalid(string notificationId, string responseCode, long deliveries);

    [LoggerMessage(EventId = 1108, Level = LogLevel.Warning,
        Message = "Notification {NotificationId} of {PartnerReferenceNo} changed nothing: {Disposition}, delivery {Deliveries}")]
    private partial void LogNothingChanged(string notificationId, string partnerReferenceNo, Disposition disposition, long deliveries);

    [LoggerMessage(EventId = 1109, Level = LogLevel.Warning,
        Message = "Authentic callback refused and not kept: it has more than {MaxBodyBytes} bytes")]
    private partial void LogTooLarge(int maxBodyBytes);

    [LoggerMessage(EventId = 1111, Level = LogLevel.Warning,
        Message = "Authentic callback refused and not kept: its body did not arrive whole, answered {StatusCode}")]
    private partial void LogUnfinished(int statusCode);

    [LoggerMessage(EventId = 1105, Level = LogLevel.Warning,
        Message = "Authentic callback: the observed check {Check} would not have passed ({Reason})")]
    private partial void LogObserved(string check, string reason);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Warning,
        Message = "Authentic notification {NotificationId} names another phone than the record of {PartnerReferenceNo}")]
    private partial void LogOtherPhone(string notificationId, string partnerReferenceNo);
}
