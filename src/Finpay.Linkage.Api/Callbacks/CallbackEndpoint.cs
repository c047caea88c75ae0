using System.Globalization;
using Finpay.Linkage.Api.Http;
using Finpay.Linkage.Api.OpenApi;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Where Finnet's notifications arrive.</summary>
internal static partial class CallbackEndpoint
{
    private static readonly string[] RefusedMediaTypes = ["application/x-www-form-urlencoded", "multipart/", "application/xml", "text/xml"];

    public static void MapCallbacks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(CallbackReply.Prefix).WithTags("Finnet callbacks").AllowAnonymous();
        group.MapPost("/kyc", (HttpContext context, CallbackAuthenticator authenticator, NotificationInbox inbox, FailedCallbacks failed, IOptions<NotificationOptions> options, ILogger<NotificationInbox> logger) =>
                ReceiveAsync(context, null, authenticator, inbox, failed, options, logger))
            .WithSummary("Take a KYC notification")
            .DescribeCallback("receiveKycNotification");
        group.MapPost("/kyc/{token}", ReceiveAsync)
            .WithSummary("Take a KYC notification, with a secret token in the path")
            .DescribeCallback("receiveKycNotificationWithToken");
    }

    private static async Task<CallbackReply> ReceiveAsync(
        HttpContext context, string? token, CallbackAuthenticator authenticator, NotificationInbox inbox, FailedCallbacks failed, IOptions<NotificationOptions> options, ILogger<NotificationInbox> logger)
    {
        var request = context.Request;
        var caller = new CallbackCaller(token, context.Connection.RemoteIpAddress, ReceivedPath(context), request.Headers);
        if (authenticator.FailsBeforeBody(caller) is { } early)
            return Refuse(early, CallbackReply.Unauthorized);
        // Before anybody looks into a body, it is known who may have sent it; with a signature, only the body shows it.
        if (!authenticator.NeedsBody && IsRefused(request.ContentType))
            return CallbackReply.UnsupportedMediaType;
        using var body = await RequestBody.ReadAsync(request, options.Value.MaxBodyBytes);
        if (body is null)
            return authenticator.NeedsBody ? Refuse(new CallbackFailure(CallbackAuthentication.SnapSignature, "bodyTooLarge"), CallbackReply.TooLarge) : CallbackReply.TooLarge;
        var raw = body.Span.ToArray();
        var verdict = authenticator.Evaluate(caller, raw);
        if (verdict.Failure is { } failure)
            return Refuse(failure, CallbackReply.Unauthorized);
        if (IsRefused(request.ContentType))
            return CallbackReply.UnsupportedMediaType;
        foreach (var (rung, reason) in verdict.ObservedFailures)
            LogObserved(logger, rung, reason);
        var externalId = request.Headers["X-EXTERNAL-ID"];
        return await inbox.TakeAsync(raw, verdict, externalId.Count > 0 ? externalId[0] : null);

        // Verified first, limited after: only who failed is ever limited.
        CallbackReply Refuse(CallbackFailure failure, CallbackReply reply)
        {
            if (failed.Count(caller.Source, failure) is not { } wait)
                return reply;
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return CallbackReply.TooManyRequests;
        }
    }

    // Letter by letter as it came: what is decoded and encoded again need not be what was signed.
    private static string ReceivedPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return target is ['/', ..] ? target.Split('?', 2)[0] : (context.Request.PathBase + context.Request.Path).ToUriComponent();
    }

    // The body decides, whatever the header says, but for what is certainly something else.
    private static bool IsRefused(string? contentType) =>
        contentType is not null && Array.Exists(RefusedMediaTypes, type => contentType.TrimStart().StartsWith(type, StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(EventId = 1105, Level = LogLevel.Warning, Message = "Authentic callback: the observed {Rung} would not have passed ({Reason})")]
    private static partial void LogObserved(ILogger logger, CallbackAuthentication rung, string reason);
}
