using System.Diagnostics;
using System.Text.Json.Serialization;
using Finpay.Linkage.Api.Http;
using Microsoft.AspNetCore.Http.Features;

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

    /// <summary>A sender that joins a base address and a path may write <c>//callbacks/…</c>: it is the same address.</summary>
    public static void UseCallbackPaths(this WebApplication app) => app.Use((context, next) =>
    {
        var path = context.Request.Path.Value ?? "";
        if (path.Contains("//", StringComparison.Ordinal))
        {
            PathString single = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
            if (single.StartsWithSegments(CallbackReply.Prefix, StringComparison.OrdinalIgnoreCase))
                context.Request.Path = single;
        }

        return next(context);
    });

    /// <summary>
    /// The server refuses what it can't read before any of our code runs, and answers without a body. So at least a line is logged, a
    /// warning when the request was a callback. The server's own text may quote the request, so it is not logged.
    /// </summary>
    public static void LogUnreadableRequests(this WebApplication app)
    {
        const string badRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";
        var listener = app.Services.GetRequiredService<DiagnosticListener>();
        var subscription = listener.Subscribe(new UnreadableRequests(app.Logger), name => name == badRequest);
        app.Lifetime.ApplicationStopped.Register(subscription.Dispose);
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

    private sealed partial class UnreadableRequests(ILogger logger) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is not IFeatureCollection features
                || features.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException error)
                return;
            var target = features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
            if (target.Contains(CallbackReply.Prefix, StringComparison.OrdinalIgnoreCase))
                LogUnreadable(LogLevel.Warning, "callback", error.StatusCode);
            else
                LogUnreadable(LogLevel.Information, "request", error.StatusCode);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        [LoggerMessage(EventId = 1110, Message = "The server could not read a {Kind} and answered {StatusCode}")]
        private partial void LogUnreadable(LogLevel level, string kind, int statusCode);
    }
}

[JsonSerializable(typeof(CallbackReply))]
internal sealed partial class CallbacksJson : JsonSerializerContext
{
    public static CallbacksJson Shared { get; } = new(LinkageJson.Options);
}
