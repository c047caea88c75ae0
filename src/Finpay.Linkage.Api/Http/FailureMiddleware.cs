using System.Data.Common;
using Finpay.Linkage.Api.Callbacks;
using Finpay.Linkage.Api.Security;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Http;

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
            SecurityHeaders.Set(context);
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
        StoreUnavailableException or DbException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static IResult Body(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (CallbackReply.Covers(context.Request.Path))
            return CallbackReply.ForStatus(status);
        var kind = ProblemKind.ForStatus(status);
        var problem = kind.Build($"{kind.Cause} {kind.Advice}") with { PartnerReferenceNo = context.Items[ReferenceKey] as string };
        return new ProblemResult(problem, status == 503 ? RetryAfter : null);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "A request failed")]
    private partial void LogFailure(Exception exception);
}
