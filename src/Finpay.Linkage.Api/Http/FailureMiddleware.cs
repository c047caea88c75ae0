using System.Data.Common;
using Finpay.Linkage.Api.Logging;
using Finpay.Linkage.Api.Storage;

namespace Finpay.Linkage.Api.Http;

/// <summary>Paths whose failures have a body of their own instead of a problem.</summary>
internal sealed record FailureEnvelope(PathString Path, Func<int, IResult> Body);

/// <summary>Gives every failure its body, also a bare status of the framework: problem+json, or the envelope of the path.</summary>
internal sealed partial class FailureMiddleware(
    RequestDelegate next, IEnumerable<FailureEnvelope> envelopes, ILogger<FailureMiddleware> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone and reads no answer; the request log shows the status.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = Status(exception);
            // Else the server would go on to receive a body that came too slowly.
            if (context.Response.StatusCode == StatusCodes.Status408RequestTimeout)
                context.Response.Headers.Connection = "close";
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

    private IResult Body(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var path = context.Request.Path;
        if (envelopes.FirstOrDefault(own => path.StartsWithSegments(own.Path, StringComparison.OrdinalIgnoreCase)) is { } envelope)
            return envelope.Body(status);
        var kind = ProblemKind.ForStatus(status);
        var reference = RequestNote.Of(context).PartnerReferenceNo;
        if (status >= StatusCodes.Status500InternalServerError)
            reference ??= context.GetRouteValue("partnerReferenceNo") as string;
        var problem = kind.Build($"{kind.Cause} {kind.Advice}") with { PartnerReferenceNo = reference };
        return new ProblemResult(problem, status == 503 ? RetryAfter : null);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "A request failed")]
    private partial void LogFailure(Exception exception);
}
