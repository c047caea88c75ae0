using Finpay.Linkage.Api.Diagnostics;
using Finpay.Linkage.Api.OpenApi;
using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Notifications;

/// <summary>Where Finnet's notifications arrive.</summary>
internal static partial class CallbackEndpoint
{
    private static readonly string[] RefusedMediaTypes = ["application/x-www-form-urlencoded", "multipart/", "application/xml", "text/xml"];

    public static void MapCallbacks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(CallbackReply.Prefix).WithTags("Finnet callbacks").AllowAnonymous();
        group.MapPost("/kyc", (HttpContext context, CallbackAuthenticator authenticator, NotificationInbox inbox, IOptions<NotificationOptions> options, ILogger<NotificationInbox> logger) =>
                ReceiveAsync(context, null, authenticator, inbox, options, logger))
            .WithSummary("Take a KYC notification")
            .DescribeCallback("receiveKycNotification");
        group.MapPost("/kyc/{token}", ReceiveAsync)
            .WithSummary("Take a KYC notification, with a secret token in the path")
            .DescribeCallback("receiveKycNotificationWithToken");
    }

    private static async Task<CallbackReply> ReceiveAsync(
        HttpContext context, string? token, CallbackAuthenticator authenticator, NotificationInbox inbox, IOptions<NotificationOptions> options, ILogger<NotificationInbox> logger)
    {
        var (authentic, passed, failed) = authenticator.Evaluate(token, context.Connection.RemoteIpAddress);
        if (!authentic)
        {
            LogRefused(logger, failed);
            return CallbackReply.Unauthorized;
        }

        if (IsRefused(context.Request.ContentType))
            return CallbackReply.UnsupportedMediaType;
        var raw = await RequestBody.ReadAsync(context.Request, options.Value.MaxBodyBytes);
        if (raw is null)
            return CallbackReply.TooLarge;
        var externalId = context.Request.Headers["X-EXTERNAL-ID"];
        return await inbox.TakeAsync(raw, passed, externalId.Count > 0 ? externalId[0] : null);
    }

    // The body decides, whatever the header says, but for what is certainly something else.
    private static bool IsRefused(string? contentType) =>
        contentType is not null && Array.Exists(RefusedMediaTypes, type => contentType.TrimStart().StartsWith(type, StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "Callback refused: {Rung} did not pass")]
    private static partial void LogRefused(ILogger logger, CallbackAuthentication? rung);
}
