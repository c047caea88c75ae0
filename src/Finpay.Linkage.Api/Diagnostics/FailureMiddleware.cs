using Finpay.Linkage.Api.Notifications;
using Finpay.Linkage.Api.Storage;
using Microsoft.Data.Sqlite;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>
/// Gives every failure its body: Finnet's envelope on the callback path, problem+json everywhere else; for exceptions as for bare status codes of the framework.
/// </summary>
internal sealed partial class FailureMiddleware(RequestDelegate next, ILogger<FailureMiddleware> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly object ReferenceKey = new();

    /// <summary>Says which record the request is about, for the problem that it may end in.</summary>
    public static void Concerns(HttpContext context, string partnerReferenceNo) => context.Items[ReferenceKey] = partnerReferenceNo;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone: nobody reads an answer, the log line shows why.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = Status(exception);
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                LogFailure(exception);
        }

        var response = context.Response;
        if (!response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest && response.ContentType is null)
            await Body(context).ExecuteAsync(context);
    }

    private static int Status(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        StoreUnavailableException or SqliteException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static IResult Body(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (CallbackReply.Covers(context.Request.Path))
            return CallbackReply.ForStatus(status);
        var detail = status switch
        {
            401 => "Send a known key in the header X-Api-Key.",
            403 => "This route is for keys with the role ops.",
            404 => "There is nothing at this address, or nothing that this key may see.",
            503 => "Try again after Retry-After, with the same reference.",
            >= 500 => "The logs tell more under traceId. With a reference of your own the call is safe to repeat.",
            _ => "See the documentation at /swagger.",
        };
        var problem = ProblemKind.ForStatus(status).Build(detail) with { PartnerReferenceNo = context.Items[ReferenceKey] as string };
        return new ProblemResult(problem, status == 503 ? RetryAfter : null);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "A request failed")]
    private partial void LogFailure(Exception exception);
}
