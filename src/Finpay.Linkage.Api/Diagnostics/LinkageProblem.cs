using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Diagnostics;

/// <summary>A problem in the form of RFC 9457. It names fields and codes, never values: no personal data, no secrets.</summary>
public sealed record LinkageProblem
{
    /// <summary>A stable name of the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened here, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Under this id the logs tell more.</summary>
    public string? TraceId { get; init; }

    /// <summary>Field (in Finnet's path notation) to messages.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>The record that it concerns.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>What Finnet said, when it said something.</summary>
    public FinnetWords? Finnet { get; init; }
}

/// <summary>Finnet's own code and words, and our explanation of the code.</summary>
/// <param name="ResponseCode">Seven digits.</param>
/// <param name="ResponseMessage">At most 150 characters.</param>
public sealed record FinnetWords(string ResponseCode, string? ResponseMessage)
{
    /// <summary>What the code means and what to do; from the code alone, so it holds nothing personal.</summary>
    public CodeExplanation Explanation => CodeExplanation.Of(ResponseCode);
}

/// <summary>What a code of Finnet means and what to do.</summary>
/// <param name="En">In English.</param>
/// <param name="Id">In Bahasa Indonesia.</param>
public sealed record CodeExplanation(string En, string Id)
{
    internal static CodeExplanation Of(string responseCode)
    {
        _ = ResponseCode.TryParse(responseCode, out var code);
        var text = code.Explain().Explanation;
        return new CodeExplanation(text.English, text.Indonesian);
    }
}

/// <summary>The kinds of problem. Type and status are stable; clients may rely on them.</summary>
internal sealed record ProblemKind(string Slug, int Status, string Title)
{
    public static readonly ProblemKind MalformedRequest = new("malformed-request", 400, "The request body can't be read");
    public static readonly ProblemKind InvalidFields = new("invalid-fields", 400, "Fields are missing or wrong");
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "No valid API key");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "The API key's role does not allow this");
    public static readonly ProblemKind NotFound = new("not-found", 404, "Not found");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "Method not allowed");
    public static readonly ProblemKind ReferenceTaken = new("reference-taken", 409, "The reference is not available");
    public static readonly ProblemKind ReferenceReused = new("reference-reused", 409, "The reference was used with other content");
    public static readonly ProblemKind ReferenceRedacted = new("reference-redacted", 409, "The reference was redacted");
    public static readonly ProblemKind InProgress = new("request-in-progress", 409, "Another call with this reference is running");
    public static readonly ProblemKind DuplicateReference = new("duplicate-reference", 409, "Finnet knows this reference already");
    public static readonly ProblemKind TooLarge = new("request-too-large", 413, "The request body is too large");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "The request body is not JSON");
    public static readonly ProblemKind Internal = new("internal-error", 500, "The service failed");
    public static readonly ProblemKind FinnetRefused = new("finnet-refused", 502, "Finnet refused the request");
    public static readonly ProblemKind FinnetUnclear = new("finnet-unclear", 502, "Finnet's answer can't be relied on");
    public static readonly ProblemKind FinnetUnavailable = new("finnet-unavailable", 503, "Finnet can't be reached or is busy");
    public static readonly ProblemKind StoreUnavailable = new("store-unavailable", 503, "The service can't store anything at the moment");
    public static readonly ProblemKind FinnetTimeout = new("finnet-timeout", 504, "Finnet gave no complete answer");

    public string Type => $"urn:finpay-linkage:problem:{Slug}";

    /// <summary>The kind that fits a bare HTTP status.</summary>
    public static ProblemKind ForStatus(int status) => status switch
    {
        400 => MalformedRequest,
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        503 => StoreUnavailable,
        >= 400 and < 500 => MalformedRequest with { Status = status },
        _ => Internal with { Status = status },
    };

    public LinkageProblem Build(string detail) => new() { Type = Type, Title = Title, Status = Status, Detail = detail };
}

/// <summary>Writes a problem as <c>application/problem+json</c>.</summary>
internal sealed class ProblemResult(LinkageProblem problem, TimeSpan? retryAfter = null) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => problem.Status;

    public static ProblemResult InvalidFields(IReadOnlyDictionary<string, IReadOnlyList<string>> errors, string? partnerReferenceNo = null) => new(
        ProblemKind.InvalidFields.Build("See errors; nothing was stored or sent.") with { Errors = errors, PartnerReferenceNo = partnerReferenceNo });

    public static ProblemResult FromFinnet(ProblemKind kind, string detail, string partnerReferenceNo, FinnetException? failure, TimeSpan? retryAfter = null) => new(
        kind.Build(detail) with
        {
            PartnerReferenceNo = partnerReferenceNo,
            Finnet = failure?.ResponseCode is { } code ? new FinnetWords(code.ToString(), failure.ResponseMessage) : null,
        },
        retryAfter);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var traced = problem with { TraceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier };
        var body = JsonSerializer.SerializeToUtf8Bytes(traced, ApiJson.Shared.LinkageProblem);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
