using Microsoft.Extensions.Options;

namespace Finpay.Linkage.Api.Callbacks;

internal static partial class OpenCallbackWarning
{
    /// <summary><c>None</c> must be said outright, and is said back at every start.</summary>
    public static void WarnIfCallbacksAreOpen(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<NotificationOptions>>().Value.Authentication.Contains(CallbackAuthentication.None))
            LogOpen(app.Logger);
    }

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning, Message = "Callbacks are not authenticated (Notifications:Authentication is None): anybody who reaches this service can report a KYC result")]
    private static partial void LogOpen(ILogger logger);
}
