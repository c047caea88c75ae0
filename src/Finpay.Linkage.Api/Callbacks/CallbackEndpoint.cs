using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;

namespace Finpay.Linkage.Api.Callbacks;

/// <summary>Where Finnet's notifications arrive.</summary>
internal static partial class CallbackEndpoint
{
    public static void MapCallbacks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(CallbackReply.Prefix).WithTags("Finnet callbacks").AllowAnonymous();
        group.MapPost("/kyc", (HttpContext context, CallbackReceiver receiver) => receiver.ReceiveAsync(context, token: null))
            .WithSummary("Take a KYC notification").DescribeCallback("receiveKycNotification");
        group.MapPost("/kyc/{token}", (string token, HttpContext context, CallbackReceiver receiver) =>
                receiver.ReceiveAsync(context, token))
            .WithSummary("Take a KYC notification, with a secret token in the path").DescribeCallback("receiveKycNotificationWithToken");
    }

    /// <summary>An open callback has to be configured explicitly, and every start says so.</summary>
    public static void WarnIfCallbacksAreOpen(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<NotificationOptions>>().Value.Authentication.Contains(CallbackAuthentication.None))
            LogOpen(app.Logger);
    }

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning,
        Message = "Callbacks are not authenticated (Notifications:Authentication is None): anybody who reaches this service can report "
            + "a KYC result")]
    private static partial void LogOpen(ILogger logger);
}

[JsonSerializable(typeof(CallbackReply))]
internal sealed partial class CallbacksJson : JsonSerializerContext
{
    public static CallbacksJson Shared { get; } = new(LinkageJson.Options);
}
