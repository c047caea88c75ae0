using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

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

    /// <summary>The id of this request in the logs.</summary>
    public string? TraceId { get; init; }

    /// <summary>Field (in Finnet's path notation) to messages.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>The record that it concerns.</summary>
    public string? PartnerReferenceNo { get; init; }

    /// <summary>Finnet's code and message, when there was one.</summary>
    public FinnetWords? Finnet { get; init; }
}

/// <summary>Finnet's code and message, and our explanation of the code.</summary>
/// <param name="ResponseCode">Seven digits.</param>
/// <param name="ResponseMessage">At most 150 characters.</param>
public sealed record FinnetWords(
    [property: Required, StringLength(7, MinimumLength = 7), RegularExpression("^[0-9]+$")] string ResponseCode,
    [property: MaxLength(150)] string? ResponseMessage)
{
    /// <summary>What the code means and what to do. Derived from the code alone, so it has no personal data.</summary>
    [Required]
    public CodeExplanation Explanation => CodeExplanation.Of(ResponseCode);
}

/// <summary>What a code of Finnet means and what to do.</summary>
/// <param name="En">In English.</param>
/// <param name="Id">In Bahasa Indonesia.</param>
public sealed record CodeExplanation([property: Required] string En, [property: Required] string Id)
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
    public LinkageProblem Problem => problem;
    public int? StatusCode => problem.Status;

    public static ProblemResult InvalidFields(
        IReadOnlyDictionary<string, IReadOnlyList<string>> errors, string? partnerReferenceNo = null) => new(
        ProblemKind.InvalidFields.Build("See errors; nothing was stored or sent.") with
        {
            Errors = errors,
            PartnerReferenceNo = partnerReferenceNo,
        });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var traced = problem with { TraceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier };
        var body = JsonSerializer.SerializeToUtf8Bytes(traced, HttpJson.Shared.LinkageProblem);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
