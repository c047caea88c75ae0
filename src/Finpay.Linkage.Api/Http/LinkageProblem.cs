using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Finpay.Linkage.Finnet;

namespace Finpay.Linkage.Api.Http;

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
